// SPDX-License-Identifier: MIT
/// keys: from bytes to characters and keys.
#include "editor.h"

enum : int32_t { ESCAPE = 0x1B, PENDING_NONE = 0 };

static int next_byte(struct line_editor *editor)
{
    for (;;) {
        int byte = editor->pending - 1;
        if (editor->pending == PENDING_NONE) {
            line_editor_view_flush(editor);
            byte = editor->terminal->read(editor);
        }
        editor->pending = PENDING_NONE;
        const bool doubled = byte == '\n' && editor->after_return;
        editor->after_return = byte == '\r';
        if (!doubled)
            return byte;
    }
}

/// What remains of a character whose first byte is `first`. A wrong byte is left to be read again.
static int32_t rest_of_character(struct line_editor *editor, int32_t first)
{
    const int32_t count = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    const int32_t least = count == 3 ? 0x10000 : count == 2 ? 0x800 : 0x80;
    if (first < 0xC2 || first > 0xF4)
        return LINE_KEY_NONE;
    int32_t code_point = first & (0x3F >> count);
    for (int32_t i = 0; i < count; i++) {
        const int byte = next_byte(editor);
        if (byte < 0)
            return LINE_KEY_END_OF_INPUT;
        if ((byte & 0xC0) != 0x80) {
            editor->pending = byte + 1;
            return LINE_KEY_NONE;
        }
        code_point = code_point << 6 | (byte & 0x3F);
    }
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    return code_point < least || code_point > 0x10FFFF || surrogate ? LINE_KEY_NONE : code_point;
}

/// The key of a sequence that ends in `last`, with its first number; `modified`: it had a second.
static int32_t key_of_sequence(int last, unsigned number, bool modified)
{
    switch (last) {
    case 'A':
        return LINE_KEY_UP;
    case 'B':
        return LINE_KEY_DOWN;
    case 'C':
        return modified ? LINE_KEY_WORD_RIGHT : LINE_KEY_RIGHT;
    case 'D':
        return modified ? LINE_KEY_WORD_LEFT : LINE_KEY_LEFT;
    case 'H':
        return LINE_KEY_HOME;
    case 'F':
        return LINE_KEY_END;
    case '~':
        if (number == 1 || number == 7)
            return LINE_KEY_HOME;
        if (number == 4 || number == 8)
            return LINE_KEY_END;
        return number == 3 ? LINE_KEY_DELETE : LINE_KEY_NONE;
    default:
        return LINE_KEY_NONE;
    }
}

/// What follows ESC [ or ESC O.
static int32_t rest_of_sequence(struct line_editor *editor)
{
    unsigned numbers[2] = {};
    bool modified = false;
    for (;;) {
        const int byte = next_byte(editor);
        if (byte < 0)
            return LINE_KEY_END_OF_INPUT;
        if (byte == ESCAPE || byte < ' ') {
            editor->pending = byte + 1;
            return LINE_KEY_NONE;
        }
        if (byte == ';')
            modified = true;
        else if (byte >= '0' && byte <= '9')
            numbers[modified] = (numbers[modified] * 10 + (unsigned)(byte - '0')) % 1000;
        else if (byte >= '@')
            return key_of_sequence(byte, numbers[0], modified);
    }
}

static int32_t rest_of_escape(struct line_editor *editor)
{
    const int byte = next_byte(editor);
    switch (byte) {
    case -1:
        return LINE_KEY_END_OF_INPUT;
    case '[':
    case 'O':
        return rest_of_sequence(editor);
    case 'b':
    case 'B':
        return LINE_KEY_WORD_LEFT;
    case 'f':
    case 'F':
        return LINE_KEY_WORD_RIGHT;
    case 'd':
    case 'D':
        return LINE_KEY_CUT_WORD_RIGHT;
    default:
        // A lone Escape before a control or another Escape must not swallow it.
        if (byte < ' ')
            editor->pending = byte + 1;
        return LINE_KEY_NONE;
    }
}

int32_t line_editor_key(struct line_editor *editor)
{
    const int byte = next_byte(editor);
    if (byte < 0)
        return LINE_KEY_END_OF_INPUT;
    if (byte == ESCAPE)
        return rest_of_escape(editor);
    return byte < 0x80 ? byte : rest_of_character(editor, byte);
}

size_t line_editor_encode(int32_t code_point, char bytes[static 4])
{
    if (code_point < 0x80) {
        bytes[0] = (char)code_point;
        return 1;
    }
    const size_t length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, code_point >>= 6)
        bytes[i] = (char)(0x80 | (code_point & 0x3F));
    bytes[0] = (char)((0xF00 >> length & 0xFF) | code_point);
    return length;
}

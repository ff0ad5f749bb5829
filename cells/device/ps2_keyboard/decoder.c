// SPDX-License-Identifier: MIT
/// decoder: scan code set 1, as the controller's translation gives it: a key's code when it goes
/// down or repeats, the same with the top bit set when it goes up, E0 before the codes of keys that
/// the original keyboard did not have.
#include "decoder.h"

enum : uint8_t {
    CODE_RELEASED = 0x80,
    CODE_EXTENDED = 0xE0,
    CODE_PAUSE = 0xE1, ///< begins the one sequence of the Pause key
    PAUSE_REST = 2,    ///< codes after it

    KEY_CONTROL = 0x1D,
    KEY_LEFT_SHIFT = 0x2A,
    KEY_RIGHT_SHIFT = 0x36,
    KEY_ALT = 0x38,
    KEY_CAPS_LOCK = 0x3A,
    KEY_NUM_LOCK = 0x45,
    KEYPAD_FIRST = 0x47,
    KEYPAD_LAST = 0x53,
    KEY_SLASH = 0x35, ///< extended: of the keypad
    KEY_ENTER = 0x1C, ///< extended: of the keypad
};

enum : uint8_t {
    HELD_LEFT_SHIFT = 1 << 0,
    HELD_RIGHT_SHIFT = 1 << 1,
    HELD_CONTROL = 1 << 2,
    HELD_RIGHT_CONTROL = 1 << 3,
    HELD_ALT = 1 << 4,
    HELD_RIGHT_ALT = 1 << 5,

    HELD_SHIFTS = HELD_LEFT_SHIFT | HELD_RIGHT_SHIFT,
    HELD_CONTROLS = HELD_CONTROL | HELD_RIGHT_CONTROL,
    HELD_ALTS = HELD_ALT | HELD_RIGHT_ALT,
};

/// What a key gives, without and with shift; '\0': nothing.
static const char keys[][2] = {
    [0x01] = {'\033', '\033'}, [0x02] = {'1', '!'}, [0x03] = {'2', '@'},   [0x04] = {'3', '#'},
    [0x05] = {'4', '$'},       [0x06] = {'5', '%'}, [0x07] = {'6', '^'},   [0x08] = {'7', '&'},
    [0x09] = {'8', '*'},       [0x0A] = {'9', '('}, [0x0B] = {'0', ')'},   [0x0C] = {'-', '_'},
    [0x0D] = {'=', '+'},       [0x0E] = {127, 127}, [0x0F] = {'\t', '\t'}, [0x10] = {'q', 'Q'},
    [0x11] = {'w', 'W'},       [0x12] = {'e', 'E'}, [0x13] = {'r', 'R'},   [0x14] = {'t', 'T'},
    [0x15] = {'y', 'Y'},       [0x16] = {'u', 'U'}, [0x17] = {'i', 'I'},   [0x18] = {'o', 'O'},
    [0x19] = {'p', 'P'},       [0x1A] = {'[', '{'}, [0x1B] = {']', '}'},   [0x1C] = {'\r', '\r'},
    [0x1E] = {'a', 'A'},       [0x1F] = {'s', 'S'}, [0x20] = {'d', 'D'},   [0x21] = {'f', 'F'},
    [0x22] = {'g', 'G'},       [0x23] = {'h', 'H'}, [0x24] = {'j', 'J'},   [0x25] = {'k', 'K'},
    [0x26] = {'l', 'L'},       [0x27] = {';', ':'}, [0x28] = {'\'', '"'},  [0x29] = {'`', '~'},
    [0x2B] = {'\\', '|'},      [0x2C] = {'z', 'Z'}, [0x2D] = {'x', 'X'},   [0x2E] = {'c', 'C'},
    [0x2F] = {'v', 'V'},       [0x30] = {'b', 'B'}, [0x31] = {'n', 'N'},   [0x32] = {'m', 'M'},
    [0x33] = {',', '<'},       [0x34] = {'.', '>'}, [0x35] = {'/', '?'},   [0x37] = {'*', '*'},
    [0x39] = {' ', ' '},       [0x4A] = {'-', '-'}, [0x4E] = {'+', '+'},   [0x56] = {'\\', '|'},
};

/// The keypad's digits, from KEYPAD_FIRST on.
static const char keypad_digits[] = "789-456+1230.";
static_assert(sizeof keypad_digits == KEYPAD_LAST - KEYPAD_FIRST + 2);

/// The sequence of a key that moves the cursor, the same on the keypad; null: none.
static const char *const moves[] = {
    [0x47] = "\033[H",  [0x48] = "\033[A",  [0x49] = "\033[5~", [0x4B] = "\033[D",
    [0x4D] = "\033[C",  [0x4F] = "\033[F",  [0x50] = "\033[B",  [0x51] = "\033[6~",
    [0x52] = "\033[2~", [0x53] = "\033[3~",
};

static const char *const functions[] = {
    [0x3B] = "\033OP",   [0x3C] = "\033OQ",   [0x3D] = "\033OR",   [0x3E] = "\033OS",
    [0x3F] = "\033[15~", [0x40] = "\033[17~", [0x41] = "\033[18~", [0x42] = "\033[19~",
    [0x43] = "\033[20~", [0x44] = "\033[21~", [0x57] = "\033[23~", [0x58] = "\033[24~",
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

void ps2_decoder_start(struct ps2_decoder *decoder)
{
    *decoder = (struct ps2_decoder){.num_lock = true};
}

static uint8_t modifier_of(uint8_t key, bool extended)
{
    switch (key) {
    case KEY_LEFT_SHIFT: // extended, it comes and goes around keys as an aid to old programs
        return extended ? 0 : HELD_LEFT_SHIFT;
    case KEY_RIGHT_SHIFT:
        return extended ? 0 : HELD_RIGHT_SHIFT;
    case KEY_CONTROL:
        return extended ? HELD_RIGHT_CONTROL : HELD_CONTROL;
    case KEY_ALT:
        return extended ? HELD_RIGHT_ALT : HELD_ALT;
    default:
        return 0;
    }
}

static size_t give_sequence(const char *sequence, char *input)
{
    size_t length = 0;
    while (sequence && sequence[length] != '\0') {
        input[length] = sequence[length];
        length++;
    }
    return length;
}

static bool is_letter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

/// What Ctrl makes of a character; other than ASCII's '@' to '_', and '?', blank and '/', nothing.
static char control_of(char character)
{
    if (character >= 'a' && character <= 'z')
        return (char)(character - 'a' + 1);
    if (character >= '@' && character <= '_')
        return (char)(character - '@');
    if (character == ' ' || character == '2')
        return '\0';
    return character == '/' || character == '-' ? 0x1F : character;
}

static size_t give_character(const struct ps2_decoder *decoder, char character, char *input)
{
    size_t length = 0;
    if (decoder->held & HELD_ALTS)
        input[length++] = '\033';
    input[length++] = decoder->held & HELD_CONTROLS ? control_of(character) : character;
    return length;
}

static size_t give_plain_key(const struct ps2_decoder *decoder, uint8_t key, char *input)
{
    const bool shifted = decoder->held & HELD_SHIFTS;
    if (key >= KEYPAD_FIRST && key <= KEYPAD_LAST && decoder->num_lock != shifted)
        return give_character(decoder, keypad_digits[key - KEYPAD_FIRST], input);
    if (key < COUNT(moves) && moves[key])
        return give_sequence(moves[key], input);
    if (key < COUNT(functions) && functions[key])
        return give_sequence(functions[key], input);
    if (key >= COUNT(keys) || keys[key][0] == '\0')
        return 0;
    const bool upper = is_letter(keys[key][0]) && decoder->caps_lock ? !shifted : shifted;
    return give_character(decoder, keys[key][upper], input);
}

static size_t give_extended_key(const struct ps2_decoder *decoder, uint8_t key, char *input)
{
    if (key == KEY_SLASH || key == KEY_ENTER)
        return give_character(decoder, keys[key][0], input);
    return key < COUNT(moves) ? give_sequence(moves[key], input) : 0;
}

static size_t key_down(struct ps2_decoder *decoder, uint8_t key, bool extended, char *input)
{
    const uint8_t modifier = modifier_of(key, extended);
    decoder->held |= modifier;
    if (modifier)
        return 0;
    if (extended)
        return give_extended_key(decoder, key, input);
    if (key == KEY_CAPS_LOCK)
        decoder->caps_lock = !decoder->caps_lock;
    else if (key == KEY_NUM_LOCK)
        decoder->num_lock = !decoder->num_lock;
    else
        return give_plain_key(decoder, key, input);
    return 0;
}

size_t ps2_decode(struct ps2_decoder *decoder, uint8_t code, char input[static PS2_KEY_BYTES])
{
    if (decoder->skipped > 0) {
        decoder->skipped--;
        return 0;
    }
    if (code == CODE_EXTENDED) {
        decoder->extended = true;
        return 0;
    }
    const bool extended = decoder->extended;
    decoder->extended = false;
    if (code == CODE_PAUSE) {
        decoder->skipped = PAUSE_REST;
        return 0;
    }
    if (!(code & CODE_RELEASED))
        return key_down(decoder, code, extended, input);
    decoder->held &= (uint8_t)~modifier_of(code & (uint8_t)~CODE_RELEASED, extended);
    return 0;
}

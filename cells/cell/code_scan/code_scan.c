// SPDX-License-Identifier: MIT
// Lengths, by the opcode maps of the Intel SDM, volume 2, appendix A, for 64-bit mode. A map is a
// string with a character an opcode, which says what follows the opcode:
//
//     .  nothing          M  ModRM           c  ModRM that always names registers
//     b  1 byte           B  ModRM, 1 byte   j  a branch's distance, 1 byte
//     w  2 bytes          Z  ModRM and z     J  a branch's distance, 4 bytes
//     z  2 or 4 bytes     3  ModRM, and an immediate for its TEST
//     v  2, 4 or 8 bytes  e  3 bytes         o  an address
//     X  none of ours     p  prefixes and escapes, which are taken before
//
// Live swap:  there is no state.
// Fault:      nothing to undo.
#include "decode.h"

enum : size_t { LONGEST = 15 };

static const char ONE_BYTE[] = "MMMMbzXXMMMMbzXp"
                               "MMMMbzXXMMMMbzXX"
                               "MMMMbzpXMMMMbzpX"
                               "MMMMbzpXMMMMbzpX"
                               "pppppppppppppppp"
                               "................"
                               "XXpMppppzZbB...."
                               "jjjjjjjjjjjjjjjj"
                               "BZXBMMMMMMMMMMMM"
                               "..........X....."
                               "oooo....bz......"
                               "bbbbbbbbvvvvvvvv"
                               "BBw.ppBZe.w..bX."
                               "MMMMXXX.MMMMMMMM"
                               "jjjjbbbbJJXj...."
                               "p.pp..33......MM";

static const char MAP_TWO[] = "MMMMX.....X.XMXX"
                              "MMMMMMMMMMMMMMMM"
                              "ccccXXXXMMMMMMMM"
                              "......X.pXpXXXXX"
                              "MMMMMMMMMMMMMMMM"
                              "MMMMMMMMMMMMMMMM"
                              "MMMMMMMMMMMMMMMM"
                              "BBBBMMM.MMXXMMMM"
                              "JJJJJJJJJJJJJJJJ"
                              "MMMMMMMMMMMMMMMM"
                              "...MBMXX...MBMMM"
                              "MMMMMMMMMMBMMMMM"
                              "MMBMBBBM........"
                              "MMMMMMMMMMMMMMMM"
                              "MMMMMMMMMMMMMMMM"
                              "MMMMMMMMMMMMMMMX";

static_assert(sizeof ONE_BYTE == 257 && sizeof MAP_TWO == 257);

static bool take(struct pieces *pieces, uint8_t *byte)
{
    if (pieces->at == pieces->size)
        return false;
    *byte = pieces->bytes[pieces->at++];
    return true;
}

static bool skip(struct pieces *pieces, size_t count)
{
    if (pieces->size - pieces->at < count)
        return false;
    pieces->at += count;
    return true;
}

/// Takes legacy prefixes and REX. Only a REX that comes last counts; `rex` says that there is one.
static bool take_prefixes(struct pieces *pieces, bool *rex)
{
    uint8_t byte;
    *rex = false;
    while (take(pieces, &byte)) {
        const bool is_rex = byte >> 4 == 4;
        if (is_rex) {
            pieces->rex_w = byte & 8;
            *rex = true;
            continue;
        }
        if (byte == 0x66)
            pieces->operand_16 = true;
        else if (byte == 0x67)
            pieces->address_32 = true;
        else if (byte == 0xF0)
            pieces->locked = true;
        else if (byte == 0xF2 || byte == 0xF3)
            pieces->repeat = byte;
        else if (byte != 0x26 && byte != 0x2E && byte != 0x36 && byte != 0x3E && byte != 0x64 &&
                 byte != 0x65) {
            pieces->opcode = byte;
            return true;
        }
        pieces->rex_w = *rex = false;
    }
    return false;
}

/// Takes ModRM, and what addresses memory by it.
static bool take_modrm(struct pieces *pieces, bool registers_only)
{
    if (!take(pieces, &pieces->modrm))
        return false;
    const unsigned mode = pieces->modrm >> 6;
    unsigned base = pieces->modrm & 7;
    if (registers_only || mode == 3)
        return true;
    if (base == 4) {
        uint8_t scaled_index;
        if (!take(pieces, &scaled_index))
            return false;
        base = scaled_index & 7;
        if (base == 5 && mode == 0)
            return skip(pieces, 4);
    } else if (base == 5 && mode == 0) {
        return skip(pieces, 4);
    }
    return skip(pieces, mode == 1 ? 1 : mode == 2 ? 4 : 0);
}

static size_t immediate_size(const struct pieces *pieces, char kind)
{
    const size_t z = pieces->operand_16 && !pieces->rex_w ? 2 : 4;
    const bool tests = (pieces->modrm >> 3 & 7) < 2;
    switch (kind) {
    case 'b':
    case 'B':
    case 'j':
        return 1;
    case 'w':
        return 2;
    case 'e':
        return 3;
    case 'z':
    case 'Z':
        return z;
    case 'J':
        return 4;
    case 'v':
        return pieces->rex_w ? 8 : z;
    case 'o':
        return pieces->address_32 ? 4 : 8;
    case '3':
        return !tests ? 0 : pieces->opcode == 0xF6 ? 1 : z;
    default:
        return 0;
    }
}

static bool take_operands(struct pieces *pieces, char kind)
{
    const bool modrm = kind == 'M' || kind == 'B' || kind == 'Z' || kind == '3' || kind == 'c';
    if (kind == 'X' || kind == 'p' || (modrm && !take_modrm(pieces, kind == 'c')))
        return false;
    pieces->immediate = pieces->at;
    return skip(pieces, immediate_size(pieces, kind));
}

/// The maps behind 0F 38 and 0F 3A have no holes that would matter but these.
static bool take_three_byte(struct pieces *pieces)
{
    const uint8_t escape = pieces->opcode;
    if (!take(pieces, &pieces->opcode))
        return false;
    const uint8_t opcode = pieces->opcode;
    if (escape == 0x38) {
        pieces->map = MAP_0F38;
        const bool known = opcode <= 0x41 || (opcode >= 0x80 && opcode <= 0x82) ||
                           (opcode >= 0xC8 && opcode <= 0xCF) ||
                           (opcode >= 0xDB && opcode <= 0xDF && pieces->repeat == 0) ||
                           opcode == 0xF0 || opcode == 0xF1 || opcode == 0xF5 || opcode == 0xF6 ||
                           opcode == 0xF8 || opcode == 0xF9;
        return known && take_operands(pieces, 'M');
    }
    pieces->map = MAP_0F3A;
    const bool known = (opcode >= 0x08 && opcode <= 0x0F) || (opcode >= 0x14 && opcode <= 0x17) ||
                       (opcode >= 0x20 && opcode <= 0x22) || (opcode >= 0x40 && opcode <= 0x44) ||
                       (opcode >= 0x60 && opcode <= 0x63) || opcode == 0xCC || opcode == 0xCE ||
                       opcode == 0xCF || opcode == 0xDF;
    return known && take_operands(pieces, 'B');
}

static bool take_two_byte(struct pieces *pieces)
{
    if (!take(pieces, &pieces->opcode))
        return false;
    if (pieces->opcode == 0x38 || pieces->opcode == 0x3A)
        return take_three_byte(pieces);
    pieces->map = MAP_0F;
    // With a prefix, AMD's EXTRQ and INSERTQ, of another length.
    if ((pieces->opcode == 0x78 || pieces->opcode == 0x79) &&
        (pieces->operand_16 || pieces->repeat != 0))
        return false;
    return take_operands(pieces, MAP_TWO[pieces->opcode]);
}

static bool vector_has_immediate(unsigned map, uint8_t opcode)
{
    return map == 3 || (map == 1 && ((opcode >= 0x70 && opcode <= 0x73) || opcode == 0xC2 ||
                                     (opcode >= 0xC4 && opcode <= 0xC6)));
}

/// What is encoded by VEX and EVEX, the opcode byte being the first of either prefix.
static bool take_vector(struct pieces *pieces)
{
    const uint8_t first = pieces->opcode;
    uint8_t payload[3];
    const size_t count = first == 0xC5 ? 1 : first == 0xC4 ? 2 : 3;
    for (size_t i = 0; i < count; i++)
        if (!take(pieces, &payload[i]))
            return false;
    unsigned map = first == 0xC5 ? 1 : payload[0] & 0x1F;
    if (first == 0x62) {
        // The fixed bits; other values are of extensions that are not known here.
        if ((payload[0] & 8) != 0 || (payload[1] & 4) == 0)
            return false;
        map = payload[0] & 7;
    }
    const bool known = (map >= 1 && map <= 3) || (first == 0x62 && (map == 5 || map == 6));
    if (!known || !take(pieces, &pieces->opcode))
        return false;
    pieces->map = MAP_VECTOR;
    if (first != 0x62 && map == 1 && pieces->opcode == 0x77)
        return true;
    return take_operands(pieces, vector_has_immediate(map, pieces->opcode) ? 'B' : 'M');
}

static bool take_instruction(struct pieces *pieces)
{
    bool rex;
    if (!take_prefixes(pieces, &rex))
        return false;
    const uint8_t opcode = pieces->opcode;
    if (opcode == 0x0F)
        return take_two_byte(pieces);
    if (opcode == 0xC4 || opcode == 0xC5 || opcode == 0x62)
        return !rex && !pieces->operand_16 && !pieces->locked && pieces->repeat == 0 &&
               take_vector(pieces);
    if (!take_operands(pieces, ONE_BYTE[opcode]))
        return false;
    // POP is the only one of its group; what else begins so is AMD's XOP.
    return opcode != 0x8F || (pieces->modrm >> 3 & 7) == 0;
}

static bool is_relative(const struct pieces *pieces)
{
    const char *map = pieces->map == MAP_ONE_BYTE ? ONE_BYTE : MAP_TWO;
    const char kind = pieces->map > MAP_0F ? 'M' : map[pieces->opcode];
    return kind == 'j' || kind == 'J';
}

static int32_t read_distance(const struct pieces *pieces)
{
    uint32_t value = 0;
    if (pieces->at - pieces->immediate == 1)
        return (int8_t)pieces->bytes[pieces->immediate];
    for (size_t i = 4; i-- > 0;)
        value = value << 8 | pieces->bytes[pieces->immediate + i];
    return (int32_t)value;
}

bool code_decode(const uint8_t *bytes, size_t size, struct code_instruction *instruction)
{
    struct pieces pieces = {.bytes = bytes, .size = size < LONGEST ? size : LONGEST};
    if (!take_instruction(&pieces))
        return false;
    *instruction = (struct code_instruction){.length = (uint8_t)pieces.at};
    if (is_relative(&pieces)) {
        // A distance of 16 bits for AMD, and of 32 for Intel.
        if (pieces.operand_16)
            return false;
        instruction->branches = true;
        instruction->distance = read_distance(&pieces);
    }
    code_judge(&pieces, instruction);
    return true;
}

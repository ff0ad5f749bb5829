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
// Most instructions have no prefix but REX, and want nothing: these are taken by decode_common(),
// without a look at every byte. The general way comes to the same result.
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
    pieces->operands = pieces->at;
    if (registers_only || mode == 3)
        return true;
    if (base == 4) {
        uint8_t scaled_index;
        if (!take(pieces, &scaled_index))
            return false;
        base = scaled_index & 7;
        pieces->operands = pieces->at;
    }
    if (base == 5 && mode == 0)
        return skip(pieces, 4);
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
    pieces->operands = pieces->at;
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
    pieces->operands = pieces->at;
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
    // POP and MOV are the only ones of their groups. What else begins so is AMD's XOP, or XABORT
    // and XBEGIN, which goes where its distance says.
    const bool alone = opcode == 0x8F || opcode == 0xC6 || opcode == 0xC7;
    return !alone || (pieces->modrm >> 3 & 7) == 0;
}

static bool is_relative(const struct pieces *pieces)
{
    const char *map = pieces->map == MAP_ONE_BYTE ? ONE_BYTE : MAP_TWO;
    const char kind = pieces->map > MAP_0F ? 'M' : map[pieces->opcode];
    return kind == 'j' || kind == 'J';
}

static int32_t read_distance(const uint8_t *bytes, size_t size)
{
    if (size == 1)
        return (int8_t)bytes[0];
    return (int32_t)((uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
                     (uint32_t)bytes[3] << 24);
}

// What decode_common() knows of what follows an opcode; zero: nothing.
enum : uint8_t { KNOWN = 0x80, HAS_MODRM = 0x40, IS_BRANCH = 0x20, IMMEDIATE = 0x0F };

static const uint8_t COMMON[128] = {
    ['.'] = KNOWN,
    ['b'] = KNOWN | 1,
    ['z'] = KNOWN | 4,
    ['M'] = KNOWN | HAS_MODRM,
    ['B'] = KNOWN | HAS_MODRM | 1,
    ['Z'] = KNOWN | HAS_MODRM | 4,
    ['j'] = KNOWN | IS_BRANCH | 1,
    ['J'] = KNOWN | IS_BRANCH | 4,
};

// Bytes of a displacement by the mode and the register of ModRM.
static const uint8_t DISPLACEMENT[4 * 8] = {0, 0, 0, 0, 0, 4, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,
                                            4, 4, 4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0};

// Takes ModRM and a SIB byte at `*at`; gives the size of the displacement.
static size_t common_modrm(const uint8_t *bytes, size_t *at)
{
    const uint8_t modrm = bytes[(*at)++];
    unsigned base = modrm & 7;
    if (base == 4 && modrm < 0xC0)
        base = bytes[(*at)++] & 7;
    return DISPLACEMENT[(modrm >> 6) * 8 + base];
}

// Of a plain instruction without prefixes but REX, when there are LONGEST bytes. False: it must be
// taken the general way.
static bool decode_common(const uint8_t *bytes, struct code_instruction *instruction)
{
    size_t at = (bytes[0] & 0xF0) == 0x40;
    const char *kinds = ONE_BYTE;
    enum opcode_map map = MAP_ONE_BYTE;
    if (bytes[at] == 0x0F) {
        kinds = MAP_TWO;
        map = MAP_0F;
        at++;
    }
    const uint8_t opcode = bytes[at++];
    const uint8_t known = COMMON[(unsigned char)kinds[opcode]];
    if (known == 0 || !code_is_plain(map, opcode))
        return false;
    const size_t displacement = known & HAS_MODRM ? common_modrm(bytes, &at) : 0;
    const size_t immediate = known & IMMEDIATE;
    *instruction = (struct code_instruction){
        .length = (uint8_t)(at + displacement + immediate),
        .operands = (uint8_t)at,
        .branches = known & IS_BRANCH,
    };
    if (instruction->branches)
        instruction->distance = read_distance(bytes + at, immediate);
    return true;
}

bool code_decode(const uint8_t *bytes, size_t size, struct code_instruction *instruction)
{
    if (size >= LONGEST && decode_common(bytes, instruction))
        return true;
    struct pieces pieces = {.bytes = bytes, .size = size < LONGEST ? size : LONGEST};
    if (!take_instruction(&pieces))
        return false;
    *instruction = (struct code_instruction){.length = (uint8_t)pieces.at,
                                             .operands = (uint8_t)pieces.operands};
    if (is_relative(&pieces)) {
        // A distance of 16 bits for AMD, and of 32 for Intel.
        if (pieces.operand_16)
            return false;
        instruction->branches = true;
        instruction->distance =
            read_distance(bytes + pieces.immediate, pieces.at - pieces.immediate);
    }
    code_judge(&pieces, instruction);
    return true;
}

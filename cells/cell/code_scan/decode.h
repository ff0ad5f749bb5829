// SPDX-License-Identifier: MIT
/// An instruction in pieces; private to code_scan.
#pragma once
#include <cell/code_scan.h>

enum opcode_map { MAP_ONE_BYTE, MAP_0F, MAP_0F38, MAP_0F3A, MAP_VECTOR };

struct pieces {
    const uint8_t *bytes;
    size_t size;
    size_t at; // of the next byte
    bool operand_16, address_32, locked, rex_w;
    uint8_t repeat; // 0xF2 or 0xF3; 0: none
    enum opcode_map map;
    uint8_t opcode;
    uint8_t modrm;
    size_t operands;  // where displacement and immediate begin
    size_t immediate; // where it begins
};

/// Whether every instruction of this opcode, of the first two maps, is for all.
bool code_is_plain(enum opcode_map map, uint8_t opcode);

/// Sets what the instruction wants.
void code_judge(const struct pieces *pieces, struct code_instruction *instruction);

// SPDX-License-Identifier: MIT
/// policy: what the boot policy grants to a cell, and what a cell guards.
///
/// A policy is text (docs/reference/authority.md): `theoris-policy 1.0`, then lines
///
///     allow cell NAME|kind KIND [in NAMESPACE] [from archive|extra] needs|capabilities WORD...
///
/// A manifest requests, a policy grants: what no line grants is refused. The text is read once,
/// into lines, of which any number of questions can then be asked.
///
/// Callers:   any context, the build's tools too; there is no state, no heap and no lock here.
/// Live swap: nothing to carry over.
/// Fault:     nothing to undo.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/slice.h>
#include <cell/status.h>
#include <cell/text.h>

enum policy_origin { FROM_ARCHIVE, FROM_EXTRA, FROM_ELSEWHERE };

/// Who asks. FROM_ELSEWHERE is a cell for which no signature vouches: it is given what an
/// application is given, whatever it says of its kind, and no line names it.
struct policy_subject {
    struct text name;
    struct text kind;
    struct text name_space;
    enum policy_origin origin;
};

enum policy_right { POLICY_NEEDS, POLICY_CAPABILITIES };

/// A line that grants, as it was read; the texts borrow from the policy.
struct policy_line {
    struct text who;        ///< name of a cell, or a kind
    struct text name_space; ///< empty: in all
    struct text words;
    uint32_t hash; ///< of `who`
    enum policy_right right;
    bool for_cell; ///< else for a kind
    bool all;      ///< one of the words is `*`
    bool from[2];  ///< by enum policy_origin
};

SLICE(policy_lines, struct policy_line);

/// The room that policy_read() wants: it is never less than the number of lines that grant.
size_t policy_room(struct text policy);

/// Reads a policy into `lines`, which has that room, and sets its length. STATUS_DAMAGED,
/// STATUS_UNSUPPORTED: it is not as above, or of another major version; `refused` is its line, or
/// empty, and there are no lines.
enum status policy_read(struct text policy, struct policy_lines *lines, struct text *refused);

/// STATUS_OK: every word of `wanted`, a list, is granted. STATUS_DENIED: `refused` is the first
/// that is not. STATUS_OVERFLOW: more than 64 words are wanted.
enum status policy_check(struct policy_lines lines, const struct policy_subject *subject,
                         enum policy_right right, struct text wanted, struct text *refused);

/// Whether `symbol`, which a cell with these `guards` exports, may be used by one that holds
/// `capabilities`. Guards are words `CAPABILITY`, for all symbols, and `CAPABILITY=SYMBOL`. If it
/// may not, `missing` is a capability that it takes.
bool policy_may_use(struct text guards, struct text capabilities, struct text symbol,
                    struct text *missing);

/// Whether `list`, of words separated by blanks, has `word`.
bool policy_list_has(struct text list, struct text word);

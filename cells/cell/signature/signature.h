// SPDX-License-Identifier: MIT
/// signature: whether bytes are what the holder of a key signed.
///
/// ECDSA on the curve P-256 with SHA-256; the arithmetic is BearSSL's. A signed list vouches for
/// files by their BLAKE2b, which is quicker. What is signed, and where the signature stands, is in
/// docs/reference/signatures.md. Nothing here is secret, and nothing is decided: see cell_loader.
///
/// Callers:   any task; a verification takes some million instructions and 8 KiB of stack.
/// Live swap: nothing to carry over.
/// Fault:     nothing to undo.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/status.h>
#include <cell/text.h>

enum : size_t {
    SIGNATURE_SIZE = 64,
    SIGNATURE_KEY_SIZE = 65, ///< of a public key: 4, then both coordinates
    SIGNATURE_HEADER_SIZE = 16,
    SIGNATURE_SECTION_SIZE = SIGNATURE_HEADER_SIZE + SIGNATURE_SIZE,
};

/// Of a file: its BLAKE2b of 32 bytes.
struct digest {
    uint8_t bytes[32];
};

/// What is signed: a SHA-256.
struct signed_digest {
    uint8_t bytes[32];
};

struct digest digest_of(const uint8_t *bytes, size_t size);

struct signed_digest signed_digest_of(const uint8_t *bytes, size_t size);

/// The same as if the SIGNATURE_SIZE bytes at `hole` were zeros. They must be among the bytes.
struct signed_digest signed_digest_without(const uint8_t *bytes, size_t size, size_t hole);

bool signature_is_good(const uint8_t key[static SIGNATURE_KEY_SIZE],
                       const struct signed_digest *digest,
                       const uint8_t signature[static SIGNATURE_SIZE]);

/// Checks the object of `size` bytes whose section `.cell.signature` is SIGNATURE_SECTION_SIZE
/// bytes at `section`; all of it must be in bounds. STATUS_UNSUPPORTED: the section's first line is
/// not of this version. STATUS_DENIED: the signature is not by this key, or not of these bytes.
enum status signature_check_object(const uint8_t key[static SIGNATURE_KEY_SIZE],
                                   const uint8_t *object, size_t size, size_t section);

/// Checks a signed list of digests. STATUS_UNSUPPORTED: it is of no version that this reads.
/// STATUS_DAMAGED: it has no last line with a signature. STATUS_DENIED: as above.
enum status signature_check_list(const uint8_t key[static SIGNATURE_KEY_SIZE], struct text list);

/// Whether a list that was found good has `digest` beside `name`.
bool signature_list_has(struct text list, struct text name, const struct digest *digest);

// SPDX-License-Identifier: MIT
// BearSSL's functions are called here and nowhere else.
//
// Live swap:  there is no state.
// Fault:      nothing to undo.
#include <bearssl_ec.h>
#include <bearssl_hash.h>

#include "blake2b.h"

#include <cell/signature.h>
#include <libc/string.h>

struct digest digest_of(const uint8_t *bytes, size_t size)
{
    struct digest digest = {};
    static_assert(sizeof digest.bytes == BLAKE2B_SIZE);
    blake2b(bytes, size, digest.bytes);
    return digest;
}

struct signed_digest signed_digest_of(const uint8_t *bytes, size_t size)
{
    struct signed_digest digest;
    br_sha256_context context;
    br_sha256_init(&context);
    br_sha256_update(&context, bytes, size);
    br_sha256_out(&context, digest.bytes);
    return digest;
}

struct signed_digest signed_digest_without(const uint8_t *bytes, size_t size, size_t hole)
{
    static const uint8_t zeros[SIGNATURE_SIZE] = {};
    const size_t behind = hole + sizeof zeros;
    struct signed_digest digest;
    br_sha256_context context;
    br_sha256_init(&context);
    br_sha256_update(&context, bytes, hole);
    br_sha256_update(&context, zeros, sizeof zeros);
    br_sha256_update(&context, bytes + behind, size - behind);
    br_sha256_out(&context, digest.bytes);
    return digest;
}

bool signature_is_good(const uint8_t key[static SIGNATURE_KEY_SIZE],
                       const struct signed_digest *digest,
                       const uint8_t signature[static SIGNATURE_SIZE])
{
    unsigned char copy[SIGNATURE_KEY_SIZE]; // BearSSL's structure wants to be able to write it
    memcpy(copy, key, sizeof copy);
    const br_ec_public_key public = {BR_EC_secp256r1, copy, sizeof copy};
    return br_ecdsa_i31_vrfy_raw(&br_ec_p256_m31, digest->bytes, sizeof digest->bytes, &public,
                                 signature, SIGNATURE_SIZE) == 1;
}

enum status signature_check_object(const uint8_t key[static SIGNATURE_KEY_SIZE],
                                   const uint8_t *object, size_t size, size_t section)
{
    static const char header[] = "theoris-sig 1.0\n";
    static_assert(sizeof header - 1 == SIGNATURE_HEADER_SIZE);
    if (memcmp(object + section, header, SIGNATURE_HEADER_SIZE) != 0)
        return STATUS_UNSUPPORTED;
    const size_t place = section + SIGNATURE_HEADER_SIZE;
    const struct signed_digest digest = signed_digest_without(object, size, place);
    return signature_is_good(key, &digest, object + place) ? STATUS_OK : STATUS_DENIED;
}

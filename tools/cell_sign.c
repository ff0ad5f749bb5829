// SPDX-License-Identifier: MIT
/// cell_sign: signs cells, and the archive's list of them (docs/reference/signatures.md).
///
///     cell_sign public KEY OUTPUT.c        writes the public half of the key as a C source
///     cell_sign digest FILE OUTPUT.c       writes the digest of a file as a C source
///     cell_sign object KEY FILE...         signs objects with room for it, in place
///     cell_sign list KEY OUTPUT FILE...    writes a signed list of the digests of files
///
/// KEY is a private key of the curve P-256 in PEM. Signatures are ECDSA with SHA-256, deterministic
/// by RFC 6979, so that one key and one file make one signature. The arithmetic is BearSSL's.
/// Digests in a list are BLAKE2b's, computed by the source that the system computes them by.
/// Status: 0 done, 1 failed (a sentence says why), 2 usage.
#include <bearssl.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blake2b.h"

enum : size_t { SHA256_SIZE = 32, SIGNATURE_SIZE = 64, KEY_LIMIT = 4096 };

#define SECTION_NAME ".cell.signature"
#define SECTION_MAGIC "theoris-sig 1.0\n"
#define LIST_MAGIC "theoris-signatures 2.0\n"

struct bytes {
    unsigned char *start;
    size_t size;
};

struct key {
    br_ec_private_key private;
    unsigned char number[BR_EC_KBUF_PRIV_MAX_SIZE];
};

[[noreturn, gnu::format(printf, 1, 2)]] static void stop(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "cell_sign: ");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

/// Reads a whole file into memory.
static struct bytes read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        stop("%s cannot be read: %s", path, strerror(errno));
    const long end = ftell(file);
    struct bytes bytes = {.size = end < 0 ? 0 : (size_t)end};
    bytes.start = malloc(bytes.size + 1);
    if (!bytes.start)
        stop("there is no memory");
    if (fseek(file, 0, SEEK_SET) != 0 || fread(bytes.start, 1, bytes.size, file) != bytes.size)
        stop("%s cannot be read: %s", path, strerror(errno));
    fclose(file);
    return bytes;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        stop("%s cannot be written: %s", path, strerror(errno));
    const bool written = fwrite(bytes, 1, size, file) == size;
    if (fclose(file) != 0 || !written) {
        remove(path);
        stop("%s cannot be written: %s", path, strerror(errno));
    }
}

static void decode_key(void *decoder, const void *bytes, size_t size)
{
    br_skey_decoder_push(decoder, bytes, size);
}

/// The first private key in a PEM file; others, such as OpenSSL's parameters, are passed over.
static struct key read_key(const char *path)
{
    const struct bytes text = read_file(path);
    br_pem_decoder_context pem;
    br_skey_decoder_context decoder;
    br_skey_decoder_init(&decoder);
    br_pem_decoder_init(&pem);
    for (size_t at = 0; at < text.size && br_skey_decoder_key_type(&decoder) == 0;) {
        at += br_pem_decoder_push(&pem, text.start + at, text.size - at);
        if (br_pem_decoder_event(&pem) == BR_PEM_BEGIN_OBJ) {
            const bool wanted = strstr(br_pem_decoder_name(&pem), "PRIVATE KEY");
            br_skey_decoder_init(&decoder);
            br_pem_decoder_setdest(&pem, wanted ? decode_key : nullptr, &decoder);
        }
    }
    const br_ec_private_key *found = br_skey_decoder_get_ec(&decoder);
    if (!found || found->curve != BR_EC_secp256r1 || found->xlen > BR_EC_KBUF_PRIV_MAX_SIZE)
        stop("%s holds no private key of the curve P-256 in PEM", path);
    struct key key = {.private = *found};
    memcpy(key.number, found->x, found->xlen);
    free(text.start);
    return key;
}

static void sha256(struct bytes bytes, unsigned char result[static SHA256_SIZE])
{
    br_sha256_context context;
    br_sha256_init(&context);
    br_sha256_update(&context, bytes.start, bytes.size);
    br_sha256_out(&context, result);
}

/// Writes the SIGNATURE_SIZE bytes at `signature`, which may lie within `bytes`.
static void sign(struct key *key, struct bytes bytes, unsigned char *signature)
{
    unsigned char hash[SHA256_SIZE];
    sha256(bytes, hash);
    key->private.x = key->number;
    if (br_ecdsa_i31_sign_raw(&br_ec_p256_m31, &br_sha256_vtable, hash, &key->private, signature) !=
        SIGNATURE_SIZE)
        stop("the key is no number of the curve P-256");
}

/// Writes `bytes` as an array of a C source, between the words before and after.
static void write_source(const char *path, const char *before, const unsigned char *bytes,
                         size_t size, const char *after)
{
    char text[2048];
    int length = snprintf(text, sizeof text, "// SPDX-License-Identifier: MIT\n%s", before);
    for (size_t i = 0; i < size; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%s0x%02x,",
                           i % 12 == 0 ? "\n    " : " ", bytes[i]);
    length += snprintf(text + length, sizeof text - (size_t)length, "\n%s;\n", after);
    write_file(path, text, (size_t)length);
}

static void write_public(struct key *key, const char *path)
{
    unsigned char buffer[BR_EC_KBUF_PUB_MAX_SIZE];
    br_ec_public_key public;
    key->private.x = key->number;
    const size_t size = br_ec_compute_pub(&br_ec_p256_m31, &public, buffer, &key->private);
    if (size == 0)
        stop("the key is no number of the curve P-256");
    write_source(path,
                 "#include \"signing_key.h\"\n\nconst uint8_t signing_key[SIGNATURE_KEY_SIZE] = {",
                 public.q, size, "}");
}

static void write_digest(const char *file, const char *path)
{
    unsigned char hash[BLAKE2B_SIZE];
    const struct bytes content = read_file(file);
    blake2b(content.start, content.size, hash);
    free(content.start);
    write_source(path, "#include \"nano_core.h\"\n\nconst struct digest signatures_digest = {{",
                 hash, sizeof hash, "}}");
}

/// Where the signature lies in an object.
static size_t find_room(const char *path, struct bytes file)
{
    Elf64_Ehdr header;
    if (file.size < sizeof header || memcmp(file.start, ELFMAG, SELFMAG) != 0)
        stop("%s is no ELF object", path);
    memcpy(&header, file.start, sizeof header);
    Elf64_Shdr names;
    const size_t table_end = header.e_shoff + (size_t)header.e_shnum * sizeof names;
    if (header.e_shentsize != sizeof names || header.e_shoff > file.size || table_end > file.size ||
        header.e_shstrndx >= header.e_shnum)
        stop("%s has no table of sections", path);
    memcpy(&names, file.start + header.e_shoff + header.e_shstrndx * sizeof names, sizeof names);
    for (size_t i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr section;
        memcpy(&section, file.start + header.e_shoff + i * sizeof section, sizeof section);
        const size_t name = names.sh_offset + section.sh_name;
        if (name > file.size || file.size - name < sizeof SECTION_NAME ||
            memcmp(file.start + name, SECTION_NAME, sizeof SECTION_NAME) != 0)
            continue;
        const size_t magic = strlen(SECTION_MAGIC);
        if (section.sh_size != magic + SIGNATURE_SIZE || section.sh_offset > file.size ||
            file.size - section.sh_offset < section.sh_size ||
            memcmp(file.start + section.sh_offset, SECTION_MAGIC, magic) != 0)
            stop("%s: the section " SECTION_NAME " is not as cell() makes it", path);
        return section.sh_offset + magic;
    }
    stop("%s has no section " SECTION_NAME ": build it by cell()", path);
}

static void sign_object(struct key *key, const char *path)
{
    const struct bytes file = read_file(path);
    unsigned char *room = file.start + find_room(path, file);
    memset(room, 0, SIGNATURE_SIZE);
    sign(key, file, room);
    write_file(path, file.start, file.size);
    free(file.start);
}

static void append_hex(FILE *output, const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        fprintf(output, "%02x", bytes[i]);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int compare_names(const void *left, const void *right)
{
    const char *const *a = (const char *const *)left;
    const char *const *b = (const char *const *)right;
    return strcmp(base_name(*a), base_name(*b));
}

static void write_list(struct key *key, const char *path, char *files[], size_t count)
{
    struct bytes text = {};
    char *start = nullptr;
    FILE *output = open_memstream(&start, &text.size);
    if (!output)
        stop("there is no memory");
    qsort((void *)files, count, sizeof *files, compare_names);
    fputs(LIST_MAGIC, output);
    for (size_t i = 0; i < count; i++) {
        const struct bytes file = read_file(files[i]);
        unsigned char hash[BLAKE2B_SIZE];
        blake2b(file.start, file.size, hash);
        free(file.start);
        append_hex(output, hash, sizeof hash);
        fprintf(output, " %s\n", base_name(files[i]));
    }
    fflush(output);
    text.start = (unsigned char *)start;
    unsigned char signature[SIGNATURE_SIZE];
    sign(key, text, signature);
    fputs("signature ", output);
    append_hex(output, signature, sizeof signature);
    fputc('\n', output);
    if (fclose(output) != 0)
        stop("there is no memory");
    write_file(path, start, text.size);
    free(start);
}

int main(int argc, char *argv[])
{
    const char *command = argc >= 4 ? argv[1] : "";
    if (strcmp(command, "public") == 0 && argc == 4) {
        struct key key = read_key(argv[2]);
        write_public(&key, argv[3]);
    } else if (strcmp(command, "digest") == 0 && argc == 4) {
        write_digest(argv[2], argv[3]);
    } else if (strcmp(command, "object") == 0) {
        struct key key = read_key(argv[2]);
        for (int i = 3; i < argc; i++)
            sign_object(&key, argv[i]);
    } else if (strcmp(command, "list") == 0) {
        struct key key = read_key(argv[2]);
        write_list(&key, argv[3], argv + 4, (size_t)argc - 4);
    } else {
        fprintf(stderr, "usage: cell_sign public KEY OUTPUT.c\n"
                        "       cell_sign digest FILE OUTPUT.c\n"
                        "       cell_sign object KEY FILE...\n"
                        "       cell_sign list KEY OUTPUT FILE...\n");
        return 2;
    }
    return 0;
}

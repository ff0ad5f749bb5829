// SPDX-License-Identifier: MIT
#include <cell/annotations.h>
#include <libc/format.h>
#include <libc/string.h>
#include <stdint.h>

#include <cell/test.h>
#include <cell/text.h>

/// Whether the arguments after `expected`, formatted, give it.
#define GIVES(expected, ...)                                                                       \
    (format_text(text, sizeof text, __VA_ARGS__) == strlen(expected) && strcmp(text, expected) == 0)

TEST(numbers_have_their_shortest_form_by_default)
{
    char text[64];
    EXPECT(GIVES("0 -1 42", "%d %i %u", 0, -1, 42u));
    EXPECT(GIVES("-2147483648 4294967295", "%d %u", INT32_MIN, UINT32_MAX));
    EXPECT(GIVES("beef BEEF 17", "%x %X %o", 0xbeefu, 0xbeefu, 15u));
}

TEST(the_ends_of_every_length_are_right)
{
    char text[64];
    EXPECT(GIVES("-9223372036854775808", "%lld", (long long)INT64_MIN));
    EXPECT(GIVES("18446744073709551615", "%lu", UINT64_MAX));
    EXPECT(GIVES("1777777777777777777777", "%lo", UINT64_MAX));
    EXPECT(GIVES("ffffffffffffffff", "%zx", SIZE_MAX));
    EXPECT(GIVES("-128 127 255", "%hhd %hhd %hhu", (signed char)-128, (signed char)127,
                 (unsigned char)255));
    EXPECT(GIVES("-32768 65535", "%hd %hu", (short)-32768, (unsigned short)65535));
    EXPECT(GIVES("-5 5", "%td %ju", (ptrdiff_t)-5, (uintmax_t)5));
}

TEST(zeros_come_between_the_sign_and_the_digits)
{
    char text[64];
    EXPECT(GIVES("-0042", "%05d", -42));
    EXPECT(GIVES("0x002a", "%#06x", 42u));
    EXPECT(GIVES("  -042", "%6.3d", -42));
}

TEST(a_precision_of_zero_shows_no_digit_of_a_zero)
{
    char text[64];
    EXPECT(GIVES("[]", "[%.0d]", 0));
    EXPECT(GIVES("[+]", "[%+.0d]", 0));
    EXPECT(GIVES("[0]", "[%#.0o]", 0u));
}

TEST(texts_are_cut_by_precision_and_padded_by_width)
{
    char text[64];
    const char unended[] = {'a', 'b', 'c'};
    EXPECT(GIVES("[   ab]", "[%5.2s]", unended));
    EXPECT(GIVES("[ab   ]", "[%-*.*s]", 5, 2, unended));
    EXPECT(GIVES("[ab   ]", "[%*.*s]", -5, 2, unended));
    EXPECT(GIVES("[abc]", "[%.*s]", -1, "abc"));
    EXPECT(GIVES("[]", "[%.0s]", unended));
    const char *nothing = nullptr;
    EXPECT(GIVES("(null)", "%s", nothing));
}

UNSAFE(INNOCUOUS, "the pointer is only printed")
static void *pointer_to(uintptr_t address)
{
    return (void *)address;
}

TEST(a_pointer_is_written_in_hexadecimal_even_if_it_is_null)
{
    char text[64];
    EXPECT(GIVES("0xdead", "%p", pointer_to(0xdead)));
    EXPECT(GIVES("  0x0", "%5p", (void *)nullptr));
}

TEST(a_text_that_does_not_fit_is_cut_and_measured_whole)
{
    char text[5] = "....";
    EXPECT(format_text(text, sizeof text, "%s-%d", "abc", 123) == 7);
    EXPECT(strcmp(text, "abc-") == 0);
    EXPECT(format_text(text, 1, "%d", 12) == 2);
    EXPECT(text[0] == '\0' && text[1] == 'b');
    EXPECT(format_text(nullptr, 0, "%d", 12) == 2);
    EXPECT(format_text(text, sizeof text, "1234") == 4);
    EXPECT(strcmp(text, "1234") == 0);
}

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat"
TEST(what_is_no_conversion_is_written_as_it_stands)
{
    char text[64];
    EXPECT(GIVES("100% %k %5", "100%% %k %5"));
    EXPECT(GIVES("%-08.3q7", "%-08.3q%d", 7));
    EXPECT(GIVES("%", "%"));
}
#pragma clang diagnostic pop

/// Counts the pieces, and the empty ones among them.
struct counting_sink {
    size_t length;
    unsigned empty_pieces;
};

static void counting_write(void *context, const char *text, size_t length)
{
    struct counting_sink *counting = context;
    (void)text;
    counting->length += length;
    counting->empty_pieces += length == 0;
}

[[gnu::format(printf, 2, 3)]] static void count(struct counting_sink *sink, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_to(&(struct format_sink){counting_write, sink}, format, arguments);
    va_end(arguments);
}

TEST(a_sink_gets_no_empty_piece)
{
    struct counting_sink sink = {0, 0};
    count(&sink, "%s%.0d%100d%-100d%%", "", 0, 1, 2);
    EXPECT(sink.length == 201);
    EXPECT(sink.empty_pieces == 0);
}

TEST(arguments_beyond_those_in_registers_are_taken_in_order)
{
    char text[64];
    EXPECT(GIVES("1 2 3 4 5 6 7 8 9 a", "%d %d %d %d %d %d %d %ld %d %c", 1, 2, 3, 4, 5, 6, 7, 8L,
                 9, 'a'));
}

#if __STDC_HOSTED__
#include <stdio.h>

#pragma clang diagnostic ignored "-Wformat-nonliteral"
#pragma clang diagnostic ignored "-Wformat-security"

static uint64_t random_state;

static uint64_t random_next(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return random_state >> 33;
}

/// A number with a random count of significant bits, so that short ones are as likely as long ones.
static uint64_t random_number(void)
{
    const uint64_t all = random_next() << 42 ^ random_next() << 21 ^ random_next();
    const uint64_t bits = random_next() % 65;
    return bits == 0 ? 0 : all >> (64 - bits);
}

/// Writes a random conversion of an integer, without width and precision; gives where it ends.
static char *random_start(char *format)
{
    *format++ = '<';
    *format++ = '%';
    for (uint64_t flags = random_next() % 4; flags > 0; flags--)
        *format++ = "-0+ #"[random_next() % 5];
    return format;
}

HOST_TEST(random_numbers_look_as_the_host_writes_them)
{
    static const char *const lengths[] = {"hh", "h", "", "l", "ll", "z", "t", "j"};
    random_state = 1;
    for (int round = 0; round < 200000; round++) {
        char format[32];
        char *end = random_start(format);
        if (random_next() % 2)
            end += snprintf(end, 4, "%d", (int)(random_next() % 30));
        if (random_next() % 2)
            end += snprintf(end, 4, ".%d", (int)(random_next() % 28));
        snprintf(end, 6, "%s%c>", lengths[random_next() % 8], "diuxXo"[random_next() % 6]);
        const uint64_t value = random_next() % 2 ? random_number() : 0 - random_number();
        char ours[80];
        char theirs[80];
        const size_t length = format_text(ours, sizeof ours, format, value);
        EXPECT(length == (size_t)snprintf(theirs, sizeof theirs, format, value));
        EXPECT(strcmp(ours, theirs) == 0);
    }
}

HOST_TEST(random_texts_and_cuts_are_as_the_host_writes_them)
{
    random_state = 2;
    for (int round = 0; round < 50000; round++) {
        const char *shape = round % 2 ? "<%-*.*s|%5u|%c%%>" : "<%*.*s|%-5u|%3c>";
        const int width = (int)(random_next() % 60) - 30;
        const int precision = (int)(random_next() % 20) - 5;
        const char *text = &"a text of some length"[random_next() % 21];
        const size_t size = random_next() % 60;
        char ours[80];
        char theirs[80];
        memset(ours, 'z', sizeof ours);
        memset(theirs, 'z', sizeof theirs);
        const unsigned number = (unsigned)random_next();
        const size_t length =
            format_text(ours, size, shape, width, precision, text, number, 'a' + round % 26);
        EXPECT(length == (size_t)snprintf(theirs, size, shape, width, precision, text, number,
                                          'a' + round % 26));
        EXPECT(memcmp(ours, theirs, sizeof ours) == 0);
    }
}
#endif

[[gnu::format(printf, 4, 5)]] static size_t append(char *buffer, size_t size, size_t length,
                                                   const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t whole = format_append(buffer, size, length, format, arguments);
    va_end(arguments);
    return whole;
}

TEST(text_is_appended_as_far_as_it_fits)
{
    char buffer[8] = "ab";
    EXPECT(append(buffer, sizeof buffer, 2, "%d", 34) == 4);
    EXPECT(text_equal(text_of(buffer), text_of("ab34")));
    EXPECT(append(buffer, sizeof buffer, 4, "%s", "56789") == 7);
    EXPECT(text_equal(text_of(buffer), text_of("ab34567")));
}

// SPDX-License-Identifier: MIT
/// format: values as text. A conversion is first read into a `struct conversion`, then its argument
/// is taken by its length, then written: sign or prefix, zeros, digits, and padding around them.
///
/// Live swap:  no state; callers are relinked.
/// Fault:      the sink has received a part of the text.
#include <libc/format.h>
#include <libc/string.h>
#include <stdint.h>

enum flags : unsigned {
    FLAG_LEFT = 1 << 0,
    FLAG_ZERO = 1 << 1,
    FLAG_PLUS = 1 << 2,
    FLAG_BLANK = 1 << 3,
    FLAG_PREFIX = 1 << 4,
    FLAG_CAPITALS = 1 << 5,
};

enum length { LENGTH_CHAR, LENGTH_SHORT, LENGTH_INT, LENGTH_64 };

enum : int {
    NO_PRECISION = -1,
    LARGEST = INT32_MAX / 16, ///< of width and precision; larger ones are cut to it
    DIGITS = 22,              ///< of a 64-bit number in octal
};

struct conversion {
    unsigned flags;
    int width;
    int precision;
    enum length length;
    char kind; ///< the letter; '\0' at the end of the format
};

/// va_list may be an array, which a function cannot take by address; this it can.
struct arguments {
    va_list list;
};

static void write(struct format_sink *sink, const char *text, size_t length)
{
    if (length > 0)
        sink->write(sink->context, text, length);
}

static void write_repeated(struct format_sink *sink, char character, int count)
{
    char run[32];
    if (count <= 0)
        return;
    memset(run, character, sizeof run);
    for (; count > (int)sizeof run; count -= (int)sizeof run)
        write(sink, run, sizeof run);
    write(sink, run, (size_t)count);
}

/// Writes `text` into a field of the conversion's width.
static void write_padded(struct format_sink *sink, const struct conversion *conversion,
                         const char *text, size_t length)
{
    const int padding = length < (size_t)conversion->width ? conversion->width - (int)length : 0;
    if (!(conversion->flags & FLAG_LEFT))
        write_repeated(sink, ' ', padding);
    write(sink, text, length);
    if (conversion->flags & FLAG_LEFT)
        write_repeated(sink, ' ', padding);
}

/// Writes the digits so that they end at `end`; gives where they start. Zero has no digits.
static char *digits_before(char *end, uint64_t value, unsigned base, unsigned flags)
{
    const char *digits = flags & FLAG_CAPITALS ? "0123456789ABCDEF" : "0123456789abcdef";
    if (base == 10)
        for (; value > 0; value /= 10)
            *--end = (char)('0' + value % 10);
    else
        for (const int bits = base == 16 ? 4 : 3; value > 0; value >>= bits)
            *--end = digits[value & (base - 1)];
    return end;
}

/// Writes a number: `sign` is what stands before its digits and before the zeros that fill it.
static void write_number(struct format_sink *sink, const struct conversion *conversion,
                         const char *sign, uint64_t value, unsigned base)
{
    char buffer[DIGITS];
    const char *end = buffer + sizeof buffer;
    const char *start = digits_before(buffer + sizeof buffer, value, base, conversion->flags);
    const int digits = (int)(end - start);
    const int sign_length = (int)strlen(sign);
    int shown = conversion->precision == NO_PRECISION ? 1 : conversion->precision;
    if (shown < digits)
        shown = digits;
    if (base == 8 && conversion->flags & FLAG_PREFIX && shown == digits)
        shown++;
    const unsigned fill = conversion->flags & (FLAG_ZERO | FLAG_LEFT);
    if (fill == FLAG_ZERO && conversion->precision == NO_PRECISION &&
        shown < conversion->width - sign_length)
        shown = conversion->width - sign_length;
    const int padding = conversion->width - sign_length - shown;
    if (!(conversion->flags & FLAG_LEFT))
        write_repeated(sink, ' ', padding);
    write(sink, sign, (size_t)sign_length);
    write_repeated(sink, '0', shown - digits);
    write(sink, start, (size_t)digits);
    if (conversion->flags & FLAG_LEFT)
        write_repeated(sink, ' ', padding);
}

static void write_signed(struct format_sink *sink, const struct conversion *conversion,
                         int64_t value)
{
    const char *sign = "";
    if (value < 0)
        sign = "-";
    else if (conversion->flags & FLAG_PLUS)
        sign = "+";
    else if (conversion->flags & FLAG_BLANK)
        sign = " ";
    const uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    write_number(sink, conversion, sign, magnitude, 10);
}

static void write_hexadecimal(struct format_sink *sink, struct conversion *conversion,
                              uint64_t value)
{
    const char *prefix = "";
    if (conversion->flags & FLAG_PREFIX && value != 0)
        prefix = conversion->flags & FLAG_CAPITALS ? "0X" : "0x";
    write_number(sink, conversion, prefix, value, 16);
}

static int64_t take_signed(struct arguments *arguments, enum length length)
{
    if (length == LENGTH_64)
        return va_arg(arguments->list, int64_t);
    const int value = va_arg(arguments->list, int);
    if (length == LENGTH_CHAR)
        return (signed char)value;
    return length == LENGTH_SHORT ? (short)value : value;
}

static uint64_t take_unsigned(struct arguments *arguments, enum length length)
{
    if (length == LENGTH_64)
        return va_arg(arguments->list, uint64_t);
    const unsigned value = va_arg(arguments->list, unsigned);
    if (length == LENGTH_CHAR)
        return (unsigned char)value;
    return length == LENGTH_SHORT ? (unsigned short)value : value;
}

static void write_text(struct format_sink *sink, const struct conversion *conversion,
                       const char *text)
{
    if (!text)
        text = "(null)";
    const size_t limit =
        conversion->precision == NO_PRECISION ? SIZE_MAX : (size_t)conversion->precision;
    write_padded(sink, conversion, text, strnlen(text, limit));
}

static void write_pointer(struct format_sink *sink, const struct conversion *conversion,
                          const void *pointer)
{
    write_number(sink, conversion, "0x", (uintptr_t)pointer, 16);
}

/// Writes one argument. False, with nothing taken or written: there is no such conversion.
static bool write_conversion(struct format_sink *sink, struct conversion *conversion,
                             struct arguments *arguments)
{
    char character;
    switch (conversion->kind) {
    case 'd':
    case 'i':
        write_signed(sink, conversion, take_signed(arguments, conversion->length));
        return true;
    case 'u':
        write_number(sink, conversion, "", take_unsigned(arguments, conversion->length), 10);
        return true;
    case 'o':
        write_number(sink, conversion, "", take_unsigned(arguments, conversion->length), 8);
        return true;
    case 'X':
        conversion->flags |= FLAG_CAPITALS;
        [[fallthrough]];
    case 'x':
        write_hexadecimal(sink, conversion, take_unsigned(arguments, conversion->length));
        return true;
    case 'c':
        character = (char)va_arg(arguments->list, int);
        write_padded(sink, conversion, &character, 1);
        return true;
    case 's':
        write_text(sink, conversion, va_arg(arguments->list, const char *));
        return true;
    case 'p':
        write_pointer(sink, conversion, va_arg(arguments->list, const void *));
        return true;
    case '%':
        write(sink, "%", 1);
        return true;
    default:
        return false;
    }
}

static unsigned flag_of(char character)
{
    switch (character) {
    case '-':
        return FLAG_LEFT;
    case '0':
        return FLAG_ZERO;
    case '+':
        return FLAG_PLUS;
    case ' ':
        return FLAG_BLANK;
    case '#':
        return FLAG_PREFIX;
    default:
        return 0;
    }
}

/// Reads a number or takes it from the arguments for a `*`; an absent one is 0.
static const char *read_number(const char *format, struct arguments *arguments, int *number)
{
    *number = 0;
    if (*format == '*') {
        *number = va_arg(arguments->list, int);
        format++;
    } else {
        for (; *format >= '0' && *format <= '9'; format++)
            *number = *number < LARGEST ? *number * 10 + (*format - '0') : LARGEST;
    }
    if (*number > LARGEST)
        *number = LARGEST;
    if (*number < -LARGEST)
        *number = -LARGEST;
    return format;
}

static const char *read_length(const char *format, enum length *length)
{
    *length = LENGTH_INT;
    switch (*format) {
    case 'h':
        *length = format[1] == 'h' ? LENGTH_CHAR : LENGTH_SHORT;
        return format + (format[1] == 'h' ? 2 : 1);
    case 'l':
        *length = LENGTH_64;
        return format + (format[1] == 'l' ? 2 : 1);
    case 'z':
    case 't':
    case 'j':
        *length = LENGTH_64;
        return format + 1;
    default:
        return format;
    }
}

/// Reads what follows a `%`; gives what follows the conversion.
static const char *read_conversion(const char *format, struct arguments *arguments,
                                   struct conversion *conversion)
{
    *conversion = (struct conversion){.precision = NO_PRECISION};
    for (unsigned flag; (flag = flag_of(*format)) != 0; format++)
        conversion->flags |= flag;
    format = read_number(format, arguments, &conversion->width);
    if (conversion->width < 0) {
        conversion->flags |= FLAG_LEFT;
        conversion->width = -conversion->width;
    }
    if (*format == '.') {
        format = read_number(format + 1, arguments, &conversion->precision);
        if (conversion->precision < 0)
            conversion->precision = NO_PRECISION;
    }
    format = read_length(format, &conversion->length);
    conversion->kind = *format;
    return *format == '\0' ? format : format + 1;
}

void format_to(struct format_sink *sink, const char *format, va_list arguments)
{
    struct arguments rest;
    va_copy(rest.list, arguments);
    while (*format != '\0') {
        const char *start = format;
        while (*format != '\0' && *format != '%')
            format++;
        write(sink, start, (size_t)(format - start));
        if (*format == '\0')
            break;
        start = format;
        struct conversion conversion;
        format = read_conversion(format + 1, &rest, &conversion);
        if (!write_conversion(sink, &conversion, &rest))
            write(sink, start, (size_t)(format - start));
    }
    va_end(rest.list);
}

struct buffer {
    char *bytes;
    size_t size;   ///< in bytes
    size_t length; ///< of the whole text so far
};

static void buffer_write(void *context, const char *text, size_t length)
{
    struct buffer *buffer = context;
    if (buffer->length < buffer->size) {
        const size_t room = buffer->size - buffer->length;
        memcpy(buffer->bytes + buffer->length, text, length < room ? length : room);
    }
    buffer->length += length;
}

static size_t write_buffer(struct buffer buffer, const char *format, va_list arguments)
{
    struct format_sink sink = {buffer_write, &buffer};
    format_to(&sink, format, arguments);
    if (buffer.size > 0)
        buffer.bytes[buffer.length < buffer.size ? buffer.length : buffer.size - 1] = '\0';
    return buffer.length;
}

size_t format_text(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t length = write_buffer((struct buffer){buffer, size, 0}, format, arguments);
    va_end(arguments);
    return length;
}

size_t format_append(char *buffer, size_t size, size_t length, const char *format,
                     va_list arguments)
{
    const size_t whole = write_buffer((struct buffer){buffer, size, length}, format, arguments);
    return whole < size ? whole : size - 1;
}

// SPDX-License-Identifier: MIT
/// slice: a borrowed run of elements that knows its length. Every access is checked.
///
///     SLICE(bytes, uint8_t);                     declares struct bytes, once, in a header
///     struct bytes all = SLICE_OF(bytes, buffer);   of an array
///     SLICE_AT(all, i) = 0;                      panics unless i < all.length
///     struct bytes tail = SLICE_FROM(all, 16);   panics unless 16 <= all.length
///
/// A slice is passed by value, in two registers. It owns nothing and must not outlive what it
/// points into. The empty slice may have a null pointer. A panic is the trap "out of bounds", the
/// same as for an array. The layout is frozen (docs/abi.md).
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/panic.h>

/// Declares `struct name`, a slice of `type`.
#define SLICE(name, type)                                                                          \
    struct name {                                                                                  \
        type *pointer;                                                                             \
        size_t length;                                                                             \
    };                                                                                             \
    static_assert(sizeof(struct name) == 16 && offsetof(struct name, length) == 8)

SLICE(bytes, uint8_t);             ///< bytes that may be written
SLICE(const_bytes, const uint8_t); ///< bytes that may be read

/// Panics unless `holds`.
UNSAFE(INNOCUOUS, "the instruction that panics")
[[gnu::always_inline]] static inline void slice_check(bool holds)
{
    if (!holds)
        PANIC(PANIC_OUT_OF_BOUNDS);
}

/// The slice `struct name` of all elements of `array`, which must be an array.
#define SLICE_OF(name, array)                                                                      \
    ((struct name){                                                                                \
        (array), sizeof(array) / sizeof *(array) +                                                 \
                     0 * sizeof(char[_Generic(&(array), typeof(&(array)[0]) *: -1, default: 1)])})

/// Element `index` of `slice`; an lvalue.
#define SLICE_AT(slice, index)                                                                     \
    (*({                                                                                           \
        const auto slice_at = (slice);                                                             \
        const size_t slice_index = (index);                                                        \
        slice_check(slice_index < slice_at.length);                                                \
        slice_at.pointer + slice_index;                                                            \
    }))

/// The `count` elements of `slice` from `first` on.
#define SLICE_PART(slice, first, count)                                                            \
    ({                                                                                             \
        const auto slice_part = (slice);                                                           \
        const size_t slice_first = (first);                                                        \
        const size_t slice_count = (count);                                                        \
        slice_check(slice_first <= slice_part.length &&                                            \
                    slice_count <= slice_part.length - slice_first);                               \
        (typeof_unqual(slice_part)){slice_part.pointer + slice_first, slice_count};                \
    })

/// All elements of `slice` from `first` on.
#define SLICE_FROM(slice, first)                                                                   \
    ({                                                                                             \
        const auto slice_from = (slice);                                                           \
        const size_t slice_start = (first);                                                        \
        slice_check(slice_start <= slice_from.length);                                             \
        (typeof_unqual(slice_from)){slice_from.pointer + slice_start,                              \
                                    slice_from.length - slice_start};                              \
    })

/// Copies the elements of `from` to the first ones of `to`, which must be as long at least. The two
/// may overlap. Elements that own must be moved instead.
#define SLICE_COPY(to, from)                                                                       \
    do {                                                                                           \
        const auto slice_to = (to);                                                                \
        const auto slice_source = (from);                                                          \
        static_assert(_Generic(slice_to.pointer,                                                   \
                          typeof_unqual(*slice_source.pointer) *: true,                            \
                          default: false),                                                         \
                      "a copy is between slices of one type");                                     \
        slice_check(slice_source.length <= slice_to.length);                                       \
        if (slice_source.length > 0)                                                               \
            __builtin_memmove(slice_to.pointer, slice_source.pointer,                              \
                              slice_source.length * sizeof *slice_source.pointer);                 \
    } while (0)

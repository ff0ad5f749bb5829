// SPDX-License-Identifier: MIT
// Live swap:  nothing is remembered.
// Fault:      nothing to undo.
#include <hobby/roman.h>

enum status roman_write(unsigned number, char numeral[static ROMAN_SIZE])
{
    static const struct {
        unsigned value;
        char letters[3];
    } steps[] = {
        {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
        {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"},
    };
    *numeral = '\0';
    if (number < 1 || number > 3999)
        return STATUS_OVERFLOW;
    for (unsigned i = 0; number > 0; i++)
        for (; number >= steps[i].value; number -= steps[i].value)
            for (const char *letter = steps[i].letters; *letter != '\0'; letter++)
                *numeral++ = *letter;
    *numeral = '\0';
    return STATUS_OK;
}

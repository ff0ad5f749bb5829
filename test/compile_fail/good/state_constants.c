// SPDX-License-Identifier: MIT
// Constants are not state.

enum { SIZE = 4 };
static const int table[SIZE] = {1, 2, 3, 4};
static const char *const names[] = {"one", "two"};
constexpr int limit = 3;
extern int elsewhere;

int sum(void)
{
    static const int weights[2] = {3, 4};
    return table[1] + weights[0] + limit + (names[0] != nullptr) + elsewhere;
}

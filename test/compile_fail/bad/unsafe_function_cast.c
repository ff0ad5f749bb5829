// SPDX-License-Identifier: MIT
// A function of another type.

void one(int number);

void call(void)
{
    ((void (*)(void))one)(); // expect: cast from
}

// SPDX-License-Identifier: MIT
// An empty main.
#include <app/app.h>

int main([[maybe_unused]] int argc, [[maybe_unused]] char *argv[])
{
    return APP_DONE;
}

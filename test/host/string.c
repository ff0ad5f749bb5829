// SPDX-License-Identifier: MIT
/// string: on the host its functions are those of the C library. The cell itself is tested under
/// other names (test/host/CMakeLists.txt).
#include <libc/string.h>

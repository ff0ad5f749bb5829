# SPDX-License-Identifier: MIT
# The heaps beside other allocators, optimised and without sanitizers. The test only sees that the
# comparison runs; the figures are for people.
set(HEAP_HOST ${CMAKE_CURRENT_LIST_DIR}/heap_host)
foreach(DESIGN raw half_owned owned)
    host_cell_program(heap_host_${DESIGN} CELLS heap_bench_${DESIGN} SOURCES ${HEAP_HOST}.c
                      SANITIZERS -fno-sanitize=all FLAGS -O2)
endforeach()
cell_interface(HEAP_BENCH_INTERFACE heap_bench_owned)
foreach(ALLOCATOR malloc calloc)
    string(TOUPPER ${ALLOCATOR} WORD)
    host_cell_program(heap_host_${ALLOCATOR} SOURCES ${HEAP_HOST}.c
                      SANITIZERS -fno-sanitize=all FLAGS -O2 -DUSE_${WORD})
    target_include_directories(heap_host_${ALLOCATOR} PRIVATE ${HEAP_BENCH_INTERFACE})
endforeach()
add_test(NAME bench.heap_host
         COMMAND ${PYTHON} -B ${HEAP_HOST}.py $<TARGET_FILE_DIR:heap_host_owned> 1)
set_tests_properties(bench.heap_host PROPERTIES LABELS "quick;suite" TIMEOUT 120)

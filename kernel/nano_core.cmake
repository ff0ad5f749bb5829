# SPDX-License-Identifier: MIT
# nano_core(CELLS cell... SOURCES file...): build/nano_core.elf.

# The linker script places the sections of each cell together and marks where they begin and end.
function(nano_core_script FILE)
    set(KINDS text rodata data zeroed per_cpu)
    set(PATTERN_text ".text .text.*")
    set(PATTERN_rodata ".rodata .rodata.* cell_tests")
    set(PATTERN_data ".data .data.*")
    set(PATTERN_zeroed ".bss .bss.*")
    set(PATTERN_per_cpu ".bss.per_cpu")
    foreach(KIND IN LISTS KINDS)
        set(ALIGNMENT_${KIND} 16)
    endforeach()
    set(ALIGNMENT_per_cpu 64)
    foreach(KIND IN LISTS KINDS)
        set(PLACES)
        foreach(CELL IN LISTS ARGN)
            string(APPEND PLACES
                   "        . = ALIGN(${ALIGNMENT_${KIND}}); cell_${CELL}_${KIND}_start = .;\n"
                   "        */cells/${CELL}.cell(${PATTERN_${KIND}})\n"
                   "        cell_${CELL}_${KIND}_end = .;\n")
        endforeach()
        set(PLACES_${KIND} "${PLACES}")
    endforeach()
    configure_file(${CMAKE_CURRENT_SOURCE_DIR}/nano_core.ld.in ${FILE} @ONLY)
endfunction()

# The same marks as a table for the program.
function(nano_core_table FILE)
    set(DECLARATIONS)
    set(ROWS)
    foreach(CELL IN LISTS ARGN)
        set(STARTS)
        set(ENDS)
        foreach(KIND text rodata data zeroed per_cpu)
            string(APPEND DECLARATIONS
                   "extern const char cell_${CELL}_${KIND}_start[], cell_${CELL}_${KIND}_end[];\n")
            list(APPEND STARTS "(uint64_t)cell_${CELL}_${KIND}_start")
            list(APPEND ENDS "(uint64_t)cell_${CELL}_${KIND}_end")
        endforeach()
        list(JOIN STARTS ", " STARTS)
        list(JOIN ENDS ", " ENDS)
        string(APPEND ROWS "    {\"${CELL}\", {${STARTS}}, {${ENDS}}},\n")
    endforeach()
    file(CONFIGURE OUTPUT ${FILE} @ONLY CONTENT
"// SPDX-License-Identifier: MIT
#include \"nano_core.h\"

@DECLARATIONS@
const struct cell_bounds nano_core_cells[] = {
@ROWS@};
const size_t nano_core_cell_count = sizeof nano_core_cells / sizeof *nano_core_cells;
")
endfunction()

function(nano_core)
    cmake_parse_arguments(CORE "" "" "CELLS;SOURCES" ${ARGN})
    set(SCRIPT ${CMAKE_CURRENT_BINARY_DIR}/nano_core.ld)
    set(TABLE ${CMAKE_CURRENT_BINARY_DIR}/nano_core_cells.c)
    nano_core_script(${SCRIPT} ${CORE_CELLS})
    nano_core_table(${TABLE} ${CORE_CELLS})

    # The digest of the archive's list of signatures. nano_core itself is not in the archive.
    set(DIGEST ${CMAKE_CURRENT_BINARY_DIR}/signatures_digest.c)
    add_custom_command(
        OUTPUT ${DIGEST}
        COMMAND ${cell_sign} digest ${SIGNATURES} ${DIGEST}
        DEPENDS ${cell_sign} ${SIGNATURES}
        COMMENT "Generating signatures_digest.c"
        VERBATIM)

    kernel_objects(nano_core_parts nano_core "${CORE_SOURCES};${TABLE};${DIGEST}")
    cell_includes(INCLUDES ${CORE_CELLS})
    target_include_directories(nano_core_parts PRIVATE ${INCLUDES} ${CMAKE_SOURCE_DIR}
                               ${CMAKE_CURRENT_SOURCE_DIR})

    list(TRANSFORM CORE_CELLS PREPEND ${CMAKE_BINARY_DIR}/cells/ OUTPUT_VARIABLE OBJECTS)
    list(TRANSFORM OBJECTS APPEND .cell)
    set(CORE ${CMAKE_BINARY_DIR}/nano_core.elf)
    add_custom_command(
        OUTPUT ${CORE} ${CORE}.debug
        BYPRODUCTS ${CORE}.full
        COMMAND ${LLD} -static -nostdlib -O0 -z max-page-size=4096 --emit-relocs --no-gc-sections
                --icf=none --build-id=none --fatal-warnings --orphan-handling=error
                -T ${SCRIPT} -o ${CORE}.full
                $<TARGET_OBJECTS:nano_core_parts> ${OBJECTS}
        COMMAND ${OBJCOPY} --only-keep-debug ${CORE}.full ${CORE}.debug
        COMMAND ${OBJCOPY} --strip-debug ${STRIP_TYPE_SYMBOLS} ${CORE}.full ${CORE}
        DEPENDS $<TARGET_OBJECTS:nano_core_parts> ${OBJECTS} ${SCRIPT}
        COMMAND_EXPAND_LISTS
        COMMENT "Linking nano_core"
        VERBATIM)
    add_custom_target(nano_core ALL DEPENDS ${CORE})
    add_dependencies(nano_core cells)
endfunction()

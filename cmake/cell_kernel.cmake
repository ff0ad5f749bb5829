# SPDX-License-Identifier: MIT
# What cell() means on the kernel side: build/cells/NAME.cell and NAME.cell.debug.

cell_check_tool()
set(CELL_CHECK ${cell_check})
host_tool(abi_join SOURCES ${CMAKE_SOURCE_DIR}/tools/abi_join.c LIBRARIES elf)
host_tool(cell_lines SOURCES ${CMAKE_SOURCE_DIR}/tools/cell_lines.c LIBRARIES dw elf)
host_plugin(trap_sites ${CMAKE_SOURCE_DIR}/tools/trap_sites)
list(APPEND THEORIS_TRAPS -fpass-plugin=${trap_sites})
add_custom_target(compiler_plugins DEPENDS ${trap_sites})
set(TEST_FOLDER ${CMAKE_SOURCE_DIR}/test)

# The rules of ownership (docs/reference/cellcheck.md).
host_plugin(cellcheck ${CMAKE_SOURCE_DIR}/tools/cellcheck)
set(CELLCHECK ${cellcheck})

# cellcheck_apply(TARGET NAME SOURCES): compiles TARGET with the plugin, as the cell NAME; a finding
# is an error. The plugin must exist first, and a changed one compiles SOURCES anew. Private headers
# are those of the cell that NAME tests, if it does.
function(cellcheck_apply TARGET NAME SOURCES)
    cell_field(OWNER ${NAME} TESTS)
    if(NOT OWNER)
        set(OWNER ${NAME})
    endif()
    foreach(ARGUMENT -fplugin=${CELLCHECK} -fplugin-arg-cellcheck-cell=${NAME}
            -fplugin-arg-cellcheck-findings=error -fplugin-arg-cellcheck-abi=${OWNER})
        target_compile_options(${TARGET} PRIVATE $<$<COMPILE_LANGUAGE:C>:${ARGUMENT}>)
    endforeach()
    add_dependencies(${TARGET} cellcheck_plugin)
    set_property(SOURCE ${SOURCES} APPEND PROPERTY OBJECT_DEPENDS ${CELLCHECK})
endfunction()

# The text that becomes the section .cell.manifest (docs/reference/cell_format.md).
function(cell_manifest FILE NAME)
    set(TEXT "manifest: 1.0\nname: ${NAME}\n")
    foreach(FIELD VERSION KIND LICENSE PURPOSE NEEDS CAPABILITIES GUARDS START EVOLVED_FROM STOP
            RENAMES)
        cell_field(VALUE ${NAME} ${FIELD})
        if(VALUE)
            string(TOLOWER ${FIELD} KEY)
            string(REPLACE ";" " " VALUE "${VALUE}")
            string(APPEND TEXT "${KEY}: ${VALUE}\n")
        endif()
    endforeach()
    cell_field(SIMD ${NAME} SIMD)
    if(SIMD)
        string(APPEND TEXT "simd: yes\n")
    endif()
    file(CONFIGURE OUTPUT ${FILE} CONTENT "${TEXT}" @ONLY)
endfunction()

# Compiles the object library TARGET of SOURCES like everything that runs in the kernel.
function(kernel_objects TARGET NAME SOURCES)
    cell_field(SIMD ${NAME} SIMD)
    if(SIMD)
        list(REMOVE_ITEM THEORIS_KERNEL_FLAGS -mgeneral-regs-only)
    endif()
    add_library(${TARGET} OBJECT ${SOURCES})
    target_compile_options(${TARGET} PRIVATE ${THEORIS_KERNEL_FLAGS} "-DCELL_NAME=\"${NAME}\""
                           "$<$<COMPILE_LANGUAGE:C>:${THEORIS_TRAPS}>")
    set_property(SOURCE ${SOURCES} APPEND PROPERTY OBJECT_DEPENDS ${trap_sites})
    add_dependencies(${TARGET} compiler_plugins)
    cellcheck_apply(${TARGET} ${NAME} "${SOURCES}")
endfunction()

# The object library foreign_NAME of sources that others wrote. No checker looks at them: what it
# demands is not C's. They get the same traps.
function(foreign_objects NAME SOURCES FROM)
    add_library(foreign_${NAME} OBJECT ${SOURCES})
    foreign_flags(FLAGS ${FROM})
    target_include_directories(foreign_${NAME} BEFORE PRIVATE ${FOREIGN_HEADERS})
    cell_includes(INCLUDES string)
    target_include_directories(foreign_${NAME} PRIVATE ${INCLUDES})
    target_compile_options(foreign_${NAME} PRIVATE ${THEORIS_KERNEL_FLAGS} ${THEORIS_TRAPS}
                           ${FLAGS})
    set_property(SOURCE ${SOURCES} APPEND PROPERTY OBJECT_DEPENDS ${trap_sites})
    add_dependencies(foreign_${NAME} compiler_plugins)
endfunction()

# The compiler describes the type of each function in symbols of its own; code does not need them.
set(STRIP_TYPE_SYMBOLS --wildcard "--localize-symbol=__cfi_*" "--strip-unneeded-symbol=__cfi_*"
    "--strip-unneeded-symbol=.L*"
    "--strip-unneeded-symbol=__kcfi_typeid_*" "--localize-symbol=__kcfi_typeid_*")

# Sets RESULT to the files of the cells: those of the SDK are in it.
function(cell_files RESULT)
    set(FILES)
    foreach(NAME IN LISTS ARGN)
        cell_field(SDK ${NAME} SDK)
        if(SDK)
            list(APPEND FILES ${SDK}/lib/theoris/cells/${NAME}.cell)
        else()
            list(APPEND FILES ${CMAKE_BINARY_DIR}/cells/${NAME}.cell)
        endif()
    endforeach()
    set(${RESULT} "${FILES}" PARENT_SCOPE)
endfunction()

# From sources to a cell file. VISIBLE: the cells whose headers it may include.
function(cell_object NAME VISIBLE SOURCES)
    kernel_objects(cell_${NAME} ${NAME} "${SOURCES}")
    cell_includes(INCLUDES ${VISIBLE})
    target_include_directories(cell_${NAME} PRIVATE ${INCLUDES})
    set(OBJECTS $<TARGET_OBJECTS:cell_${NAME}>)
    cell_foreign(FOREIGN FROM ${NAME})
    if(FOREIGN)
        foreign_objects(${NAME} "${FOREIGN}" ${FROM})
        list(APPEND OBJECTS $<TARGET_OBJECTS:foreign_${NAME}>)
        foreign_flags(FLAGS ${FROM})
        list(FILTER FLAGS INCLUDE REGEX "^-(isystem|D|ffile)")
        target_compile_options(cell_${NAME} PRIVATE ${FLAGS})
        target_include_directories(cell_${NAME} PRIVATE ${FOREIGN_HEADERS})
    endif()

    cell_files(CELL ${NAME})
    set(WORK ${CMAKE_BINARY_DIR}/cells/parts/${NAME})
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/cells/parts)
    cell_manifest(${WORK}.manifest ${NAME})
    cell_field(NEEDS ${NAME} NEEDS)
    cell_files(NEEDED ${NEEDS})
    set(SIGN)
    set(SIGNERS)
    if(THEORIS_SIGNING_KEY_FILE)
        set(SIGN COMMAND ${cell_sign} object ${THEORIS_SIGNING_KEY_FILE} ${WORK}.cell)
        set(SIGNERS ${cell_sign} ${THEORIS_SIGNING_KEY_FILE})
    endif()
    add_custom_command(
        OUTPUT ${CELL} ${CELL}.debug
        BYPRODUCTS ${WORK}.o ${WORK}.lines ${WORK}.abi
        COMMAND ${LLD} -r -o ${WORK}.o ${OBJECTS}
        COMMAND ${OBJCOPY} --only-keep-debug ${WORK}.o ${CELL}.debug
        COMMAND ${cell_lines} ${WORK}.o ${WORK}.lines
        COMMAND ${abi_join} ${WORK}.o ${WORK}.abi $<TARGET_OBJECTS:cell_${NAME}>
        COMMAND ${OBJCOPY} --strip-debug ${STRIP_TYPE_SYMBOLS}
                --add-section .cell.manifest=${WORK}.manifest
                --add-section .cell.lines=${WORK}.lines
                --add-section .cell.abi=${WORK}.abi
                --add-section .cell.signature=${SIGNATURE_ROOM} ${WORK}.o ${WORK}.cell
        COMMAND ${CELL_CHECK} ${THEORIS_POLICY_FILE} ${WORK}.cell ${NEEDED}
        ${SIGN}
        COMMAND ${CMAKE_COMMAND} -E rename ${WORK}.cell ${CELL}
        DEPENDS ${OBJECTS} ${WORK}.manifest ${NEEDED} ${CELL_CHECK} ${cell_lines} ${abi_join}
                ${SIGNERS} ${THEORIS_POLICY_FILE}
        COMMAND_EXPAND_LISTS
        COMMENT "Packing the cell ${NAME}"
        VERBATIM)
    # Cells below test/ go wrong on purpose: they are built, but not put into the archive.
    cell_field(FOLDER ${NAME} FOLDER)
    string(FIND "${FOLDER}" "${TEST_FOLDER}/" POSITION)
    if(POSITION EQUAL 0)
        set_property(GLOBAL APPEND PROPERTY THEORIS_TEST_CELL_FILES ${CELL})
    else()
        set_property(GLOBAL APPEND PROPERTY THEORIS_CELL_FILES ${CELL})
    endif()
endfunction()

function(cell_build NAME)
    cell_field(NEEDS ${NAME} NEEDS)
    cell_field(SOURCES ${NAME} SOURCES)
    cell_object(${NAME} "${NAME};${NEEDS}" "${SOURCES}")

    cell_field(FOLDER ${NAME} FOLDER)
    cell_field(HEADER ${NAME} INTERFACE)
    cell_interface_file(TEST_SOURCE ${NAME} ${HEADER}_test.c)
    if(EXISTS ${TEST_SOURCE})
        cell_test_names(TESTS ${TEST_SOURCE} "TEST|SYSTEM_TEST")
        if(TESTS)
            cell_test_cell(${NAME} ${TEST_SOURCE} "${TESTS}")
        endif()
    endif()
endfunction()

# NAME_test.cell: the cell's tests, run inside the system by the command `test`.
function(cell_test_cell NAME TEST_SOURCE TESTS)
    cell_field(NEEDS ${NAME} NEEDS)
    cell_field(TEST_NEEDS ${NAME} TEST_NEEDS)
    cell_field(VERSION ${NAME} VERSION)
    set(VISIBLE ${NAME} ${NEEDS} ${TEST_NEEDS})
    list(REMOVE_DUPLICATES VISIBLE)
    foreach(FIELD VERSION LICENSE)
        cell_field(VALUE ${NAME} ${FIELD})
        set_property(GLOBAL PROPERTY CELL_${NAME}_test_${FIELD} "${VALUE}")
    endforeach()
    set_property(GLOBAL PROPERTY CELL_${NAME}_test_PURPOSE "The tests of ${NAME}.")
    cell_field(CAPABILITIES ${NAME} CAPABILITIES)
    cell_field(MORE ${NAME} TEST_CAPABILITIES)
    set_property(GLOBAL PROPERTY CELL_${NAME}_test_CAPABILITIES ${CAPABILITIES} ${MORE})
    set_property(GLOBAL PROPERTY CELL_${NAME}_test_KIND kernel)
    set_property(GLOBAL PROPERTY CELL_${NAME}_test_TESTS ${NAME})
    set_property(GLOBAL PROPERTY CELL_${NAME}_test_NEEDS "${VISIBLE}")
    cell_object(${NAME}_test "${VISIBLE}" ${TEST_SOURCE})

    foreach(TEST IN LISTS TESTS)
        set_property(GLOBAL APPEND PROPERTY THEORIS_SYSTEM_TESTS ${NAME}.${TEST})
    endforeach()
endfunction()

# All cells of the build, as a target that other folders can depend on.
function(cells_target)
    get_property(FILES GLOBAL PROPERTY THEORIS_CELL_FILES)
    get_property(TEST_FILES GLOBAL PROPERTY THEORIS_TEST_CELL_FILES)
    add_custom_target(cells ALL DEPENDS ${FILES} ${TEST_FILES})
endfunction()

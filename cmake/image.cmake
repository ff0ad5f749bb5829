# SPDX-License-Identifier: MIT
# build/cells.img, the archive of all cells, and build/theoris.img, the disk.
host_tool(archive_pack SOURCES ${CMAKE_SOURCE_DIR}/tools/archive_pack.c)

set(ARCHIVE ${CMAKE_BINARY_DIR}/cells.img)
add_custom_command(
    OUTPUT ${ARCHIVE}
    COMMAND ${archive_pack} ${ARCHIVE} ${THEORIS_COMMIT_TIME} ${SIGNATURES} ${BUILD_FACTS}
            ${CELL_FILES}
    DEPENDS ${archive_pack} ${SIGNATURES} ${BUILD_FACTS} ${CELL_FILES}
    COMMENT "Packing the archive of cells"
    VERBATIM)

set(IMAGE ${CMAKE_BINARY_DIR}/theoris.img)
add_custom_command(
    OUTPUT ${IMAGE}
    COMMAND ${CMAKE_COMMAND} -E env SOURCE_DATE_EPOCH=${THEORIS_COMMIT_TIME}
            ${PYTHON} -B ${CMAKE_SOURCE_DIR}/test/harness/image.py --output ${IMAGE}
            --loader ${CMAKE_BINARY_DIR}/BOOTX64.EFI --nano-core ${CMAKE_BINARY_DIR}/nano_core.elf
            --archive ${ARCHIVE}
    DEPENDS ${CMAKE_SOURCE_DIR}/test/harness/image.py ${CMAKE_BINARY_DIR}/BOOTX64.EFI
            ${CMAKE_BINARY_DIR}/nano_core.elf ${ARCHIVE}
    COMMENT "Making the disk image"
    VERBATIM)
add_custom_target(image ALL DEPENDS ${IMAGE})
add_dependencies(image efi_loader nano_core)

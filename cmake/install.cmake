# SPDX-License-Identifier: MIT
# cmake --install: the SDK, with which cells are made outside the tree. It can be moved.
#
#   include/theoris/CELL/SUBSYSTEM/CELL.h   one include path a cell; `vocabulary` is for all
#   lib/cmake/Theoris/                      the package, made of the very files of this folder
#   lib/theoris/                            the programs and plugins that cell() runs
#   lib/theoris/cells/CELL.cell             what symbols are looked up in
#   share/theoris/cells/SUBSYSTEM/CELL/     manifests, and sources for tests on the host
#   share/theoris/policy                    what the system grants its cells
#   share/theoris/test/host/                what else such tests are linked with
#   share/theoris/example/                  a project to start from
#   share/doc/theoris/                      the book and the licence
include(CMakePackageConfigHelpers)

set(PACKAGE lib/cmake/Theoris)
set(VERSION_FILE ${CMAKE_BINARY_DIR}/generated/TheorisConfigVersion.cmake)
write_basic_package_version_file(${VERSION_FILE} VERSION ${PROJECT_VERSION}
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${VERSION_FILE} DESTINATION ${PACKAGE})
foreach(FILE TheorisConfig cell cell_host cell_kernel flags policy programs sdk_tools)
    install(FILES ${CMAKE_SOURCE_DIR}/cmake/${FILE}.cmake DESTINATION ${PACKAGE})
endforeach()
install(DIRECTORY ${CMAKE_SOURCE_DIR}/cmake/toolchains DESTINATION ${PACKAGE})

get_property(PROGRAMS GLOBAL PROPERTY THEORIS_PROGRAMS)
install(PROGRAMS ${PROGRAMS} DESTINATION lib/theoris)

# Headers and sources lie apart, for a cell's include path must not hold more than its header.
function(install_cell NAME)
    cell_field(FOLDER ${NAME} FOLDER)
    cell_field(SUBSYSTEM ${NAME} SUBSYSTEM)
    cell_field(SOURCES ${NAME} SOURCES)
    cell_files(CELL ${NAME})
    set(SHARE share/theoris/cells/${SUBSYSTEM}/${NAME})
    cell_field(HEADER ${NAME} INTERFACE)
    cell_interface_file(FILE ${NAME} ${HEADER}.h)
    if(EXISTS ${FILE})
        install(FILES ${FILE} DESTINATION include/theoris/${NAME}/${SUBSYSTEM})
    endif()
    cmake_path(GET FILE PARENT_PATH INTERFACE_FOLDER)
    file(GLOB PRIVATE CONFIGURE_DEPENDS ${INTERFACE_FOLDER}/*.h)
    list(REMOVE_ITEM PRIVATE ${FILE})
    install(FILES ${PRIVATE} DESTINATION share/theoris/cells/${SUBSYSTEM}/${HEADER})
    install(FILES ${FOLDER}/CMakeLists.txt ${SOURCES} DESTINATION ${SHARE})
    install(FILES ${CELL} DESTINATION lib/theoris/cells)
endfunction()

install(FILES ${THEORIS_TREE_POLICY} DESTINATION share/theoris)
install(DIRECTORY ${THEORIS_VOCABULARY} DESTINATION include/theoris)
file(GLOB HOST_FILES CONFIGURE_DEPENDS ${HOST_FOLDER}/*.[ch])
install(FILES ${HOST_FILES} DESTINATION share/theoris/test/host)
get_property(CELLS GLOBAL PROPERTY THEORIS_CELLS)
foreach(NAME IN LISTS CELLS)
    cell_field(FOLDER ${NAME} FOLDER)
    set(OURS ${CMAKE_SOURCE_DIR}/cells)
    cmake_path(IS_PREFIX OURS ${FOLDER} IS_OURS)
    if(IS_OURS)
        install_cell(${NAME})
    endif()
endforeach()

install(DIRECTORY ${CMAKE_SOURCE_DIR}/test/sdk/example/ DESTINATION share/theoris/example)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION share/doc/theoris)
foreach(FILE LICENSE THIRD_PARTY.md CAVEATS.md CHANGELOG.md README.md SECURITY.md)
    install(FILES ${CMAKE_SOURCE_DIR}/${FILE} DESTINATION share/doc/theoris)
endforeach()

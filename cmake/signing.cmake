# SPDX-License-Identifier: MIT
# The key pair that signs cells, and the tool that does it (docs/reference/signatures.md).
#
# The key lies outside the build folder, so that a clean build signs as before, and all builds of a
# user are the same to the bit.
set(DATA_HOME $ENV{XDG_DATA_HOME})
if(NOT DATA_HOME)
    set(DATA_HOME $ENV{HOME}/.local/share)
endif()
set(THEORIS_SIGNING_KEY "" CACHE FILEPATH
    "The key pair that signs cells; made once as ${DATA_HOME}/theoris/signing.key if empty")

set(THEORIS_SIGNING_KEY_FILE ${THEORIS_SIGNING_KEY})
if(NOT THEORIS_SIGNING_KEY_FILE)
    writable_folder(KEY_FOLDER "" ${DATA_HOME}/theoris ${CMAKE_BINARY_DIR}/_key)
    set(THEORIS_SIGNING_KEY_FILE ${KEY_FOLDER}/signing.key)
endif()
cmake_path(ABSOLUTE_PATH THEORIS_SIGNING_KEY_FILE BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
execute_process(
    COMMAND ${PYTHON} -B ${CMAKE_SOURCE_DIR}/tools/signing_key.py ${THEORIS_SIGNING_KEY_FILE}
    OUTPUT_VARIABLE NEWS ERROR_VARIABLE REASON RESULT_VARIABLE FAILED
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_STRIP_TRAILING_WHITESPACE)
if(FAILED)
    message(FATAL_ERROR "${REASON}. Name another by -DTHEORIS_SIGNING_KEY=FILE")
elseif(NEWS)
    message(NOTICE "${NEWS}")
endif()
# A key that is gone is made anew, and what it had signed is signed again.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${THEORIS_SIGNING_KEY_FILE})

set(SIGNING_PARTS
    codec/ccopy codec/dec32be codec/enc32be codec/pemdec
    ec/ec_p256_m31 ec/ec_pubkey ec/ec_secp256r1 ec/ec_secp384r1 ec/ec_secp521r1 ec/ecdsa_i31_bits
    ec/ecdsa_i31_sign_raw
    hash/sha2small
    int/i31_add int/i31_bitlen int/i31_decmod int/i31_decode int/i31_decred int/i31_encode
    int/i31_fmont int/i31_iszero int/i31_modpow int/i31_montmul int/i31_muladd int/i31_ninv31
    int/i31_reduce int/i31_rshift int/i31_sub int/i31_tmont int/i32_div32
    mac/hmac rand/hmac_drbg x509/skey_decoder)
list(TRANSFORM SIGNING_PARTS PREPEND src/)
list(TRANSFORM SIGNING_PARTS APPEND .c)
host_foreign_object(bearssl_signing bearssl FILES ${SIGNING_PARTS})
foreign_flags(SIGNING_FLAGS bearssl)
list(FILTER SIGNING_FLAGS INCLUDE REGEX "^-(isystem|D)")
set(SIGNATURE_CELL ${CMAKE_SOURCE_DIR}/cells/cell/signature)
host_tool(cell_sign SOURCES ${CMAKE_SOURCE_DIR}/tools/cell_sign.c ${SIGNATURE_CELL}/blake2b.c
          INCLUDES ${SIGNATURE_CELL} OBJECTS ${bearssl_signing} FLAGS ${SIGNING_FLAGS})

# The public half as a C source.
function(signing_key_source OUTPUT)
    add_custom_command(
        OUTPUT ${OUTPUT}
        COMMAND ${cell_sign} public ${THEORIS_SIGNING_KEY_FILE} ${OUTPUT}
        DEPENDS ${cell_sign} ${THEORIS_SIGNING_KEY_FILE}
        COMMENT "Generating signing_key.c"
        VERBATIM)
endfunction()

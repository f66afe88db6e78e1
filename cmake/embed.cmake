# partnerd_embed(target namespace::symbol FILE...)
#
# Puts files into the binary: defines `const std::vector<EmbeddedFile> symbol`, in the order given, each with its file name
# and its bytes (see core/embedded_file.h).
function(partnerd_embed target symbol)
  string(REPLACE "::" "_" identifier ${symbol})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${identifier}_embedded.cc)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DSYMBOL=${symbol}" "-DOUTPUT=${output}" "-DFILES=${ARGN}" -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

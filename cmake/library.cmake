# partnerd_library(folder [dependency ...])
#
# One static library for each folder of src/: every .cc in it, and in its slices (folders of a folder that is one library:
# `engine/accounts`), that is not a test. It links only what is named; what it
# may include, layers_test holds against tests/layers/table.txt. Tests beside the code (NAME_test.cc) become one program a
# folder, registered by cmake/tests.cmake.
function(partnerd_library folder)
  string(REPLACE "/" "_" name ${folder})
  set(pattern *.cc)
  if(folder MATCHES "^(engine|workflow)$") # in slices
    list(APPEND pattern */*.cc)
  endif()
  list(TRANSFORM pattern PREPEND ${CMAKE_SOURCE_DIR}/src/${folder}/)
  file(GLOB sources CONFIGURE_DEPENDS ${pattern})
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(sources)
    add_library(partnerd_${name} STATIC ${sources})
    target_include_directories(partnerd_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(partnerd_${name} PUBLIC ${ARGN})
    partnerd_precompile(partnerd_${name} base)
  else()
    add_library(partnerd_${name} INTERFACE)
    target_include_directories(partnerd_${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(partnerd_${name} INTERFACE ${ARGN})
  endif()
  set_property(GLOBAL PROPERTY partnerd_tests_of_${name} "${tests}")
  set_property(GLOBAL APPEND PROPERTY partnerd_folders ${name})
endfunction()

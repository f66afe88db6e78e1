# partnerd_library(folder [dependency ...])
#
# One static library for each folder of src/: every .cc in it that is not a test. It links only what is named, so that a
# folder which includes what it may not use fails to build. Tests beside the code (NAME_test.cc) become one program a
# folder, registered by cmake/tests.cmake.
function(partnerd_library folder)
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(sources)
    add_library(partnerd_${name} STATIC ${sources})
    target_include_directories(partnerd_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(partnerd_${name} PUBLIC ${ARGN})
  else()
    add_library(partnerd_${name} INTERFACE)
    target_include_directories(partnerd_${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(partnerd_${name} INTERFACE ${ARGN})
  endif()
  set_property(GLOBAL PROPERTY partnerd_tests_of_${name} "${tests}")
  set_property(GLOBAL APPEND PROPERTY partnerd_folders ${name})
endfunction()

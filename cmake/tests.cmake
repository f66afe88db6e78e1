# The same program once more, with tests/testing/fresh_database.h on PostgreSQL.
function(partnerd_test_on_postgres name database)
  add_test(NAME ${name}_on_postgres COMMAND ${name} WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
  set_tests_properties(${name}_on_postgres PROPERTIES TIMEOUT 1200 ENVIRONMENT PARTNERD_TEST_DATABASE=${database}
                       LABELS postgres)
endfunction()

# One test program for each folder that has *_test.cc files beside its code, and those under tests/.
function(partnerd_test name)
  cmake_parse_arguments(test "" "TIMEOUT" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE ${test_LIBRARIES} GTest::gmock GTest::gtest GTest::gtest_main)
  partnerd_precompile(${name} tests)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE PARTNERD_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 600)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${test_TIMEOUT})
endfunction()

get_property(folders GLOBAL PROPERTY partnerd_folders)
foreach(folder ${folders})
  get_property(tests GLOBAL PROPERTY partnerd_tests_of_${folder})
  if(tests)
    partnerd_test(${folder}_test SOURCES ${tests} LIBRARIES partnerd_${folder} partnerd_testing)
  endif()
endforeach()

partnerd_test_on_postgres(store_test postgres_step_by_step)
partnerd_test_on_postgres(engine_test postgres)
# They have tests of several servers among others. Whatever is labelled so makes a PostgreSQL cluster of its own, in a
# folder of its own, and ends it: ./test -L postgres.
set_tests_properties(db_test service_test engine_test server_test PROPERTIES LABELS postgres TIMEOUT 1200)

add_subdirectory(tests)

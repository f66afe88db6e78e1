# partnerd_precompile(target kind): kind is base or tests.
#
# Most of the time that a file takes to compile goes into the same headers, so they are compiled once for each kind of
# file. What a file may include is not decided here, but by tests/layers (see ARCHITECTURE.md, "Layers"); a build with
# -DPARTNERD_PRECOMPILED=OFF shows what a file forgot to include.
add_library(partnerd_base INTERFACE)
target_link_libraries(partnerd_base INTERFACE fmt::fmt Boost::json Threads::Threads)

set(precompiled_base <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <cstdint> <deque> <functional> <map>
  <memory> <mutex> <optional> <ranges> <set> <span> <sstream> <string> <string_view> <thread> <unordered_map> <utility> <variant>
  <vector> <boost/json.hpp> <fmt/format.h>)
# ccache needs it.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fpch-preprocess)
elseif(PARTNERD_PRECOMPILED)
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()

function(partnerd_precompile target kind)
  target_link_libraries(${target} PUBLIC partnerd_base)
  if(NOT PARTNERD_PRECOMPILED)
    return()
  endif()
  set(precompiled partnerd_precompiled_${kind})
  if(NOT TARGET ${precompiled})
    set(source ${CMAKE_BINARY_DIR}/precompiled_${kind}.cc)
    file(WRITE ${source} "// Has the precompiled headers, and nothing else.\n")
    add_library(${precompiled} OBJECT ${source})
    target_link_libraries(${precompiled} PUBLIC partnerd_base)
    set(headers ${precompiled_base})
    if(kind STREQUAL "tests")
      list(APPEND headers <gmock/gmock.h> <gtest/gtest.h>)
      target_link_libraries(${precompiled} PUBLIC GTest::gmock GTest::gtest)
    endif()
    target_precompile_headers(${precompiled} PRIVATE ${headers})
    # By this ccache knows that what two build folders have precompiled is the same (with CCACHE_PCH_EXTSUM).
    string(SHA256 sum "${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_CXX_FLAGS} ${PARTNERD_SANITIZE} ${headers} ${Boost_VERSION} ${fmt_VERSION} ${GTest_VERSION}")
    foreach(suffix gch pch)
      file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${precompiled}.dir/cmake_pch.hxx.${suffix}.sum ${sum})
    endforeach()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${precompiled})
endfunction()

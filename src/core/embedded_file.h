// A file that the build put into the binary (see cmake/embed.cmake).

#pragma once

#include <string_view>
#include <vector>

struct EmbeddedFile {
    std::string_view name;  // without its folder
    std::string_view bytes;
};

// Files of the binary as a browser gets them: with a type, a tag by which it asks whether they are still the same, and
// for pages what they may do. Used by the documents and the console.

#pragma once

#include <string_view>
#include <vector>

#include "core/embedded_file.h"
#include "service/dialect.h"

namespace service {

struct PageFile {
    std::string_view name;  // its ending says what it is
    std::string_view bytes;
    bool is_compressed = false;    // with gzip, which every browser takes
    std::string_view policy = {};  // Content-Security-Policy, of what ends with .html
};

// Browsers ask each time whether the file is still the same: a new server may be another version.
http::Response render_file(const Call&, const PageFile&);

// Null: there is none of that name.
const EmbeddedFile* find_file(const std::vector<EmbeddedFile>&, std::string_view name);

}  // namespace service

// Files of the binary as a browser gets them: with a type, a tag by which it asks whether they are still the same, and
// for pages what they may do. Used by the documents and the console.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/embedded_file.h"
#include "service/dialect.h"

namespace service {

struct PageFile {
    PageFile(std::string_view name, std::string_view bytes, bool is_compressed, std::string_view policy);

    std::string_view name;  // its ending says what it is
    std::string_view bytes;
    bool is_compressed;       // with gzip, which every browser takes
    std::string_view policy;  // Content-Security-Policy, of what ends with .html
    std::string entity_tag;
};

// Browsers ask each time whether the file is still the same: a new server may be another version.
http::Response render_file(const Call&, const PageFile&);

// Files by name, made once: a tag is a digest of the whole file.
class PageFiles {
public:
    // Of the same name the first counts.
    void add(const std::vector<EmbeddedFile>&, std::string_view policy);
    // Those that end with .gz, by what stands before that.
    void add_compressed(const std::vector<EmbeddedFile>&, std::string_view policy);

    const PageFile* find(std::string_view name) const;  // null: there is none

private:
    std::map<std::string_view, PageFile> files_;
};

// Null: there is none of that name.
const EmbeddedFile* find_file(const std::vector<EmbeddedFile>&, std::string_view name);

}  // namespace service

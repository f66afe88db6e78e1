// Files: what a request's body takes from the disk. A value "@PATH;type=TYPE;filename=NAME" is a file where the body
// has room for one: a part of a multipart body, or a whole one that is neither text nor JSON. Only the command line has
// Files; the server's runs read none.
//
// Two kinds of values are files, so that no answer of a server can name one: an input that the user wrote so, with a
// path from the current folder, and a text that stands literally in a document of this machine, with a path from its
// folder and not out of it.

#pragma once

#include <set>
#include <string>

#include "core/result.h"
#include "workflow/document/document.h"

namespace workflow {

struct File {
    std::string bytes;
    std::string name;  // for the server: without folders
    std::string type;  // as the value says; empty: it says none
};

// The media type that the end of a file's name stands for; application/octet-stream when unknown.
std::string media_type_of_name(std::string_view name);

constexpr std::size_t file_bytes_max = 256 * 1024 * 1024;

class Files {
public:
    // Notes the texts in an input that begin with "@".
    void add_inputs(const json::value&);

    // True for a text that names a file: one of the inputs', or, when it is `written` in the document, any that begins
    // with "@".
    bool is_file(std::string_view text, bool is_written) const;

    // Refuses (not_found, forbidden, limit_exceeded) with one sentence.
    Result<File> read(std::string_view text, const Document*) const;

private:
    std::set<std::string, std::less<>> given_;
};

}  // namespace workflow

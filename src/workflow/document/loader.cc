#include "workflow/document/loader.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "workflow/text/url.h"

namespace workflow {

namespace {

Result<std::string> read_file(const std::string& path) {
    std::error_code failed;
    auto status = std::filesystem::status(path, failed);
    if (status.type() == std::filesystem::file_type::not_found)
        return Error{Reason::not_found, "there is no such file"};
    if (status.type() == std::filesystem::file_type::directory) return Error{Reason::invalid, "it is a directory"};
    std::ifstream in(path, std::ios::binary);
    if (!in) return Error{Reason::forbidden, "the file cannot be opened"};
    std::string text;
    char block[64 * 1024];
    while (in.read(block, sizeof block) || in.gcount() > 0) {  // not by its size: it may be a pipe
        text.append(block, static_cast<std::size_t>(in.gcount()));
        if (text.size() > document_bytes_max) return Error{Reason::limit_exceeded, "the file is too large"};
    }
    if (in.bad()) return Error{Reason::unavailable, "the file cannot be read"};
    return text;
}

}  // namespace

Result<std::string> DiskLoader::read(const std::string& url) {
    if (auto path = path_of_url(url)) return read_file(*path);
    if (!is_http_url(url)) return Error{Reason::invalid, "only file, http and https URLs can be read"};
    if (!fetch_) return Error{Reason::forbidden, "documents are not fetched over the network here"};
    return fetch_(url);
}

Result<std::string> MemoryLoader::read(const std::string& url) {
    auto found = documents_.find(url);
    if (found == documents_.end()) return Error{Reason::not_found, "there is no such document"};
    return found->second;
}

}  // namespace workflow

#include "dialect/pages/page_file.h"

#include <algorithm>

#include "core/crypto.h"

namespace service {
namespace {

std::string_view content_type_of(std::string_view file_name) {
    if (file_name.ends_with(".html")) return "text/html; charset=utf-8";
    if (file_name.ends_with(".css")) return "text/css; charset=utf-8";
    if (file_name.ends_with(".js") || file_name.ends_with(".mjs")) return "text/javascript; charset=utf-8";
    if (file_name.ends_with(".svg")) return "image/svg+xml";
    if (file_name.ends_with(".txt")) return "text/plain; charset=utf-8";
    return "application/json";
}

// RFC 9110 13.1.2, for one tag of ours among whatever the browser has.
bool is_known_to_caller(const http::Request& request, const std::string& entity_tag) {
    const std::string* header = request.headers.find("if-none-match");
    return header && (header->find(entity_tag) != std::string::npos || *header == "*");
}

}  // namespace

PageFile::PageFile(std::string_view name, std::string_view bytes, bool is_compressed, std::string_view policy)
    : name(name),
      bytes(bytes),
      is_compressed(is_compressed),
      policy(policy),
      entity_tag('"' + sha256_hex(bytes).substr(0, 32) + '"') {}

void PageFiles::add(const std::vector<EmbeddedFile>& files, std::string_view policy) {
    for (const EmbeddedFile& file : files) files_.try_emplace(file.name, file.name, file.bytes, false, policy);
}

void PageFiles::add_compressed(const std::vector<EmbeddedFile>& files, std::string_view policy) {
    constexpr std::string_view suffix = ".gz";
    for (const EmbeddedFile& file : files) {
        if (!file.name.ends_with(suffix)) continue;
        const std::string_view name = file.name.substr(0, file.name.size() - suffix.size());
        files_.try_emplace(name, name, file.bytes, true, policy);
    }
}

const PageFile* PageFiles::find(std::string_view name) const {
    const auto found = files_.find(name);
    return found == files_.end() ? nullptr : &found->second;
}

http::Response render_file(const Call& call, const PageFile& file) {
    http::Response response{
        .headers = {{"ETag", file.entity_tag}, {"Cache-Control", "no-cache"}, {"X-Content-Type-Options", "nosniff"}}};
    if (file.name.ends_with(".html")) {
        response.headers.set("Content-Security-Policy", file.policy);
        response.headers.set("Referrer-Policy", "no-referrer");
    }
    if (is_known_to_caller(call.request, file.entity_tag)) {
        response.status = 304;
        return response;
    }
    if (file.is_compressed) response.headers.set("Content-Encoding", "gzip");
    response.content_type = content_type_of(file.name);
    response.body = file.bytes;
    return response;
}

const EmbeddedFile* find_file(const std::vector<EmbeddedFile>& files, std::string_view name) {
    const auto found = std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.name == name; });
    return found == files.end() ? nullptr : &*found;
}

}  // namespace service

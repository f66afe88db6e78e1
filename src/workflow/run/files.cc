#include "workflow/run/files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {

namespace {

namespace fs = std::filesystem;

constexpr std::pair<std::string_view, std::string_view> types[] = {
    {"avif", "image/avif"},       {"bmp", "image/bmp"},         {"css", "text/css"},
    {"csv", "text/csv"},          {"gif", "image/gif"},         {"gz", "application/gzip"},
    {"htm", "text/html"},         {"html", "text/html"},        {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},        {"json", "application/json"}, {"md", "text/markdown"},
    {"mp3", "audio/mpeg"},        {"mp4", "video/mp4"},         {"pdf", "application/pdf"},
    {"png", "image/png"},         {"svg", "image/svg+xml"},     {"tar", "application/x-tar"},
    {"tiff", "image/tiff"},       {"txt", "text/plain"},        {"wav", "audio/wav"},
    {"webm", "video/webm"},       {"webp", "image/webp"},       {"xml", "application/xml"},
    {"yaml", "application/yaml"}, {"yml", "application/yaml"},  {"zip", "application/zip"},
};

struct Reference {
    std::string path;
    std::string type;
    std::string name;
};

// "@cat.png;type=image/png;filename=c.png". A ';' that begins neither of the two belongs to the path.
Reference parse_reference(std::string_view text) {
    Reference out;
    text.remove_prefix(1);
    while (true) {
        const auto type = text.rfind(";type="), name = text.rfind(";filename=");
        const auto last = type == text.npos ? name : name == text.npos ? type : std::max(type, name);
        if (last == text.npos) break;
        const bool is_type = last == type;
        auto& member = is_type ? out.type : out.name;
        member = trim(text.substr(last + (is_type ? 6 : 10)));
        text = text.substr(0, last);
    }
    out.path = text;
    if (out.name.empty()) out.name = fs::path(out.path).filename().string();
    return out;
}

Error refuse(Reason reason, const std::string& path, std::string_view why) {
    return {reason, "the file " + shorten(path) + " " + std::string(why)};
}

Result<fs::path> find_beside(const std::string& path, const Document* document) {
    const auto of_document = document ? path_of_url(document->url) : std::nullopt;
    if (!of_document) return refuse(Reason::forbidden, path, "is named by a document that is not of this machine");
    const fs::path folder = fs::path(*of_document).parent_path();
    std::error_code failed;
    const auto inside = fs::weakly_canonical(folder, failed);
    const auto found = fs::weakly_canonical(folder / path, failed);
    const auto relative = found.lexically_relative(inside);
    if (failed || relative.empty() || *relative.begin() == "..")
        return refuse(Reason::forbidden, path,
                      "is outside of the document's folder; to send it, make it an input: -i NAME=@" + shorten(path));
    return found;
}

}  // namespace

std::string media_type_of_name(std::string_view name) {
    const auto dot = name.rfind('.');
    const auto ending = dot == name.npos ? std::string() : to_lower_ascii(name.substr(dot + 1));
    for (const auto& [known, type] : types)
        if (known == ending) return std::string(type);
    return "application/octet-stream";
}

void Files::add_inputs(const json::value& value) {
    if (const auto* text = value.if_string(); text && text->starts_with("@") && text->size() > 1) given_.emplace(*text);
    if (const auto* array = value.if_array())
        for (const auto& element : *array) add_inputs(element);
    if (const auto* object = value.if_object())
        for (const auto& member : *object) add_inputs(member.value());
}

bool Files::is_file(std::string_view text, bool is_written) const {
    return given_.contains(text) || (is_written && text.starts_with('@') && text.size() > 1);
}

Result<File> Files::read(std::string_view text, const Document* document) const {
    auto reference = parse_reference(text);
    const fs::path path = given_.contains(text) ? fs::path(reference.path) : TRY(find_beside(reference.path, document));
    const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
    if (std::ranges::any_of(reference.type, is_control))
        return refuse(Reason::invalid, reference.path, "has a type with a control character in it");
    std::error_code failed;
    if (!fs::is_regular_file(path, failed)) return refuse(Reason::not_found, reference.path, "is not there");
    if (fs::file_size(path, failed) > file_bytes_max)
        return refuse(Reason::limit_exceeded, reference.path,
                      "is larger than " + std::to_string(file_bytes_max / 1024 / 1024) + " MiB");
    std::ifstream in(path, std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    if (!in) return refuse(Reason::forbidden, reference.path, "cannot be read");
    return File{std::move(bytes), std::move(reference.name), std::move(reference.type)};
}

}  // namespace workflow

#include "cli/workflow_environment.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace {

constexpr std::size_t standard_input_bytes_max = 64 * 1024 * 1024;

Result<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in.good() && !in.eof()) return Error{Reason::not_found, path + " cannot be read"};
    return text;
}

class EnvironmentReader {
public:
    explicit EnvironmentReader(const std::string& text) : text_(text) {}

    Result<std::map<std::string, std::string>> read() {
        std::map<std::string, std::string> out;
        for (; at_ < text_.size(); skip_line()) {
            skip_blanks();
            if (at_ == text_.size() || peek() == '\n' || peek() == '\r' || peek() == '#') continue;
            if (text_.compare(at_, 7, "export ") == 0) at_ += 7, skip_blanks();
            const std::string name = read_name();
            skip_blanks();
            if (name.empty() || peek() != '=') return refuse("NAME=VALUE is missing");
            ++at_;
            skip_blanks();
            out[name] = TRY(read_value());
        }
        return out;
    }

private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }
    void skip_blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    }
    void skip_line() {
        const auto end = text_.find('\n', at_);
        at_ = end == std::string::npos ? text_.size() : end + 1;
    }
    Error refuse(const std::string& why) const {
        const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
        return {Reason::malformed, "line " + std::to_string(line) + ": " + why};
    }

    std::string read_name() {
        const auto begin = at_;
        const auto is_name_char = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        };
        while (at_ < text_.size() && is_name_char(text_[at_])) ++at_;
        return text_.substr(begin, at_ - begin);
    }

    Result<std::string> read_value() {
        const char quote = peek();
        if (quote != '"' && quote != '\'') {
            std::string value = text_.substr(at_, text_.find_first_of("\r\n", at_) - at_);
            if (value.starts_with('#')) return std::string();
            value = value.substr(0, value.find(" #"));
            return value.substr(0, value.find_last_not_of(" \t") + 1);
        }
        std::string value;
        const auto begin = at_;
        for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
            const bool is_escape = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size();
            value += is_escape ? escaped(text_[++at_]) : std::string(1, text_[at_]);
        }
        if (at_ == text_.size()) return at_ = begin, refuse("the quote is never closed");
        ++at_;
        skip_blanks();
        if (peek() != '\n' && peek() != '\r' && peek() != '#')
            return refuse("something stands behind the closing quote");
        return value;
    }

    static std::string escaped(char c) {
        switch (c) {
        case 'n': return "\n";
        case 'r': return "\r";
        case 't': return "\t";
        case '"':
        case '\\': return std::string(1, c);
        default: return std::string("\\") + c;
        }
    }

    const std::string& text_;
    std::size_t at_ = 0;
};

}  // namespace

int complain(const std::string& what) {
    std::fprintf(stderr, "partnerd: %s\n", what.c_str());
    return 2;
}

Result<std::map<std::string, std::string>> parse_environment_file(const std::string& text) {
    return EnvironmentReader(text).read();
}

Result<Environment> Environment::read(const std::vector<std::string>& files) {
    Environment out;
    for (const auto& file : files) {
        auto text = file == "-" ? read_standard_input() : read_file(file);
        if (!text.ok()) return Error{Reason::not_found, "--env-file: " + text.error().detail};
        auto variables = parse_environment_file(text.value());
        if (!variables.ok()) return Error{Reason::malformed, "--env-file: " + file + ", " + variables.error().detail};
        for (auto& [name, value] : std::move(variables).value()) out.from_files_[name] = value;
    }
    return out;
}

std::optional<std::string> Environment::find(const std::string& name) const {
    if (const char* value = std::getenv(name.c_str()); value && *value) return value;
    const auto found = from_files_.find(name);
    if (found == from_files_.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

Result<http::Proxies> Environment::proxies() const {
    const auto either = [&](const char* lower, const char* upper) {
        const auto first = find(lower);
        return first ? *first : find(upper).value_or("");
    };
    return http::Proxies::parse(either("http_proxy", "HTTP_PROXY"), either("https_proxy", "HTTPS_PROXY"),
                                either("no_proxy", "NO_PROXY"));
}

Result<std::string> read_standard_input() {
    static bool is_read = false;
    if (std::exchange(is_read, true))
        return Error{Reason::conflict, "standard input can be read once, and \"-\" stands for it twice"};
    std::string text;
    char block[65536];
    for (std::size_t count; (count = std::fread(block, 1, sizeof block, stdin)) > 0;) {
        text.append(block, count);
        if (text.size() > standard_input_bytes_max)
            return Error{Reason::limit_exceeded, "standard input is longer than 64 MiB"};
    }
    return text;
}

Result<std::string> text_or_file(const std::string& text) {
    if (!text.starts_with('@')) return text;
    if (text == "@-") return read_standard_input();
    return read_file(text.substr(1));
}

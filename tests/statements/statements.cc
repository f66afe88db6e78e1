#include "tests/statements/statements.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <tuple>

namespace statements {
namespace {

// The lines that come from the file itself: `# 12 "path" 2` says where the next ones come from.
std::string own_lines(std::string_view text, const std::string& path) {
    const std::string quoted = '"' + path + '"';
    std::string own;
    bool is_own = false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1);
        const std::string_view line = text.substr(0, end + 1);
        if (line.starts_with("# "))
            is_own = line.find(quoted) != std::string_view::npos;
        else if (is_own)
            own += line;
        text.remove_prefix(end + 1);
    }
    return own;
}

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    bool is_at_end() const { return at_ == text_.size(); }
    void next() { ++at_; }

    bool take(char character) {
        skip_space();
        if (at_ == text_.size() || text_[at_] != character) return false;
        ++at_;
        return true;
    }

    // One literal or several beside each other, as the compiler joins them.
    bool take_literals(std::string& value) {
        value.clear();
        bool is_there = false;
        while (take('"')) {
            is_there = true;
            for (; text_[at_] != '"'; ++at_) value += text_[at_] == '\\' ? unescape() : text_[at_];
            ++at_;
        }
        return is_there;
    }

    std::size_t place() const { return at_; }
    void go_back(std::size_t place) { at_ = place; }

private:
    void skip_space() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
    }
    char unescape() {
        const char escaped = text_[++at_];
        if (escaped == 'n') return '\n';
        if (escaped == 't') return '\t';
        return escaped == '"' || escaped == '\\' || escaped == '\'' ? escaped : '?';  // no statement has others
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// `{"name", "text"}`, with whatever behind it; a map from one word to another is none.
bool is_statement(std::string_view sql) {
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{"SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "},
        [&](std::string_view verb) { return sql.starts_with(verb); });
}

}  // namespace

std::vector<Statement> find_statements(std::string_view preprocessed, const std::string& path) {
    const std::string text = own_lines(preprocessed, path);
    std::vector<Statement> found;
    Reader reader(text);
    while (!reader.is_at_end()) {
        if (!reader.take('{')) {
            std::string skipped;
            if (!reader.is_at_end() && !reader.take_literals(skipped)) reader.next();
            continue;
        }
        const std::size_t after_brace = reader.place();
        Statement statement{.file = std::filesystem::path(path).filename().string(), .name = {}, .sql = {}};
        const bool is_pair = reader.take_literals(statement.name) && is_name(statement.name) && reader.take(',') &&
                             reader.take_literals(statement.sql);
        if (is_pair && is_statement(statement.sql))
            found.push_back(std::move(statement));
        else
            reader.go_back(after_brace);
    }
    return found;
}

std::vector<Statement> all_statements() {
    std::vector<Statement> all;
    for (const auto& entry : std::filesystem::directory_iterator(PARTNERD_PREPROCESSED_DIR)) {
        if (entry.path().extension() != ".ii") continue;
        const std::string source =
            std::string(PARTNERD_SOURCE_DIR) + "/src/store/" + entry.path().stem().string() + ".cc";
        if (!std::filesystem::exists(source)) continue;  // of a file that has been removed since
        std::ifstream file(entry.path());
        const std::string text(std::istreambuf_iterator<char>(file), {});
        std::ranges::move(find_statements(text, source), std::back_inserter(all));
    }
    std::ranges::sort(all, {}, [](const Statement& statement) { return std::tie(statement.file, statement.name); });
    return all;
}

}  // namespace statements

#include "tests/api/transcript.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <tuple>

#include "engine/accounts/run_due.h"
#include "engine/upkeep/housekeeping.h"
#include "http/server.h"
#include "tests/raw_client.h"
#include "tests/testing/in_process.h"

namespace {

using std::string_view;

struct Step {
    int line = 0;  // of its title
    std::string title;
    std::vector<std::string> directives;
    std::string text;  // the lines up to the answer, as they stand in the file
    bool has_request = false;
    std::string request_line;
    std::vector<std::string> header_lines;
    std::string body;
    std::string expected;
};

std::runtime_error wrong(const std::string& what) { return std::runtime_error("transcript: " + what); }

std::vector<std::string> split_lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::string trim_newlines(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

// Takes a file apart. What stands before the first title is a step without a request.
class Parser {
public:
    explicit Parser(const std::string& text) : lines_(split_lines(text)) {}

    std::vector<Step> parse() {
        std::vector<Step> steps;
        while (at_ < lines_.size()) steps.push_back(parse_step());
        return steps;
    }

private:
    static bool is_title(const std::string& line) { return line == "###" || line.starts_with("### "); }
    bool at_end_of_step() const { return at_ >= lines_.size() || is_title(lines_[at_]); }
    bool at_answer() const { return lines_[at_].starts_with("HTTP/1.1 "); }

    const std::string& take(Step& step) {
        step.text += lines_[at_] + '\n';
        return lines_[at_++];
    }

    Step parse_step() {
        Step step;
        step.line = static_cast<int>(at_) + 1;
        if (is_title(lines_[at_])) step.title = take(step).substr(3);
        while (!at_end_of_step() && !step.has_request) parse_line_before_request(step);
        while (!at_end_of_step() && !at_answer() && !lines_[at_].empty()) step.header_lines.push_back(take(step));
        if (!at_end_of_step() && !at_answer()) take(step);
        while (!at_end_of_step() && !at_answer()) step.body += take(step) + '\n';
        step.body = trim_newlines(step.body);
        while (!at_end_of_step()) step.expected += lines_[at_++] + '\n';
        step.expected = trim_newlines(step.expected);
        return step;
    }

    void parse_line_before_request(Step& step) {
        const std::string& line = take(step);
        if (line.empty() || line.starts_with("//")) return;
        if (line.starts_with("# ")) {
            step.directives.push_back(line.substr(2));
            return;
        }
        step.request_line = line;
        step.has_request = true;
    }

    const std::vector<std::string> lines_;
    std::size_t at_ = 0;
};

// "keep" -> {"keep", "rest of it"}
std::pair<std::string, std::string> split_word(const std::string& text) {
    const std::size_t space = text.find(' ');
    if (space == std::string::npos) return {text, ""};
    return {text.substr(0, space), text.substr(space + 1)};
}

std::int64_t parse_count(const std::string& text) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size() || count < 1)
        throw wrong("\"" + text + "\" is no count");
    return count;
}

std::chrono::milliseconds parse_duration(const std::string& text) {
    const std::map<std::string, std::chrono::milliseconds> units = {{"d", std::chrono::days(1)},
                                                                    {"h", std::chrono::hours(1)},
                                                                    {"m", std::chrono::minutes(1)},
                                                                    {"s", std::chrono::seconds(1)},
                                                                    {"ms", std::chrono::milliseconds(1)}};
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto unit = units.find(text.substr(digits));
    if (unit == units.end()) throw wrong("\"" + text + "\" is no duration");
    return parse_count(text.substr(0, digits)) * unit->second;
}

// The inside of {{...}}.
std::string expand_one(const std::string& inside, const std::map<std::string, std::string>& kept) {
    const auto [word, rest] = split_word(inside);
    std::string expanded;
    if (word == "repeat") {
        const std::size_t space = rest.rfind(' ');
        if (space == std::string::npos) throw wrong("{{" + inside + "}} needs a text and a count");
        for (std::int64_t i = parse_count(rest.substr(space + 1)); i > 0; --i) expanded += rest.substr(0, space);
        return expanded;
    }
    if (word == "bytes") {
        std::istringstream numbers(rest);
        for (std::string number; numbers >> number;) expanded += static_cast<char>(std::stoi(number, nullptr, 16));
        return expanded;
    }
    const auto found = kept.find(inside);
    if (found == kept.end()) throw wrong("nothing has been kept as " + inside);
    return found->second;
}

std::string expand(const std::string& text, const std::map<std::string, std::string>& kept) {
    std::string expanded;
    std::size_t done = 0;
    for (std::size_t open = text.find("{{"); open != std::string::npos; open = text.find("{{", done)) {
        const std::size_t close = text.find("}}", open);
        if (close == std::string::npos) break;
        expanded += text.substr(done, open - done) + expand_one(text.substr(open + 2, close - open - 2), kept);
        done = close + 2;
    }
    return expanded + text.substr(done);
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    return text;
}

// With every answer, or every one of its kind; tests of their own look at them.
bool is_left_out(const http::Request& request, const http::Header& header) {
    const std::string name = lower(header.name);
    if (name == "x-request-id") return !request.headers.find("x-request-id");
    return name == "etag" || (name == "cache-control" && header.value == "no-store");
}

std::string render(const http::Request& request, const http::Response& response) {
    std::string text =
        "HTTP/1.1 " + std::to_string(response.status) + ' ' + std::string(http::reason_phrase(response.status)) + '\n';
    const bool has_content = response.status != 204 && response.status != 304;
    if (!response.content_type.empty() && has_content) text += "content-type: " + response.content_type + '\n';
    for (const http::Header& header : response.headers)
        if (!is_left_out(request, header)) text += lower(header.name) + ": " + header.value + '\n';
    if (request.method != http::Method::head && has_content && !response.body.empty()) text += '\n' + response.body;
    return trim_newlines(text);
}

std::string find_member(const std::string& body, const std::string& member) {
    const std::string mark = '"' + member + "\":";
    const std::size_t found = body.find(mark);
    if (found == std::string::npos) throw wrong("the answer has no member " + member);
    const std::size_t begin = found + mark.size();
    if (body[begin] != '"') return body.substr(begin, body.find_first_of(",}]", begin) - begin);
    return body.substr(begin + 1, body.find('"', begin + 1) - begin - 1);
}

// A member of the body, or "cookie NAME".
std::string find_kept(const http::Response& response, const std::string& what) {
    constexpr string_view cookie = "cookie ";
    if (!what.starts_with(cookie)) return find_member(response.body, what);
    const std::string mark = what.substr(cookie.size()) + '=';
    const std::string* header = response.headers.find("set-cookie");
    if (!header || !header->starts_with(mark)) throw wrong("the answer sets no cookie " + what.substr(cookie.size()));
    return header->substr(mark.size(), header->find(';') - mark.size());
}

// Sends requests through a real socket, and keeps the connection as long as the server does.
class SocketCaller {
public:
    explicit SocketCaller(std::uint16_t port) : port_(port) {}

    http::Response send(const http::Request& request) {
        if (!connection_) connection_.emplace(port_);
        connection_->send(bytes_of(request));
        RawClient::Answer answer = connection_->read_answer(request.method == http::Method::head);
        http::Response response{
            .status = answer.status, .body = std::move(answer.body), .headers = std::move(answer.headers)};
        if (const std::string* type = response.headers.find("Content-Type")) response.content_type = *type;
        const std::string* connection = response.headers.find("Connection");
        if (connection && *connection == "close") connection_.reset();
        for (const char* name : {"Content-Type", "Content-Length", "Connection", "Date"}) response.headers.remove(name);
        return response;
    }

private:
    static std::string bytes_of(const http::Request& request) {
        std::string bytes = request.method_name + ' ' + request.target + " HTTP/1.1\r\n";
        if (!request.headers.find("host")) bytes += "Host: localhost\r\n";
        for (const http::Header& header : request.headers) bytes += header.name + ": " + header.value + "\r\n";
        if (!request.body.empty()) bytes += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
        return bytes + "\r\n" + request.body;
    }

    const std::uint16_t port_;
    std::optional<RawClient> connection_;
};

// Plays the steps of one file against a world of its own.
class Player {
public:
    Player(const TranscriptSetup& setup, Transport transport)
        : setup_(setup), served_(setup.dialects, {*http::Network::parse("127.0.0.1")}) {
        db::write_and_wait(served_.database(), [&](db::Tx& tx) { setup_.seed(tx, served_.world()); });
        if (setup_.start) started_ = setup_.start(served_.database(), served_.world());
        if (transport == Transport::socket) listen();
    }

    // The answer as it should stand in the file; empty: there was no request.
    std::string play(const Step& step) {
        repeat_ = 1;
        keep_.reset();
        for (const std::string& directive : step.directives) {
            draw_afresh();
            obey(directive);
        }
        if (!step.has_request) return "";
        const http::Request request = make_request(step);
        std::string shown;
        for (std::int64_t i = 0; i < repeat_; ++i) {
            draw_afresh();
            const http::Response response = client_ ? client_->send(request) : served_.send(request);
            const std::string answer = render(request, response);
            if (i > 0 && answer != shown) throw wrong("answer " + std::to_string(i + 1) + " differs:\n" + answer);
            shown = answer;
            if (keep_) kept_[keep_->first] = find_kept(response, keep_->second);
        }
        finish_writes();
        return shown;
    }

private:
    // Ids and tokens depend on how many requests came before, not on what was seeded nor on how often a database ran
    // some work before it kept it.
    void draw_afresh() { served_.world().count_from(1'000'000 + 1'000 * ++draws_); }

    // What a request leaves to be written behind its answer (when its credential was used) is there before the next
    // one.
    void finish_writes() {
        db::write_and_wait(served_.database(), [](db::Tx&) {});
    }

    void listen() {
        http::ServerOptions options;
        options.threads = 1;
        options.refuse = [this](const http::Request& request, int status, string_view detail) {
            return served_.service().refuse(request, status, detail);
        };
        server_ = std::make_unique<http::Server>(options, [this](http::Request request, http::Reply reply) {
            served_.service().serve(std::move(request), std::move(reply));
        });
        server_->start();
        client_ = std::make_unique<SocketCaller>(server_->port());
    }

    void obey(const std::string& directive) {
        const auto [word, rest] = split_word(directive);
        TestWorld& world = served_.world();
        if (word == "caller")
            caller_ = rest == "nobody" ? std::nullopt : std::optional(rest);
        else if (word == "clock")
            world.set(parse_instant(rest));
        else if (word == "advance")
            world.advance(parse_duration(rest));
        else if (directive == "run due")
            run_all_due(served_.database(), world, 2);
        else if (directive == "do housekeeping")
            run_housekeeping(served_.database(), world);
        else if (word == "repeat")
            repeat_ = parse_count(rest);
        else if (word == "keep")
            keep_ = split_word(rest);
        else
            throw wrong("there is no directive \"" + directive + '"');
    }

    static Instant parse_instant(const std::string& text) {
        const auto instant = parse_rfc3339(text);
        if (!instant) throw wrong("\"" + text + "\" is no instant");
        return *instant;
    }

    http::Request make_request(const Step& step) const {
        const auto [method_name, target] = split_word(step.request_line);
        http::Request request;
        request.remote_address = "127.0.0.1";
        request.method_name = method_name;
        request.method = http::parse_method(method_name);
        request.target = expand(target, kept_);
        for (const std::string& line : step.header_lines) {
            const std::size_t colon = line.find(": ");
            if (colon == std::string::npos) throw wrong("\"" + line + "\" is no header");
            request.headers.add(line.substr(0, colon), expand(line.substr(colon + 2), kept_));
        }
        if (caller_ && !request.headers.find(setup_.credential_header))
            request.headers.add(setup_.credential_header, setup_.credential_prefix + *caller_);
        request.body = expand(step.body, kept_);
        return request;
    }

    const TranscriptSetup& setup_;
    InProcess served_;
    std::shared_ptr<void> started_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<SocketCaller> client_;
    std::optional<std::string> caller_;
    std::map<std::string, std::string> kept_;
    std::int64_t draws_ = 0;
    std::int64_t repeat_ = 1;
    std::optional<std::pair<std::string, std::string>> keep_;
};

std::filesystem::path root_of(const std::string& folder) {
    return std::filesystem::path(PARTNERD_SOURCE_DIR) / "tests/api" / folder;
}

std::string read_file(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw wrong("cannot read " + file.string());
    return {std::istreambuf_iterator<char>(stream), {}};
}

void add_header(http::Headers& headers, const std::string& line) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) throw wrong("\"" + line + "\" is no header");
    headers.add(line.substr(0, colon), line.substr(colon + 2));
}

http::Response read_answer(const std::string& expected) {
    std::istringstream lines(expected);
    http::Response response;
    std::string line;
    std::getline(lines, line);
    response.status = std::stoi(line.substr(std::string("HTTP/1.1 ").size()));
    while (std::getline(lines, line) && !line.empty()) add_header(response.headers, line);
    if (const std::string* type = response.headers.find("content-type")) response.content_type = *type;
    response.headers.remove("content-type");
    response.body.assign(std::istreambuf_iterator<char>(lines), {});
    return response;
}

bool rewrites() {
    const char* wanted = std::getenv("PARTNERD_REWRITE_TRANSCRIPTS");
    return wanted && string_view(wanted) == "1";
}

}  // namespace

std::vector<std::string> list_transcripts(const std::string& folder) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_of(folder)))
        if (entry.path().extension() == ".http")
            paths.push_back(std::filesystem::relative(entry.path(), root_of(folder)).string());
    std::ranges::sort(paths);
    return paths;
}

std::string name_of_transcript(const std::string& path) {
    std::string name = path.substr(0, path.rfind('.'));
    std::ranges::replace_if(
        name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

std::vector<WrittenExchange> read_exchanges(const std::string& folder, const std::string& path) {
    std::vector<WrittenExchange> exchanges;
    for (const Step& step : Parser(read_file(root_of(folder) / path)).parse()) {
        if (!step.has_request || step.expected.empty()) continue;
        WrittenExchange exchange{folder + "/" + path + ":" + std::to_string(step.line), {}, {}};
        std::tie(exchange.request.method_name, exchange.request.target) = split_word(step.request_line);
        exchange.request.method = http::parse_method(exchange.request.method_name);
        for (const std::string& line : step.header_lines) add_header(exchange.request.headers, line);
        exchange.request.body = step.body;
        exchange.response = read_answer(step.expected);
        exchanges.push_back(std::move(exchange));
    }
    return exchanges;
}

void check_transcript(const TranscriptSetup& setup, const std::string& folder, const std::string& path,
                      Transport transport) {
    const std::filesystem::path file = root_of(folder) / path;
    const bool rewriting = rewrites() && transport == Transport::in_process;
    Player player(setup, transport);
    std::string rewritten;
    for (const Step& step : Parser(read_file(file)).parse()) {
        SCOPED_TRACE(file.string() + ':' + std::to_string(step.line) + ":" + step.title);
        std::string actual;
        try {
            actual = player.play(step);
        } catch (const std::exception& exception) {
            FAIL() << exception.what();
        }
        EXPECT_TRUE(rewriting || actual == step.expected) << "answered:\n"
                                                          << actual << "\n\nwritten:\n"
                                                          << step.expected;
        rewritten += trim_newlines(step.text) + "\n\n" + (actual.empty() ? "" : actual + "\n\n");
    }
    if (rewriting) std::ofstream(file, std::ios::binary) << trim_newlines(rewritten) << '\n';
}

#include "db/postgres_refusal.h"

#include <fmt/format.h>
#include <netdb.h>

#include <initializer_list>

namespace db::postgres {
namespace {

constexpr std::string_view where_passwords_are = "put it into ~/.pgpass, a file that PGPASSFILE names, or PGPASSWORD";

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts)
        if (contains(text, part)) return true;
    return false;
}

bool is_code_character(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

// "...failed: FATAL:  28P01: password..." has the code "28P01"; what the client says itself has none.
std::size_t find_code(std::string_view line) {
    for (std::size_t at = line.find(":  "); at != std::string_view::npos; at = line.find(":  ", at + 1)) {
        const std::string_view rest = line.substr(at + 3);
        std::size_t length = 0;
        while (length < rest.size() && is_code_character(rest[length])) ++length;
        if (length == 5 && rest.substr(5).starts_with(": ")) return at + 3;
    }
    return std::string_view::npos;
}

// Without severity and code.
std::string plain(std::string_view line, std::size_t code_at) {
    if (code_at == std::string_view::npos) return std::string(line);
    std::string_view before = line.substr(0, code_at);
    for (const std::string_view severity : {"FATAL:  ", "PANIC:  ", "ERROR:  "})
        if (before.ends_with(severity)) before.remove_suffix(severity.size());
    return fmt::format("{}{}", before, line.substr(code_at + 7));
}

Refusal read_refusal_of_client(std::string_view line) {
    if (contains(line, "no password supplied"))
        return {Refusal::Kind::hopeless, fmt::format("the server asks for a password: {}", where_passwords_are)};
    if (contains(line, "could not translate host name"))
        return {contains(line, gai_strerror(EAI_NONAME)) ? Refusal::Kind::unknown_host : Refusal::Kind::passing,
                std::string(line)};
    const bool is_hopeless = contains_any(line, {"certificate", "server does not support SSL", "SSL error: tlsv1 alert",
                                                 "SSL error: sslv3 alert", "private key file", "invalid "});
    return {is_hopeless ? Refusal::Kind::hopeless : Refusal::Kind::passing, std::string(line)};
}

}  // namespace

std::string_view first_line(std::string_view message) { return message.substr(0, message.find('\n')); }

Refusal read_refusal(std::string_view message) {
    const std::string_view line = first_line(message);
    const std::size_t code_at = find_code(line);
    if (code_at == std::string_view::npos) return read_refusal_of_client(line);
    const std::string_view code = line.substr(code_at, 5);
    const std::string said = plain(line, code_at);
    if (code == "53300") return {Refusal::Kind::crowded, said};
    if (code == "28P01")
        return {Refusal::Kind::hopeless,
                fmt::format("the server does not accept the password: {}", where_passwords_are)};
    if (code == "28000" || code == "3D000" || code == "42501" || code == "0A000" || code == "42704")
        return {Refusal::Kind::hopeless, said};
    return {Refusal::Kind::passing, said};
}

}  // namespace db::postgres

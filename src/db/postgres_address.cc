#include "db/postgres_address.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>

namespace db {
namespace {

using Named = std::map<std::string, std::string, std::less<>>;

constexpr const char* scheme = "postgresql://";

Error refuse(std::string sentence) { return Error{Reason::invalid, std::move(sentence)}; }

std::vector<std::string> split_list(std::string_view list) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t comma = list.find(',');
        parts.emplace_back(list.substr(0, comma));
        if (comma == std::string_view::npos) return parts;
        list.remove_prefix(comma + 1);
    }
}

std::optional<Named> parse(const std::string& text) {
    char* complaint = nullptr;  // may repeat what was said
    const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
        PQconninfoParse(text.c_str(), &complaint), PQconninfoFree);
    PQfreemem(complaint);
    if (!options) return std::nullopt;
    Named given;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
        if (option->val != nullptr) given[option->keyword] = option->val;
    return given;
}

std::string value_of(const Named& given, std::string_view keyword) {
    const auto found = given.find(keyword);
    return found == given.end() ? std::string() : found->second;
}

// Empty: it is not set.
std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// A file says then where that is, which only libpq reads.
bool names_service(const Named& given) {
    return !value_of(given, "service").empty() || !environment("PGSERVICE").empty();
}

bool is_on_this_machine(std::string_view host) {
    const bool is_loopback =
        host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
    return host.empty() || host.starts_with('/') || host.starts_with('@') || host == "localhost" || host == "::1" ||
           is_loopback;
}

// Where libpq would look: hostaddr counts, host may be its name only.
std::vector<std::string> hosts_of(const Named& given) {
    for (const char* keyword : {"hostaddr", "host"})
        if (const std::string hosts = value_of(given, keyword); !hosts.empty()) return split_list(hosts);
    return split_list(environment("PGHOST"));
}

void put_defaults(Named& given) {
    if (!names_service(given) && value_of(given, "hostaddr").empty())
        if (std::string addresses = environment("PGHOSTADDR"); !addresses.empty()) given["hostaddr"] = addresses;
    const auto hosts = hosts_of(given);
    const bool is_local = !names_service(given) && std::all_of(hosts.begin(), hosts.end(), is_on_this_machine);
    const std::string sslmode = environment("PGSSLMODE");
    if (!is_local && sslmode.empty()) given.emplace("sslmode", "verify-full");
    if (names_service(given) && !sslmode.empty()) given.emplace("sslmode", sslmode);
    given.emplace("target_session_attrs", "read-write");
    given.emplace("fallback_application_name", "partnerd");
    given.emplace("keepalives_idle", "5");
    given.emplace("keepalives_interval", "2");
    given.emplace("keepalives_count", "3");
    given["client_encoding"] = "UTF8";
}

// One set for each server, in the order in which they are named. Lists of one value count for all of them.
std::vector<PostgresAddress::Parameters> split_servers(const Named& given) {
    constexpr const char* lists[] = {"host", "hostaddr", "port"};
    std::size_t count = 1;
    for (const char* keyword : lists) count = std::max(count, split_list(value_of(given, keyword)).size());
    std::vector<PostgresAddress::Parameters> servers(count);
    for (std::size_t i = 0; i < count; ++i)
        for (const auto& [keyword, value] : given) {
            const bool is_list = std::find(std::begin(lists), std::end(lists), keyword) != std::end(lists);
            const auto parts = is_list ? split_list(value) : std::vector{value};
            servers[i].emplace_back(keyword, parts[parts.size() == count ? i : 0]);
        }
    return servers;
}

std::string describe(const Named& given) {
    const auto hosts = split_list(value_of(given, given.contains("host") ? "host" : "hostaddr"));
    const auto ports = split_list(value_of(given, "port"));
    std::string shown = scheme;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const std::string& port = ports[ports.size() == hosts.size() ? i : 0];
        shown += (i == 0 ? "" : ",") + hosts[i] + (port.empty() ? "" : ':' + port);
    }
    return shown + '/' + value_of(given, "dbname");
}

}  // namespace

bool is_postgres_address(std::string_view text) { return text.starts_with(scheme) || text.starts_with("postgres://"); }

Result<PostgresAddress> read_postgres_address(std::string_view text) {
    auto given = is_postgres_address(text) && text.find('\0') == std::string_view::npos ? parse(std::string(text))
                                                                                        : std::nullopt;
    if (!given) return refuse("The database's address is not one that PostgreSQL understands: postgresql://HOST/NAME.");
    if (given->contains("password") || given->contains("sslpassword"))
        return refuse(
            "A password in the database's address can be read by everybody on this machine: put it into ~/.pgpass, "
            "into a file that PGPASSFILE names, or into PGPASSWORD.");
    if (value_of(*given, "dbname").empty() && std::getenv("PGDATABASE") == nullptr && !names_service(*given))
        return refuse("The database's address names no database: postgresql://HOST/NAME.");
    put_defaults(*given);
    return PostgresAddress{.servers = split_servers(*given), .shown = describe(*given)};
}

}  // namespace db

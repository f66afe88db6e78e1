#include "server/config.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "db/postgres_address.h"
#include "toml++/toml.h"

namespace {

using Apply = std::function<Result<void>(Config&, const std::string&)>;

Error refuse(std::string detail) { return {Reason::invalid, std::move(detail)}; }

template <class Number>
Result<Number> parse_number(const std::string& text, Number least, Number greatest) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least || number > greatest)
        return refuse(fmt::format("must be a whole number from {} to {}", least, greatest));
    return number;
}

template <class Number>
Apply number(Number Config::*member, Number least, Number greatest) {
    return [=](Config& config, const std::string& text) -> Result<void> {
        config.*member = TRY(parse_number(text, least, greatest));
        return {};
    };
}

Apply any_text(std::string Config::*member) {
    return [=](Config& config, const std::string& text) -> Result<void> {
        config.*member = text;
        return {};
    };
}

Apply boolean(bool Config::*member) {
    return [=](Config& config, const std::string& text) -> Result<void> {
        if (text != "true" && text != "false") return refuse("must be true or false");
        config.*member = text == "true";
        return {};
    };
}

bool is_address(const std::string& text) {
    in_addr four{};
    in6_addr six{};
    return inet_pton(AF_INET, text.c_str(), &four) == 1 || inet_pton(AF_INET6, text.c_str(), &six) == 1;
}

struct Endpoint {
    std::string address;
    std::uint16_t port;
};

Result<Endpoint> parse_endpoint(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0)
        return refuse("must be ADDRESS:PORT, like 127.0.0.1:8080 or [::1]:8080");
    std::string address = text.substr(0, colon);
    if (address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    else if (address.find(':') != std::string::npos)
        return refuse("needs brackets around an IPv6 address, like [::1]:8080");
    if (address == "localhost") address = "127.0.0.1";
    if (!is_address(address)) return refuse("needs an IP address, like 127.0.0.1:8080 or [::1]:8080");
    return Endpoint{std::move(address), TRY(parse_number<std::uint16_t>(text.substr(colon + 1), 0, 65535))};
}

Apply endpoint(std::string Config::*address, std::uint16_t Config::*port) {
    return [=](Config& config, const std::string& text) -> Result<void> {
        Endpoint parsed = TRY(parse_endpoint(text));
        config.*address = std::move(parsed.address);
        config.*port = parsed.port;
        return {};
    };
}

constexpr std::string_view sqlite_scheme = "sqlite:";

Result<void> apply_database(Config& config, const std::string& text) {
    if (db::is_postgres_address(text)) {
        TRY(db::read_postgres_address(text));
        config.database_path = text;
        return {};
    }
    if (!text.starts_with(sqlite_scheme) || text.size() == sqlite_scheme.size() ||
        db::is_postgres_address(text.substr(sqlite_scheme.size())))
        return refuse("must be sqlite:FILE or postgresql://HOST/NAME");
    config.database_path = text.substr(sqlite_scheme.size());
    return {};
}

Result<void> apply_trusted_proxies(Config& config, const std::string& text) {
    std::vector<http::Network> networks;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of(", "), rest.size());
        const std::string_view entry = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (entry.empty()) continue;
        const auto network = http::Network::parse(entry);
        if (!network) return refuse("needs addresses or networks, like 127.0.0.1 or 10.0.0.0/8 or 2001:db8::/32");
        networks.push_back(*network);
    }
    config.trusted_proxies = std::move(networks);
    return {};
}

Result<void> apply_revision(Config& config, const std::string& text) {
    if (text == "openapi")
        config.default_revision = Revision::partnership_openapi;
    else if (text == "reference")
        config.default_revision = Revision::partnership_reference;
    else
        return refuse("must be openapi or reference");
    return {};
}

Result<void> apply_webhook_allow(Config& config, const std::string& text) {
    config.webhook_allow.clear();
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find(','));
        const auto network = parse_ip_network(part);
        if (!network) return refuse("must be networks like 10.1.0.0/16 with commas between them");
        config.webhook_allow.push_back(*network);
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    }
    return {};
}

Result<void> apply_log_level(Config& config, const std::string& text) {
    static const std::map<std::string, LogLevel, std::less<>> levels = {{"debug", LogLevel::debug},
                                                                        {"info", LogLevel::info},
                                                                        {"warning", LogLevel::warning},
                                                                        {"error", LogLevel::error},
                                                                        {"off", LogLevel::off}};
    const auto level = levels.find(text);
    if (level == levels.end()) return refuse("must be debug, info, warning, error or off");
    config.log_level = level->second;
    return {};
}

Result<void> apply_log_format(Config& config, const std::string& text) {
    if (text != "auto" && text != "text" && text != "json") return refuse("must be auto, text or json");
    config.log_format = text;
    return {};
}

struct Entry {
    Setting setting;
    Apply apply;
};

const std::vector<Entry>& entries() {
    static const std::vector<Entry> table = {
        {{"listen", "ADDRESS:PORT", "where to listen (127.0.0.1:8080; port 0: any free one)"},
         endpoint(&Config::listen_address, &Config::listen_port)},
        {{"operations_listen", "ADDRESS:PORT", "where to serve health and metrics, without credentials (nowhere)"},
         endpoint(&Config::operations_address, &Config::operations_port)},
        {{"tls_certificate", "FILE",
          "answer https, with this certificate and the chain behind it, in PEM (http); read again when it changes"},
         any_text(&Config::tls_certificate)},
        {{"tls_key", "FILE", "its key, in PEM, without a passphrase"}, any_text(&Config::tls_key)},
        {{"operations_tls_certificate", "FILE", "the same for the operations listener (http)"},
         any_text(&Config::operations_tls_certificate)},
        {{"operations_tls_key", "FILE", "its key"}, any_text(&Config::operations_tls_key)},
        {{"database", "sqlite:FILE", "where accounts are kept (sqlite:partnerd.db), or postgresql://HOST/NAME"},
         apply_database},
        {{"archive", "DIR", "keep all that is committed there, so that any moment can be had again (nowhere)"},
         any_text(&Config::archive_folder)},
        {{"archive_wait", "", "answer a write only once it is in the archive, too"}, boolean(&Config::archive_wait)},
        {{"archive_snapshot_hours", "NUMBER", "between two snapshots of the whole database (24)"},
         number(&Config::archive_snapshot_hours, 1, 24 * 366)},
        {{"archive_keep_days", "NUMBER", "how far back any moment can be had (14)"},
         number(&Config::archive_keep_days, 1, 36'600)},
        {{"key_file", "FILE", "the keys of sessions and links, which are then not in the database"},
         any_text(&Config::key_file)},
        {{"sandbox", "", "a stand-in for tests: seeded once, with credentials that everybody knows"},
         boolean(&Config::sandbox)},
        {{"allow_remote_sandbox", "", "let a sandbox listen on an address that others can reach"},
         boolean(&Config::allow_remote_sandbox)},
        {{"threads", "NUMBER", "threads for requests (0: one for each core)"}, number(&Config::threads, 0u, 1024u)},
        {{"body_limit", "BYTES", "largest request body (1048576)"},
         number(&Config::body_bytes_max, std::size_t{1024}, std::size_t{64} * 1024 * 1024)},
        {{"connections", "NUMBER", "most connections at a time (10000)"},
         number(&Config::connections_max, std::size_t{1}, std::size_t{1'000'000})},
        {{"trusted_proxies", "CIDR",
          "a proxy in front, which is believed when it says who the client is; once for each (none)", "trusted-proxy"},
         apply_trusted_proxies},
        {{"rate_limit_headers", "", "tell callers that have limits what is left of them (RateLimit, RateLimit-Policy)"},
         boolean(&Config::rate_limit_headers)},
        {{"drain_seconds", "NUMBER", "how long requests in flight may take at the end (10)"},
         number(&Config::drain_seconds, 0, 3600)},
        {{"partnership_revision", "REVISION",
          "in which revision the Partnership API answers when nothing else says (openapi; or reference)"},
         apply_revision},
        {{"webhook_allow", "NETWORKS",
          "where webhooks may be sent beside the public internet, by http too: 10.1.0.0/16,fd00::/8 (nowhere)"},
         apply_webhook_allow},
        {{"log_level", "LEVEL", "debug, info, warning, error or off (info: a line for each request)"}, apply_log_level},
        {{"log_format", "FORMAT", "text, json, or auto: text on a terminal (auto)"}, apply_log_format},
        {{"null_route", "", "answer GET and POST /null, to measure against"}, boolean(&Config::null_route)},
    };
    return table;
}

const Entry* find_entry(std::string_view key) {
    const auto found =
        std::find_if(entries().begin(), entries().end(), [&](const Entry& entry) { return entry.setting.key == key; });
    return found == entries().end() ? nullptr : &*found;
}

// What tools other than the server read from the environment.
constexpr std::string_view variables_of_the_command_line[] = {"PARTNERD_SERVER", "PARTNERD_TOKEN", "PARTNERD_CONFIG"};

std::string key_of_variable(std::string_view variable) {
    std::string key(variable.substr(std::string_view("PARTNERD_").size()));
    std::transform(key.begin(), key.end(), key.begin(),
                   [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    return key;
}

// How many letters have to be added, taken away or replaced.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t i = 0; i <= right.size(); ++i) row[i] = i;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

std::string nearest_variable(std::string_view variable) {
    std::string nearest;
    for (const Entry& entry : entries()) {
        std::string candidate = "PARTNERD_";
        for (const char c : entry.setting.key) candidate += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        if (nearest.empty() || distance(variable, candidate) < distance(variable, nearest)) nearest = candidate;
    }
    return nearest;
}

// A service "partnerd" in the same namespace: PARTNERD_SERVICE_HOST, PARTNERD_PORT=tcp://...,
// PARTNERD_PORT_8080_TCP_ADDR.
bool is_of_kubernetes(std::string_view variable, std::string_view value) {
    if (variable == "PARTNERD_SERVICE_HOST" || variable.starts_with("PARTNERD_SERVICE_PORT")) return true;
    if (variable == "PARTNERD_PORT") return value.find("://") != std::string_view::npos;
    constexpr std::string_view ports = "PARTNERD_PORT_";
    return variable.starts_with(ports) && variable.size() > ports.size() && variable[ports.size()] >= '0' &&
           variable[ports.size()] <= '9';
}

Result<std::string> text_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
    if (const auto* flag = node.as_boolean()) return std::string(flag->get() ? "true" : "false");
    return refuse("must be a string, a whole number, true or false");
}

Result<std::string> text_of_list(const toml::node& node) {
    const auto* array = node.as_array();
    if (!array) return text_of(node);
    Settings list;
    for (const toml::node& entry : *array) {
        const auto* text = entry.as_string();
        if (!text) return refuse("must be a list of strings");
        add_entry(list, "", text->get());
    }
    return list[""];
}

}  // namespace

const std::vector<Setting>& all_settings() {
    static const std::vector<Setting> settings = [] {
        std::vector<Setting> list;
        for (const Entry& entry : entries()) list.push_back(entry.setting);
        return list;
    }();
    return settings;
}

void add_entry(Settings& settings, std::string_view key, std::string_view entry) {
    std::string& text = settings[std::string(key)];
    if (!text.empty()) text += ',';
    text += entry;
}

Result<Settings> read_toml(const std::string& path) {
    toml::table table;
    try {
        table = toml::parse_file(path);
    } catch (const toml::parse_error& error) {
        const auto line = error.source().begin.line;
        if (line == 0) return refuse(fmt::format("{}: {}", path, error.description()));
        return refuse(fmt::format("{}, line {}: {}", path, line, error.description()));
    }
    Settings settings;
    for (const auto& [key, node] : table) {
        const std::string name(key.str());
        if (!find_entry(name)) return refuse(fmt::format("{}: there is no setting {}", path, name));
        auto text = find_entry(name)->setting.flag.empty() ? text_of(node) : text_of_list(node);
        if (!text.ok()) return refuse(fmt::format("{}: {} {}", path, name, text.error().detail));
        settings[name] = std::move(text).value();
    }
    return settings;
}

EnvironmentSettings read_environment(const char* const* environment) {
    EnvironmentSettings read;
    for (; *environment; ++environment) {
        const std::string_view entry = *environment;
        const std::size_t equals = entry.find('=');
        const std::string_view variable = entry.substr(0, equals);
        if (!variable.starts_with("PARTNERD_") || equals == std::string_view::npos) continue;
        if (is_of_kubernetes(variable, entry.substr(equals + 1))) continue;
        if (std::count(std::begin(variables_of_the_command_line), std::end(variables_of_the_command_line), variable) >
            0)
            continue;
        const std::string key = key_of_variable(variable);
        if (find_entry(key))
            read.settings[key] = std::string(entry.substr(equals + 1));
        else
            read.warnings.push_back(fmt::format("environment: {} is no setting and is passed over; the nearest is {}",
                                                variable, nearest_variable(variable)));
    }
    return read;
}

namespace {

bool takes_effect_at_once(std::string_view key) { return key == "log_level" || key == "trusted_proxies"; }

}  // namespace

std::vector<std::string> settings_that_need_a_restart(const Config& running, const Config& wanted) {
    std::vector<std::string> keys;
    for (const Entry& entry : entries()) {
        const std::string key(entry.setting.key);
        const auto was = running.given.find(key), is = wanted.given.find(key);
        const bool is_same = was == running.given.end() ? is == wanted.given.end()
                                                        : is != wanted.given.end() && was->second == is->second;
        if (!is_same && !takes_effect_at_once(key)) keys.push_back(key);
    }
    return keys;
}

bool Config::is_on_postgres() const { return db::is_postgres_address(database_path); }

std::string Config::database_shown() const {
    if (!is_on_postgres()) return database_path;
    const auto address = db::read_postgres_address(database_path);
    return address.ok() ? address.value().shown : "postgresql:";
}

std::string Config::database_setting() const {
    return is_on_postgres() ? database_path : std::string(sqlite_scheme) + database_path;
}

namespace {

// Such a text is not repeated: "host=db password=...", "jdbc:postgresql://db/x?password=...", "PostgreSQL://me:...@db".
bool may_hold_a_password(std::string_view key, std::string_view text) {
    return key == "database" && text.find_first_of("@=") != std::string_view::npos;
}

}  // namespace

Result<Config> make_config(const std::vector<Settings>& in_rising_precedence) {
    Config config;
    for (const Settings& settings : in_rising_precedence)
        for (const auto& [key, text] : settings) {
            const Entry* entry = find_entry(key);
            if (!entry) return refuse("there is no setting " + key);
            const Result<void> applied = entry->apply(config, text);
            config.given[key] = text;
            if (!applied.ok() && db::is_postgres_address(text)) return refuse(key + ": " + applied.error().detail);
            if (!applied.ok() && may_hold_a_password(key, text)) return refuse(key + ' ' + applied.error().detail);
            if (!applied.ok()) return refuse(fmt::format("{} {} (it is \"{}\")", key, applied.error().detail, text));
        }
    if (config.tls_certificate.empty() != config.tls_key.empty())
        return refuse("tls_certificate and tls_key are given together, or neither is");
    if (config.operations_tls_certificate.empty() != config.operations_tls_key.empty())
        return refuse("operations_tls_certificate and operations_tls_key are given together, or neither is");
    if (!config.operations_tls_certificate.empty() && config.operations_address.empty())
        return refuse("operations_tls_certificate is of no use without operations_listen");
    if (config.is_on_postgres() && !config.archive_folder.empty())
        return refuse("archive is for SQLite: of a PostgreSQL database, pg_basebackup and its own archive keep copies");
    if (config.archive_wait && config.archive_folder.empty())
        return refuse("archive_wait is of no use without archive");
    return config;
}

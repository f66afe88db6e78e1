// What can be set: flags over environment over a TOML file over defaults. One table (config.cc) names every setting
// once; the flag --body-limit, the variable PARTNERD_BODY_LIMIT and the TOML key body_limit are the same setting. A
// list is a flag that is given more than once, texts with commas between them, an array.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "core/revision.h"
#include "http/forwarded.h"
#include "server/log.h"

using Settings = std::map<std::string, std::string, std::less<>>;  // key -> text

struct Config {
    std::string listen_address = "127.0.0.1";
    std::uint16_t listen_port = 8080;
    // Where health and metrics are served, to whoever can reach it; empty: nowhere.
    std::string operations_address;
    std::uint16_t operations_port = 0;
    // PEM; empty: HTTP in clear. With the operations listener's empty, too, it is in clear, whatever the main one is.
    std::string tls_certificate, tls_key;
    std::string operations_tls_certificate, operations_tls_key;
    std::string database_path = "partnerd.db";  // of the file, or a PostgreSQL address
    std::string archive_folder;  // where all that was committed is kept, see db/archive.h; empty: nowhere
    bool archive_wait = false;
    int archive_snapshot_hours = 24;
    int archive_keep_days = 14;
    std::string key_file;  // empty: systemd's credential, else the database
    bool sandbox = false;
    bool allow_remote_sandbox = false;
    unsigned threads = 0;  // 0: one for each core
    std::size_t body_bytes_max = 1024 * 1024;
    std::size_t connections_max = 10'000;
    std::vector<http::Network> trusted_proxies = {};
    bool rate_limit_headers = false;
    int drain_seconds = 10;
    Revision default_revision = Revision::partnership_openapi;
    LogLevel log_level = LogLevel::info;
    std::string log_format = "auto";       // text, json; auto: text on a terminal
    Settings given;                        // what was said, by key: what is not there has its default
    std::vector<IpNetwork> webhook_allow;  // where webhooks may go beside the public internet
    bool null_route = false;               // answers GET and POST /null, for measuring

    bool is_on_postgres() const;
    // As it is said in logs: a file's path, or a PostgreSQL address without its user and what else is nobody's
    // business.
    std::string database_shown() const;
    // As --database takes it, whole; a PostgreSQL address has no password in it.
    std::string database_setting() const;
};

struct Setting {
    std::string_view key;    // as in TOML; the flag and the variable follow from it
    std::string_view value;  // "ADDRESS:PORT", for --help; empty: a switch
    std::string_view help;
    std::string_view flag = {};  // of a list: what names one of its entries, and may be given again and again
};

const std::vector<Setting>& all_settings();

// One more entry of a list.
void add_entry(Settings&, std::string_view key, std::string_view entry);

// Each refuses (invalid), with one sentence that names the file or variable: an unknown key, a value of the wrong type.
Result<Settings> read_toml(const std::string& path);
// What is not known is no setting, and warned of: an environment is not ours alone. Kubernetes sets variables of its
// own beside a service of this name; they are passed over.
struct EnvironmentSettings {
    Settings settings;
    std::vector<std::string> warnings;  // a sentence each
};
EnvironmentSettings read_environment(const char* const* environment);

// The keys of those that differ and take effect only when the server starts: all but the log's level and the
// trusted proxies.
std::vector<std::string> settings_that_need_a_restart(const Config& running, const Config& wanted);

// Later ones win. Refuses (invalid): a value that makes no sense, with one sentence that names the setting.
Result<Config> make_config(const std::vector<Settings>& in_rising_precedence);

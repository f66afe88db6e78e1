#include "server/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "tests/testing/fresh_database.h"

namespace {

// "ok", or the one sentence that says what is wrong.
template <class T>
std::string sentence(const Result<T>& result) {
    return result.ok() ? "ok" : result.error().detail;
}

std::string configure(const std::string& key, const std::string& value) {
    return sentence(make_config({{{key, value}}}));
}

class ConfigFile : public testing::Test {
protected:
    Result<Settings> read(const std::string& toml) {
        std::ofstream(path_) << toml;
        return read_toml(path_);
    }

    // The sentence without the file's name, which begins it.
    std::string complaint(const std::string& toml) {
        const std::string text = sentence(read(toml));
        EXPECT_TRUE(text.starts_with(path_)) << text;
        return text.substr(path_.size());
    }

    TemporaryFolder folder_;
    const std::string path_ = folder_.file("partnerd.toml");
};

TEST(Config, NamesWhatNeedsARestart) {
    const Config running = make_config({{{"log_level", "info"}, {"connections", "10"}}}).value();
    const auto named = [&](const Settings& wanted) {
        return settings_that_need_a_restart(running, make_config({wanted}).value());
    };
    EXPECT_EQ(named({{"log_level", "info"}, {"connections", "10"}}), std::vector<std::string>());
    EXPECT_EQ(named({{"log_level", "error"}, {"connections", "10"}, {"trusted_proxies", "10.0.0.0/8"}}),
              std::vector<std::string>());
    EXPECT_EQ(named({{"threads", "2"}}), (std::vector<std::string>{"threads", "connections"}));
}

TEST(Config, HasDefaultsThatNeedNothing) {
    const Config config = make_config({}).value();
    EXPECT_EQ(config.listen_address, "127.0.0.1");
    EXPECT_EQ(config.listen_port, 8080);
    EXPECT_EQ(config.database_path, "partnerd.db");
    EXPECT_FALSE(config.sandbox);
    EXPECT_FALSE(config.allow_remote_sandbox);
    EXPECT_EQ(config.default_revision, Revision::partnership_openapi);
}

TEST(Config, TakesWhatComesLater) {
    const Config config = make_config({{{"listen", "[::1]:1"}, {"database", "sqlite:file"}, {"threads", "1"}},
                                       {{"listen", "0.0.0.0:2"}, {"threads", "2"}},
                                       {{"threads", "3"}}})
                              .value();
    EXPECT_EQ(config.threads, 3u);
    EXPECT_EQ(config.listen_address, "0.0.0.0");
    EXPECT_EQ(config.listen_port, 2);
    EXPECT_EQ(config.database_path, "file");
}

TEST(Config, TakesEveryGoodValue) {
    const std::pair<const char*, const char*> good[] = {
        {"listen", "127.0.0.1:0"},  {"listen", "[::]:65535"},
        {"listen", "localhost:80"}, {"database", "sqlite:/a b"},
        {"sandbox", "true"},        {"sandbox", "false"},
        {"threads", "0"},           {"threads", "1024"},
        {"body_limit", "1024"},     {"connections", "1"},
        {"drain_seconds", "0"},     {"partnership_revision", "reference"},
        {"log_level", "off"},       {"log_format", "json"},
        {"null_route", "true"},     {"allow_remote_sandbox", "true"},
        {"trusted_proxies", ""},    {"trusted_proxies", "127.0.0.1, 10.0.0.0/8,2001:db8::/32"},
    };
    for (const auto& [key, value] : good) EXPECT_EQ(configure(key, value), "ok") << key << ' ' << value;
    EXPECT_EQ(make_config({{{"listen", "localhost:80"}}}).value().listen_address, "127.0.0.1");
    EXPECT_EQ(make_config({{{"listen", "[::1]:80"}}}).value().listen_address, "::1");
}

TEST(Config, SaysInOneSentenceWhatIsWrongWithABadValue) {
    const std::pair<std::pair<const char*, const char*>, const char*> bad[] = {
        {{"listen", "8080"}, "listen must be ADDRESS:PORT, like 127.0.0.1:8080 or [::1]:8080 (it is \"8080\")"},
        {{"listen", ":8080"}, "listen must be ADDRESS:PORT, like 127.0.0.1:8080 or [::1]:8080 (it is \":8080\")"},
        {{"listen", ""}, "listen must be ADDRESS:PORT, like 127.0.0.1:8080 or [::1]:8080 (it is \"\")"},
        {{"listen", "::1:80"}, "listen needs brackets around an IPv6 address, like [::1]:8080 (it is \"::1:80\")"},
        {{"listen", "[::1:80"}, "listen needs brackets around an IPv6 address, like [::1]:8080 (it is \"[::1:80\")"},
        {{"listen", "nowhere:80"},
         "listen needs an IP address, like 127.0.0.1:8080 or [::1]:8080 (it is \"nowhere:80\")"},
        {{"listen", "127.0.0.256:80"},
         "listen needs an IP address, like 127.0.0.1:8080 or [::1]:8080 (it is \"127.0.0.256:80\")"},
        {{"listen", "[]:80"}, "listen needs an IP address, like 127.0.0.1:8080 or [::1]:8080 (it is \"[]:80\")"},
        {{"listen", "127.0.0.1:65536"}, "listen must be a whole number from 0 to 65535 (it is \"127.0.0.1:65536\")"},
        {{"listen", "127.0.0.1:"}, "listen must be a whole number from 0 to 65535 (it is \"127.0.0.1:\")"},
        {{"listen", "127.0.0.1:-1"}, "listen must be a whole number from 0 to 65535 (it is \"127.0.0.1:-1\")"},
        {{"database", "partnerd.db"}, "database must be sqlite:FILE or postgresql://HOST/NAME (it is \"partnerd.db\")"},
        {{"database", "sqlite:"}, "database must be sqlite:FILE or postgresql://HOST/NAME (it is \"sqlite:\")"},
        {{"database", "sqlite:postgresql://host/db"},
         "database must be sqlite:FILE or postgresql://HOST/NAME (it is \"sqlite:postgresql://host/db\")"},
        {{"database", "postgresql://me:hush@host/db"},
         "database: A password in the database's address can be read by everybody on this machine: put it into "
         "~/.pgpass, "
         "into a file that PGPASSFILE names, or into PGPASSWORD."},
        {{"sandbox", "yes"}, "sandbox must be true or false (it is \"yes\")"},
        {{"sandbox", ""}, "sandbox must be true or false (it is \"\")"},
        {{"allow_remote_sandbox", "1"}, "allow_remote_sandbox must be true or false (it is \"1\")"},
        {{"null_route", "on"}, "null_route must be true or false (it is \"on\")"},
        {{"threads", "1025"}, "threads must be a whole number from 0 to 1024 (it is \"1025\")"},
        {{"threads", "two"}, "threads must be a whole number from 0 to 1024 (it is \"two\")"},
        {{"threads", "-1"}, "threads must be a whole number from 0 to 1024 (it is \"-1\")"},
        {{"threads", "+1"}, "threads must be a whole number from 0 to 1024 (it is \"+1\")"},
        {{"threads", "1.5"}, "threads must be a whole number from 0 to 1024 (it is \"1.5\")"},
        {{"threads", " 1"}, "threads must be a whole number from 0 to 1024 (it is \" 1\")"},
        {{"threads", "99999999999999999999"},
         "threads must be a whole number from 0 to 1024 (it is \"99999999999999999999\")"},
        {{"body_limit", "1023"}, "body_limit must be a whole number from 1024 to 67108864 (it is \"1023\")"},
        {{"connections", "0"}, "connections must be a whole number from 1 to 1000000 (it is \"0\")"},
        {{"drain_seconds", "3601"}, "drain_seconds must be a whole number from 0 to 3600 (it is \"3601\")"},
        {{"partnership_revision", "b"}, "partnership_revision must be openapi or reference (it is \"b\")"},
        {{"log_level", "loud"}, "log_level must be debug, info, warning, error or off (it is \"loud\")"},
        {{"log_format", "xml"}, "log_format must be auto, text or json (it is \"xml\")"},
        {{"trusted_proxies", "127.0.0.1,localhost"},
         "trusted_proxies needs addresses or networks, like 127.0.0.1 or 10.0.0.0/8 or 2001:db8::/32 (it is "
         "\"127.0.0.1,localhost\")"},
        {{"colour", "red"}, "there is no setting colour"},
    };
    for (const auto& [setting, complaint] : bad) EXPECT_EQ(configure(setting.first, setting.second), complaint);
}

TEST(Config, NamesItsDatabaseForTheLogAndForTheCommandLine) {
    const Config file = make_config({{{"database", "sqlite:some.db"}}}).value();
    EXPECT_EQ(file.database_shown(), "some.db");
    EXPECT_EQ(file.database_setting(), "sqlite:some.db");
    const std::string address = "postgresql://me@one,two/partners?sslmode=require";
    const Config postgres = make_config({{{"database", address}}}).value();
    EXPECT_EQ(postgres.database_shown(), "postgresql://one,two/partners");
    EXPECT_EQ(postgres.database_setting(), address);
}

TEST(Config, DoesNotRepeatWhatMayHoldAPassword) {
    for (const char* text :
         {"host=db dbname=x password=hush", "jdbc:postgresql://h/x?user=me&password=hush",
          "postgresql+psycopg2://me:hush@h/x", "PostgreSQL://me:hush@h/x", "sqlite:postgresql://me:hush@h/x"})
        EXPECT_EQ(configure("database", text), "database must be sqlite:FILE or postgresql://HOST/NAME");
}

TEST(Config, FindsABadValueEvenIfALaterOneIsGood) {
    EXPECT_EQ(sentence(make_config({{{"threads", "x"}}, {{"threads", "1"}}})),
              "threads must be a whole number from 0 to 1024 (it is \"x\")");
}

TEST(Config, DescribesEachSettingOnce) {
    std::set<std::string_view> keys;
    for (const Setting& setting : all_settings()) {
        EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
        EXPECT_FALSE(setting.help.empty()) << setting.key;
        EXPECT_EQ(setting.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
    }
}

TEST_F(ConfigFile, IsReadWithItsTypes) {
    const Settings settings = read("listen = \"127.0.0.1:1\"\nthreads = 2\nsandbox = true\n# a comment\n").value();
    EXPECT_EQ(settings, (Settings{{"listen", "127.0.0.1:1"}, {"sandbox", "true"}, {"threads", "2"}}));
    EXPECT_TRUE(read("").value().empty());
}

TEST_F(ConfigFile, MayHoldAList) {
    const Settings settings = read("trusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]").value();
    EXPECT_EQ(settings, (Settings{{"trusted_proxies", "127.0.0.1,10.0.0.0/8"}}));
    EXPECT_EQ(make_config({settings}).value().trusted_proxies.size(), 2u);
    EXPECT_EQ(complaint("trusted_proxies = [1]"), ": trusted_proxies must be a list of strings");
}

TEST_F(ConfigFile, SaysWhatIsWrongWithIt) {
    EXPECT_EQ(complaint("colour = \"red\""), ": there is no setting colour");
    EXPECT_EQ(complaint("threads = 1.5"), ": threads must be a string, a whole number, true or false");
    EXPECT_EQ(complaint("threads = [1]"), ": threads must be a string, a whole number, true or false");
    EXPECT_EQ(complaint("threads = 1979-05-27"), ": threads must be a string, a whole number, true or false");
    EXPECT_EQ(complaint("[threads]\nx = 1"), ": threads must be a string, a whole number, true or false");
    EXPECT_EQ(complaint("[server]\nthreads = 1"), ": there is no setting server");
    EXPECT_TRUE(complaint("sandbox = true\nthreads = \n").starts_with(", line 2: "))
        << complaint("sandbox = true\nthreads = \n");
    EXPECT_TRUE(complaint("threads = 1\nthreads = 2\n").starts_with(", line 2: "));
    EXPECT_TRUE(complaint("\xff\xfe").starts_with(", line 1: "));
    EXPECT_EQ(complaint("threads = 1\nthreads = 2\n").find('\n'), std::string::npos);
}

TEST_F(ConfigFile, HasToBeThere) {
    const std::string missing = folder_.file("missing.toml");
    EXPECT_TRUE(sentence(read_toml(missing)).starts_with(missing)) << sentence(read_toml(missing));
}

std::string read_variables(std::vector<const char*> variables) {
    variables.push_back(nullptr);
    const EnvironmentSettings read = read_environment(variables.data());
    std::string text;
    for (const auto& [key, value] : read.settings) text += (text.empty() ? "" : " ") + key + '=' + value;
    for (const std::string& warning : read.warnings) text += warning;
    return text;
}

TEST(Config, NamesACertificateAndItsKeyTogether) {
    const auto refusal = [](const Settings& settings) {
        const auto config = make_config({settings});
        return config.ok() ? "" : config.error().detail;
    };
    EXPECT_EQ(refusal({{"tls_certificate", "c"}, {"tls_key", "k"}}), "");
    EXPECT_EQ(refusal({{"tls_key", "k"}}), "tls_certificate and tls_key are given together, or neither is");
    EXPECT_EQ(refusal({{"operations_tls_certificate", "c"}}),
              "operations_tls_certificate and operations_tls_key are given together, or neither is");
    EXPECT_EQ(refusal({{"operations_tls_certificate", "c"}, {"operations_tls_key", "k"}}),
              "operations_tls_certificate is of no use without operations_listen");
    EXPECT_EQ(refusal({{"archive_wait", "true"}}), "archive_wait is of no use without archive");
}

TEST(Environment, GivesSettingsByTheirPrefix) {
    EXPECT_EQ(read_variables(
                  {"HOME=/root", "PARTNERD_LISTEN=[::1]:1", "PARTNERD_BODY_LIMIT=1024", "PARTNER=x", "PARTNERDX=1"}),
              "body_limit=1024 listen=[::1]:1");
    EXPECT_EQ(read_variables({"PARTNERD_DATABASE=sqlite:a=b", "PARTNERD_LOG_LEVEL="}),
              "database=sqlite:a=b log_level=");
    EXPECT_EQ(read_variables({}), "");
}

TEST(Environment, WarnsOfWhatItDoesNotKnowAndNamesTheNearest) {
    EXPECT_EQ(read_variables({"PARTNERD_LISTN=[::1]:1"}),
              "environment: PARTNERD_LISTN is no setting and is passed over; the nearest is PARTNERD_LISTEN");
    EXPECT_EQ(read_variables({"PARTNERD_LOGLEVEL=debug", "PARTNERD_THREADS=2"}),
              "threads=2environment: PARTNERD_LOGLEVEL is no setting and is passed over; the nearest is "
              "PARTNERD_LOG_LEVEL");
    EXPECT_EQ(read_variables({"PARTNERD_LISTEN"}), "");  // no value: not a variable
}

TEST(Environment, PassesOverWhatKubernetesSetsBesideAServiceOfThisName) {
    EXPECT_EQ(read_variables({"PARTNERD_SERVICE_HOST=10.0.0.1", "PARTNERD_SERVICE_PORT=8080",
                              "PARTNERD_SERVICE_PORT_HTTP=8080", "PARTNERD_PORT=tcp://10.0.0.1:8080",
                              "PARTNERD_PORT_8080_TCP=tcp://10.0.0.1:8080", "PARTNERD_PORT_8080_TCP_ADDR=10.0.0.1",
                              "PARTNERD_PORT_8080_TCP_PORT=8080", "PARTNERD_PORT_8080_TCP_PROTO=tcp"}),
              "");
    EXPECT_NE(read_variables({"PARTNERD_PORT=8080"}), "") << "that is somebody's wish";
}

}  // namespace

#include "db/postgres_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <map>

namespace {

using testing::HasSubstr;
using testing::Not;

std::map<std::string, std::string> server_of(const std::string& text, std::size_t number = 0) {
    const auto address = db::read_postgres_address(text);
    EXPECT_TRUE(address.ok()) << text;
    if (!address.ok() || address.value().servers.size() <= number) return {};
    const auto& parameters = address.value().servers[number];
    return {parameters.begin(), parameters.end()};
}

std::string shown(const std::string& text) {
    const auto address = db::read_postgres_address(text);
    return address.ok() ? address.value().shown : address.error().detail;
}

TEST(PostgresAddress, is_told_from_a_file) {
    EXPECT_TRUE(db::is_postgres_address("postgresql://h/d"));
    EXPECT_TRUE(db::is_postgres_address("postgres://h/d"));
    EXPECT_FALSE(db::is_postgres_address("sqlite:partnerd.db"));
    EXPECT_FALSE(db::is_postgres_address("partnerd.db"));
    EXPECT_FALSE(db::read_postgres_address("partnerd.db").ok());
}

TEST(PostgresAddress, names_servers_that_are_asked_in_turn) {
    const std::string text = "postgresql://me@one:5433,two,[::1]:5434/partners";
    EXPECT_EQ(db::read_postgres_address(text).value().servers.size(), 3u);
    EXPECT_EQ(server_of(text, 0)["host"], "one");
    EXPECT_EQ(server_of(text, 0)["port"], "5433");
    EXPECT_EQ(server_of(text, 1)["host"], "two");
    EXPECT_EQ(server_of(text, 2)["host"], "::1");
    EXPECT_EQ(server_of(text, 2)["port"], "5434");
    EXPECT_EQ(server_of(text, 1)["user"], "me");
    EXPECT_EQ(server_of(text, 1)["dbname"], "partners");
    EXPECT_EQ(server_of(text, 1)["target_session_attrs"], "read-write");
}

TEST(PostgresAddress, has_tls_verified_unless_it_says_otherwise_or_stays_on_this_machine) {
    for (const char* name : {"PGSSLMODE", "PGHOST", "PGHOSTADDR", "PGSERVICE"}) unsetenv(name);
    EXPECT_EQ(server_of("postgresql://db.example.com/d")["sslmode"], "verify-full");
    EXPECT_EQ(server_of("postgresql://localhost,db.example.com/d")["sslmode"], "verify-full");
    EXPECT_EQ(server_of("postgresql://db.example.com/d?sslmode=require")["sslmode"], "require");
    for (const char* text :
         {"postgresql://localhost/d", "postgresql://127.0.0.1/d", "postgresql://[::1]/d", "postgresql:///d",
          "postgresql://%2Frun%2Fpostgresql/d", "postgresql:///d?host=/run/postgresql"})
        EXPECT_EQ(server_of(text).count("sslmode"), 0u) << text;
    // What counts is where it leads, not what it is called.
    EXPECT_EQ(server_of("postgresql://localhost/d?hostaddr=10.0.0.1")["sslmode"], "verify-full");
    setenv("PGSSLMODE", "disable", 1);
    EXPECT_EQ(server_of("postgresql://db.example.com/d").count("sslmode"), 0u);
    unsetenv("PGSSLMODE");
}

TEST(PostgresAddress, takes_nothing_for_this_machine_that_may_lead_elsewhere) {
    for (const char* name : {"PGSSLMODE", "PGHOST", "PGHOSTADDR", "PGSERVICE"}) unsetenv(name);
    EXPECT_EQ(server_of("postgresql://127.example.com/d")["sslmode"], "verify-full");
    EXPECT_EQ(server_of("postgresql:///d?service=partners")["sslmode"], "verify-full");
    EXPECT_EQ(server_of("postgresql:///d?service=partners&sslmode=require")["sslmode"], "require");
    setenv("PGSSLMODE", "verify-ca", 1);
    EXPECT_EQ(server_of("postgresql:///d?service=partners")["sslmode"], "verify-ca") << "not what its file has";
    unsetenv("PGSSLMODE");
    setenv("PGSERVICE", "partners", 1);
    EXPECT_EQ(server_of("postgresql://localhost/d")["sslmode"], "verify-full");
    unsetenv("PGSERVICE");
    setenv("PGHOSTADDR", "10.0.0.1,10.0.0.2", 1);
    EXPECT_EQ(server_of("postgresql://localhost/d")["sslmode"], "verify-full");
    EXPECT_EQ(server_of("postgresql://localhost,localhost/d", 1)["hostaddr"], "10.0.0.2");
    EXPECT_EQ(server_of("postgresql://localhost/d?hostaddr=127.0.0.1").count("sslmode"), 0u);
    EXPECT_EQ(server_of("postgresql:///d?service=partners").count("hostaddr"), 0u)
        << "what the service says comes first";
    unsetenv("PGHOSTADDR");
}

TEST(PostgresAddress, asks_soon_whether_a_server_that_says_nothing_is_still_there) {
    const auto server = server_of("postgresql://h/d");
    EXPECT_EQ(server.at("keepalives_idle"), "5");
    EXPECT_EQ(server.at("keepalives_interval"), "2");
    EXPECT_EQ(server.at("keepalives_count"), "3");
    EXPECT_EQ(server_of("postgresql://h/d?keepalives_idle=60")["keepalives_idle"], "60");
}

TEST(PostgresAddress, takes_no_password_and_repeats_none) {
    for (const char* text :
         {"postgresql://me:hush@h/d", "postgresql://h/d?password=hush", "postgresql://h/d?sslpassword=hush"}) {
        EXPECT_THAT(shown(text), HasSubstr("~/.pgpass")) << text;
        EXPECT_THAT(shown(text), Not(HasSubstr("hush"))) << text;
    }
    for (const char* text : {"postgresql://h/d?no=hush", "postgresql://me:hush@[h/d", "postgresql://h:hush/%zz"})
        EXPECT_THAT(shown(text), Not(HasSubstr("hush"))) << text;
}

TEST(PostgresAddress, needs_a_database) {
    unsetenv("PGDATABASE");
    EXPECT_THAT(shown("postgresql://h"), HasSubstr("names no database"));
    EXPECT_THAT(shown("postgresql://h/"), HasSubstr("names no database"));
}

TEST(PostgresAddress, is_shown_without_user_and_settings) {
    EXPECT_EQ(shown("postgresql://me@one:5433,two/partners?sslmode=require"), "postgresql://one:5433,two/partners");
    EXPECT_EQ(shown("postgres:///partners?host=/run/postgresql"), "postgresql:///run/postgresql/partners");
}

}  // namespace

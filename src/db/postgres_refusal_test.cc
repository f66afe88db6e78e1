#include "db/postgres_refusal.h"

#include <gtest/gtest.h>
#include <netdb.h>

#include <string>

namespace {

using db::postgres::read_refusal;
using Kind = db::postgres::Refusal::Kind;

TEST(PostgresRefusal, tells_whether_waiting_may_help) {
    const std::string at = "connection to server at \"db\" (10.0.0.1), port 5432 failed: ";
    const std::string name = "could not translate host name \"db\" to address: ";
    const struct {
        std::string message;
        Kind kind;
    } cases[] = {
        {at + "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n",
         Kind::passing},
        {at + "FATAL:  57P03: the database system is starting up\n", Kind::passing},
        {at + "session is read-only\n", Kind::passing},
        {at + "server is in hot standby mode\n", Kind::passing},
        {at + "SSL SYSCALL error: EOF detected\n", Kind::passing},
        {name + gai_strerror(EAI_AGAIN) + "\n", Kind::passing},
        {name + gai_strerror(EAI_NONAME) + "\n", Kind::unknown_host},
        {at + "FATAL:  53300: sorry, too many clients already\n", Kind::crowded},
        {at + "FATAL:  53300: too many connections for role \"partnerd\"\n", Kind::crowded},
        {at + "FATAL:  28P01: password authentication failed for user \"partnerd\"\n", Kind::hopeless},
        {at + "fe_sendauth: no password supplied\n", Kind::hopeless},
        {at + "FATAL:  28000: no pg_hba.conf entry for host \"10.0.0.2\"\n", Kind::hopeless},
        {at + "FATAL:  3D000: database \"x\" does not exist\n", Kind::hopeless},
        {at + "FATAL:  42501: permission denied for database \"x\"\n", Kind::hopeless},
        {at + "SSL error: certificate verify failed\n", Kind::hopeless},
        {at + "server certificate for \"other\" does not match host name \"db\"\n", Kind::hopeless},
        {at + "server does not support SSL, but SSL was required\n", Kind::hopeless},
        {at + "root certificate file \"/root.crt\" does not exist\nEither provide the file or change sslmode\n",
         Kind::hopeless},
    };
    for (const auto& [message, kind] : cases) {
        const auto refusal = read_refusal(message);
        EXPECT_EQ(refusal.kind, kind) << message;
        EXPECT_EQ(refusal.sentence.find('\n'), std::string::npos) << message;
    }
}

TEST(PostgresRefusal, leaves_out_what_only_a_program_reads) {
    EXPECT_EQ(read_refusal("connection to server failed: FATAL:  3D000: database \"x\" does not exist\n").sentence,
              "connection to server failed: database \"x\" does not exist");
    EXPECT_EQ(read_refusal("failed: FATAL:  28P01: password authentication failed for user \"p\"").sentence,
              "the server does not accept the password: put it into ~/.pgpass, a file that PGPASSFILE names, or "
              "PGPASSWORD");
}

}  // namespace

// What opening a PostgreSQL database comes to that cannot be had: one sentence, which names where it was to be found,
// and no secret. Broken where waiting does not help; and what becomes of a server with few connections.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <iterator>
#include <mutex>
#include <thread>

#include "db/postgres.h"
#include "tests/testing/certificate.h"
#include "tests/testing/postgres_cluster.h"

namespace {

using db::Outcome;
using db::Tx;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

struct Opened {
    bool is_broken = false;
    std::string sentence = "nothing was thrown";
};

Opened open(const std::string& url) {
    db::PostgresOptions options{.address = db::read_postgres_address(url).value()};
    options.deadline = std::chrono::seconds(20);
    try {
        db::open_postgres(options);
    } catch (const db::Broken& thrown) {
        return {true, thrown.what()};
    } catch (const db::Unavailable& thrown) {
        return {false, thrown.what()};
    }
    return {};
}

std::string as(const std::string& user, std::string url) {
    const std::string maker = "partnerd@";
    return url.replace(url.find(maker), maker.size(), user + "@");
}

std::string contents_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void expect_one_sentence(const Opened& opened, const std::string& database) {
    EXPECT_THAT(opened.sentence, AllOf(HasSubstr("postgresql://"), HasSubstr('/' + database), Not(HasSubstr("\n"))));
}

std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(socket, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length), 0);
    close(socket);
    return ntohs(address.sin_port);
}

TEST(PostgresOpen, SaysThatThereIsNoSuchDatabaseOrNoRightToConnectToIt) {
    test::PostgresCluster& cluster = test::PostgresCluster::shared();
    Opened opened = open(cluster.url("nowhere"));
    EXPECT_TRUE(opened.is_broken);
    EXPECT_THAT(opened.sentence, HasSubstr("does not exist"));
    expect_one_sentence(opened, "nowhere");

    const test::PostgresDatabase database;
    database.ask("CREATE ROLE stranger LOGIN");
    database.ask("REVOKE CONNECT ON DATABASE " + database.name() + " FROM PUBLIC");
    opened = open(as("stranger", cluster.url(database.name())));
    EXPECT_TRUE(opened.is_broken);
    EXPECT_THAT(opened.sentence, HasSubstr("permission denied for database"));
    expect_one_sentence(opened, database.name());
    opened = open(as("nobody_at_all", cluster.url(database.name())));
    EXPECT_TRUE(opened.is_broken);
    EXPECT_THAT(opened.sentence, HasSubstr("role \"nobody_at_all\" does not exist"));
}

TEST(PostgresOpen, WantsUtf8) {
    test::PostgresCluster& cluster = test::PostgresCluster::shared();
    cluster.ask("postgres",
                "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'");
    const Opened opened = open(cluster.url("latin"));
    cluster.drop_database("latin");
    EXPECT_TRUE(opened.is_broken);
    EXPECT_THAT(opened.sentence, HasSubstr("not encoded as UTF8"));
    expect_one_sentence(opened, "latin");
}

TEST(PostgresOpen, RepeatsNoPasswordThatIsNotAccepted) {
    test::PostgresCluster cluster;
    const std::string name = cluster.make_database();
    cluster.ask("postgres", "CREATE ROLE guest LOGIN PASSWORD 'the right one'");
    cluster.stop();
    cluster.set({"hba_file=" + cluster.add_file("hba", "local all partnerd trust\nlocal all all scram-sha-256\n")});
    cluster.start();
    const test::TemporaryFolder folder;
    const std::string passwords = folder.file("passwords");
    std::ofstream(passwords) << "*:*:*:guest:the wrong one\n";
    chmod(passwords.c_str(), 0600);
    Opened opened = open(as("guest", cluster.url(name, "?passfile=" + passwords)));
    EXPECT_TRUE(opened.is_broken);
    EXPECT_THAT(opened.sentence, AllOf(HasSubstr("does not accept the password"), Not(HasSubstr("the wrong one"))));
    expect_one_sentence(opened, name);
    opened = open(as("guest", cluster.url(name, "?passfile=" + folder.file("none"))));
    EXPECT_TRUE(opened.is_broken);
    EXPECT_THAT(opened.sentence, HasSubstr("asks for a password"));
    expect_one_sentence(opened, name);
}

TEST(PostgresOpen, TrustsNoCertificateOfAnother) {
    test::PostgresCluster cluster;
    const std::string name = cluster.make_database();
    cluster.stop();
    const Certificate shown("DNS:other.example"), another("IP:127.0.0.1");
    const std::string port = std::to_string(free_port());
    cluster.set({"ssl=on", "ssl_cert_file=" + cluster.add_file("cert", contents_of(shown.file)),
                 "ssl_key_file=" + cluster.add_file("key", contents_of(shown.key_file)), "listen_addresses=127.0.0.1",
                 "port=" + port});
    cluster.use_port(port);
    cluster.start();
    const std::string url =
        "postgresql://partnerd@127.0.0.1:" + port + '/' + name + "?sslmode=verify-full&sslrootcert=";
    for (const Certificate* trusted : {&shown, &another}) {
        const Opened opened = open(url + trusted->file);
        EXPECT_TRUE(opened.is_broken);
        EXPECT_THAT(opened.sentence, HasSubstr("certificate"));
        expect_one_sentence(opened, name);
    }
    EXPECT_EQ(
        open("postgresql://partnerd@127.0.0.1:" + port + '/' + name + "?sslmode=verify-ca&sslrootcert=" + shown.file)
            .sentence,
        "nothing was thrown");
}

TEST(PostgresOpen, HasTheServerAskSoonWhetherItIsStillThere) {
    test::PostgresCluster cluster;
    const std::string name = cluster.make_database();
    cluster.stop();
    const std::string port = std::to_string(free_port());
    cluster.set({"listen_addresses=127.0.0.1", "port=" + port});
    cluster.use_port(port);
    cluster.start();
    db::PostgresOptions options{
        .address = db::read_postgres_address("postgresql://partnerd@127.0.0.1:" + port + '/' + name).value()};
    const auto database = db::open_postgres(options);
    constexpr db::Query find_settings{
        "find_settings",
        "SELECT current_setting('tcp_keepalives_idle') || ' ' || current_setting('tcp_keepalives_interval') || ' ' ||"
        " current_setting('tcp_keepalives_count')"};
    std::string settings;
    db::read_and_wait(*database, [&](Tx& tx) { settings = tx.run(find_settings, {})[0].text(0); });
    EXPECT_EQ(settings, "5 2 3");
}

// As much of a server as a client looks at before it asks anything.
class OldServer {
public:
    explicit OldServer(const std::string& version) : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        folder_.file(".s.PGSQL.5432").copy(address.sun_path, sizeof address.sun_path - 1);
        if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 4) != 0)
            throw std::runtime_error("no socket");
        thread_ = std::thread([this, version] { answer(version); });
    }
    ~OldServer() {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }
    std::string url() const {
        std::string host;
        for (const char c : folder_.path()) host += c == '/' ? std::string("%2F") : std::string(1, c);
        return "postgresql://partnerd@" + host + "/old";
    }

private:
    static std::string message(char type, const std::string& body) {
        const auto length = static_cast<std::uint32_t>(body.size() + 4);
        std::string bytes(1, type);
        for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 0xff);
        return bytes + body;
    }
    static std::string parameter(const std::string& name, const std::string& value) {
        return message('S', name + '\0' + value + '\0');
    }
    void answer(const std::string& version) const {
        const std::string welcome = message('R', std::string(4, '\0')) + parameter("server_version", version) +
                                    parameter("server_encoding", "UTF8") + parameter("client_encoding", "UTF8") +
                                    parameter("default_transaction_read_only", "off") +
                                    parameter("in_hot_standby", "off") + message('K', std::string(8, '\1')) +
                                    message('Z', "I");
        for (int client; (client = accept(listener_, nullptr, nullptr)) >= 0; close(client)) {
            char bytes[1024];
            if (read(client, bytes, sizeof bytes) <= 0) continue;
            if (send(client, welcome.data(), welcome.size(), MSG_NOSIGNAL) < 0) continue;
            while (read(client, bytes, sizeof bytes) > 0) continue;
        }
    }

    const test::TemporaryFolder folder_;
    const int listener_;
    std::thread thread_;
};

TEST(PostgresOpen, RefusesAServerThatIsTooOld) {
    const OldServer server("13.9");
    const Opened opened = open(server.url());
    EXPECT_TRUE(opened.is_broken);
    EXPECT_THAT(opened.sentence, HasSubstr("the server is PostgreSQL 13.9; partnerd needs 14 or later"));
    expect_one_sentence(opened, "old");
}

// The other one may be down, and its name gone from the name server with it.
TEST(PostgresOpen, TakesTheOneOfSeveralServersThatIsThere) {
    const test::PostgresDatabase database;
    db::PostgresOptions options = database.options();
    const db::PostgresAddress gone =
        db::read_postgres_address("postgresql://partnerd@no-such-host.invalid/x?sslmode=prefer").value();
    options.address.servers.insert(options.address.servers.begin(), gone.servers.front());
    EXPECT_NO_THROW(db::open_postgres(options));
    const db::PostgresAddress refusing =
        db::read_postgres_address("postgresql://partnerd@127.0.0.1:1/x?sslmode=prefer").value();
    options.address.servers = {gone.servers.front(), refusing.servers.front()};
    EXPECT_THROW(db::open_postgres(options), db::Unavailable) << "one of them may come back";
}

constexpr std::string_view counter_table =
    "CREATE TABLE counter (id INTEGER NOT NULL PRIMARY KEY, number INTEGER) STRICT";
constexpr db::Query insert_counter{"insert_counter", "INSERT INTO counter (id, number) VALUES ($1, $2)"};
constexpr db::Query count_counters{"count_counters", "SELECT count(*) FROM counter"};

TEST(PostgresOpen, GetsByWithTheConnectionsThatThereAre) {
    test::PostgresCluster cluster;
    const std::string name = cluster.make_database();
    cluster.stop();
    cluster.set({"max_connections=4", "superuser_reserved_connections=0", "max_wal_senders=0"});
    cluster.start();
    std::mutex mutex;
    std::vector<std::string> told;
    db::PostgresOptions options{.address = cluster.address(name)};
    options.log = [&](std::string_view sentence) {
        const std::lock_guard lock(mutex);
        told.emplace_back(sentence);
    };
    {
        const auto database = db::open_postgres(options);
        db::write_and_wait(*database, [](Tx& tx) { tx.run_script(counter_table); });
        for (int round = 0; round < 3; ++round) {
            std::vector<std::promise<void>> done(200);
            const auto tell = [&done](int i) {
                return [&promise = done[static_cast<std::size_t>(i)]](std::exception_ptr failure) {
                    failure ? promise.set_exception(std::move(failure)) : promise.set_value();
                };
            };
            for (int i = 0; i < 200; i += 2) {
                database->write(
                    [i, round](Tx& tx) {
                        tx.change(insert_counter, {round * 1'000 + i, 1}, db::Expect::any);
                        return Outcome::keep;
                    },
                    tell(i));
                database->read(
                    [](Tx& tx) {
                        tx.run(count_counters, {});
                        return Outcome::keep;
                    },
                    tell(i + 1));
            }
            for (std::promise<void>& promise : done) EXPECT_NO_THROW(promise.get_future().get());
        }
    }
    const std::lock_guard lock(mutex);
    EXPECT_EQ(std::ranges::count_if(
                  told, [](const std::string& one) { return one.find("with fewer connections") != std::string::npos; }),
              1)
        << testing::PrintToString(told);
    EXPECT_THAT(told, Not(Contains(HasSubstr("waited too long"))));
}

}  // namespace

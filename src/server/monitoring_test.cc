#include "server/monitoring.h"

#include <gtest/gtest.h>

#include <ctime>

#include "tests/raw_client.h"

namespace {

RawClient::Answer ask(std::uint16_t port, const std::string& path) {
    RawClient client(port);
    client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return client.read_answer();
}

TEST(Monitoring, AnswersForItsHealthBeforeItsMetricsAreThere) {
    Config config;
    config.database_path = "postgresql://nowhere/x";
    config.operations_address = "127.0.0.1";
    config.operations_port = 0;
    Monitoring monitoring(config);
    const auto certificates = Certificates::load(config, {}, [] { return std::time(nullptr); });
    ASSERT_TRUE(certificates.ok());
    monitoring.database_status()->set_failing("opening the database", "nobody answers");
    monitoring.listen(*certificates.value());
    EXPECT_EQ(ask(monitoring.port(), "/healthz").status, 200);
    const auto ready = ask(monitoring.port(), "/readyz");
    EXPECT_EQ(ready.status, 503);
    EXPECT_NE(ready.body.find("opening the database fails: nobody answers"), std::string::npos) << ready.body;
    monitoring.database_status()->set_working("opening the database");
    EXPECT_EQ(ask(monitoring.port(), "/readyz").status, 503) << "it migrates, for all that anybody knows";
    EXPECT_EQ(ask(monitoring.port(), "/metrics").status, 503);
    EXPECT_EQ(ask(monitoring.port(), "/elsewhere").status, 404);
    monitoring.stop();
}

}  // namespace

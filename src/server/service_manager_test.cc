#include "server/service_manager.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "tests/testing/temporary_folder.h"

namespace {

TEST(ServiceManager, is_told_when_the_server_is_ready_reloads_and_stops) {
    test::TemporaryFolder folder;
    sockaddr_un address{.sun_family = AF_UNIX};
    folder.file("notify").copy(address.sun_path, sizeof address.sun_path - 1);
    const int manager = socket(AF_UNIX, SOCK_DGRAM, 0);
    ASSERT_EQ(bind(manager, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    const auto heard = [&] {
        std::string text(512, '\0');
        text.resize(
            static_cast<std::size_t>(std::max<ssize_t>(0, recv(manager, text.data(), text.size(), MSG_DONTWAIT))));
        return text;
    };
    service_manager::notify_ready("answering");
    EXPECT_EQ(heard(), "READY=1\nSTATUS=answering");
    service_manager::notify_reloading();
    EXPECT_TRUE(heard().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    service_manager::notify_stopping();
    EXPECT_TRUE(heard().starts_with("STOPPING=1\n"));
    // Nobody, or nothing that can be heard, is no failure.
    for (const char* nobody : {"", "x", "relative/path", "/nowhere/at/all"}) {
        setenv("NOTIFY_SOCKET", nobody, 1);
        service_manager::notify_ready("answering");
    }
    unsetenv("NOTIFY_SOCKET");
    EXPECT_EQ(heard(), "");
    close(manager);
}

TEST(ServiceManager, hands_over_nothing_that_is_meant_for_somebody_else) {
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_PID", "1", 1);
    EXPECT_EQ(service_manager::take_listening_socket(), std::nullopt);
    EXPECT_EQ(std::getenv("LISTEN_FDS"), nullptr);
    EXPECT_EQ(service_manager::take_listening_socket(), std::nullopt);
}

// In a process of its own, since descriptor 3 is somebody's here.
int taken(const char* count, bool listens) {
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in any{.sin_family = AF_INET};
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listens &&
        (bind(descriptor, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 || listen(descriptor, 1) != 0))
        return 9;
    dup2(descriptor, 3);
    setenv("LISTEN_FDS", count, 1);
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    try {
        return service_manager::take_listening_socket().value_or(0);
    } catch (const std::runtime_error&) {
        return 8;
    }
}

TEST(ServiceManager, hands_over_one_listening_socket) {
    testing::FLAGS_gtest_death_test_style = "fast";
    EXPECT_EXIT(_exit(taken("1", true)), testing::ExitedWithCode(3), "");
    EXPECT_EXIT(_exit(taken("0", true)), testing::ExitedWithCode(0), "");
    EXPECT_EXIT(_exit(taken("2", true)), testing::ExitedWithCode(8), "");
    EXPECT_EXIT(_exit(taken("1", false)), testing::ExitedWithCode(8), "");
}

}  // namespace

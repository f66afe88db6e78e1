// The certificates of the server's listeners: read at the start, looked at each second on a thread of their own, and
// renewed when the files hold something else. What is not fit to be shown is said once, and what was there stays.
// serve.cc builds it.

#pragma once

#include <condition_variable>
#include <ctime>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/result.h"
#include "http/tls_identity.h"
#include "server/config.h"

class Certificates {
public:
    struct Report {
        std::function<void(std::string_view)> info;
        std::function<void(std::string_view)> warning;
    };
    using Clock = std::function<std::time_t()>;

    // Refuses as http::TlsIdentity does.
    static Result<std::unique_ptr<Certificates>> load(const Config&, Report, Clock);
    ~Certificates();
    Certificates(const Certificates&) = delete;

    // Null: that listener speaks HTTP in clear.
    const std::shared_ptr<http::TlsIdentity>& main() const { return main_; }
    const std::shared_ptr<http::TlsIdentity>& operations() const { return operations_; }

    std::time_t first_not_after() const;  // of those that are shown; 0: there is none

    void start();

    // Looks now. Two files are not replaced at once: whoever looks each second says what is wrong with them only when
    // it was wrong the second before, too, and once. `is_asked`: somebody has said that they are complete, and is told
    // what is wrong with them, even again.
    void look(bool is_asked);

private:
    struct Watched {
        std::shared_ptr<http::TlsIdentity> identity;
        std::string fault;  // as of the last look
        bool is_said = false;
    };

    Certificates(Report report, Clock clock) : report_(std::move(report)), clock_(std::move(clock)) {}
    Result<void> add(std::shared_ptr<http::TlsIdentity>&, const std::string& certificate, const std::string& key);
    void look(Watched&, bool is_asked);
    void loop();

    const Report report_;
    const Clock clock_;
    std::shared_ptr<http::TlsIdentity> main_;
    std::shared_ptr<http::TlsIdentity> operations_;

    std::mutex looking_;
    std::vector<Watched> watched_;

    std::mutex mutex_;
    std::condition_variable stopped_;
    bool stopping_ = false;
    std::thread thread_;
};

// A database for production, as an administrator sets it up, and the servers that share it: what all tests of several
// servers begin with. Reseller 2 opens accounts in the Partnership API (a promotion in b5test.com), in ActivePlatform
// (type 1, class prepaid, unique attribute inn) and in SignalMind (a Premium plan with one sub-account).

#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/crash/server_process.h"
#include "tests/raw_client.h"

struct Request {
    std::string method;
    std::string target;
    std::string headers;  // each with its line's end
    std::string body;
};

RawClient::Answer ask(RawClient&, const Request&);

// The value of the first member of that name, without quotes; empty: there is none.
std::string member_of(const std::string& json, std::string_view name);

// Headers of whoever may call there.
struct Callers {
    std::string in_partnership;
    std::string in_activeplatform;
    std::string in_operator_api;
    std::string signalmind_key;
};

class Installation {
public:
    // Sets the database up, through a server of its own. Logs go to the folder.
    Installation(std::string program, std::string database, std::filesystem::path folder);

    const Callers& callers() const { return callers_; }
    std::unique_ptr<ServerProcess> start_server(const std::string& name) const;
    std::string check() const;  // what partnerd check says; throws if it finds anything

    // One sentence each: what partnerd check finds, and where a log tells of a row that was written twice.
    std::vector<std::string> find_faults() const;

private:
    void set_up(RawClient&);
    std::string tell(RawClient&, const std::string& method, const std::string& path, const std::string& body,
                     const std::string& media_type = "application/json") const;

    const std::string program_;
    const std::string database_;
    const std::filesystem::path folder_;
    Callers callers_;
};

// The servers of an installation, each of which may be killed and started again; clients ask here where they listen.
class Servers {
public:
    static constexpr int count = 2;

    explicit Servers(const Installation& installation) : installation_(installation) {}

    void start(int which);
    void kill(int which);                                                // throws if it had died by itself
    void kill_while_ending(int which, std::chrono::milliseconds after);  // it is asked to end first
    void end(int which);                                                 // throws unless it ends well when asked to
    std::uint16_t port(int which) const { return ports_[static_cast<std::size_t>(which)].load(); }

private:
    ServerProcess& at(int which) { return *processes_.at(static_cast<std::size_t>(which)); }

    const Installation& installation_;
    std::array<std::unique_ptr<ServerProcess>, count> processes_;
    std::array<std::atomic<std::uint16_t>, count> ports_ = {};
};

// The program as a shell calls it, with what it prints, and a server in process that it asks as an operator.

#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/program.h"
#include "server/sandbox.h"
#include "tests/testing/in_process.h"

class ServiceTransport final : public cli::Transport {
public:
    explicit ServiceTransport(InProcess& service, std::string token = "sandbox-operator")
        : service_(service), token_(std::move(token)) {}
    Result<http::Response> send(http::Request request) override {
        request.headers.set("Authorization", "Bearer " + token_);
        return service_.send(std::move(request));
    }

private:
    InProcess& service_;
    const std::string token_;
};

struct Ran {
    int exit_code = -1;
    std::string out, err;
};

// words: the arguments after "partnerd".
inline Ran run_command_line(std::vector<std::string> words, decltype(cli::Surroundings::connect) connect,
                            bool is_terminal = false) {
    words.insert(words.begin(), "partnerd");
    std::vector<const char*> arguments;
    for (const std::string& word : words) arguments.push_back(word.c_str());
    cli::Command app("partnerd");
    app.require_subcommand();
    std::ostringstream out, err;
    cli::Program program(app, {.out = out,
                               .err = err,
                               .is_terminal = is_terminal,
                               .find_variable = [](const char*) -> const char* { return nullptr; },
                               .connect = std::move(connect)});
    cli::add_all_commands(program);
    const int exit_code = cli::parse_and_run(program, static_cast<int>(arguments.size()), arguments.data());
    return {exit_code, out.str(), err.str()};
}

// Commands against a sandbox that speaks these dialects.
class SandboxCommandsTest : public testing::Test {
protected:
    explicit SandboxCommandsTest(std::vector<const service::Dialect*> dialects) : service_(std::move(dialects)) {
        db::write_and_wait(service_.database(), [&](db::Tx& tx) { seed_sandbox(tx, service_.world()); });
    }

    Ran run(std::vector<std::string> words) {
        return run_command_line(
            std::move(words), [this](const cli::Target&) -> Result<std::unique_ptr<cli::Transport>> {
                return std::unique_ptr<cli::Transport>(std::make_unique<ServiceTransport>(service_));
            });
    }

    boost::json::value run_json(std::vector<std::string> words) {
        words.insert(words.begin() + 2, "--json");
        const Ran ran = run(std::move(words));
        EXPECT_EQ(ran.exit_code, 0) << ran.err;
        return ran.out.empty() ? boost::json::value() : boost::json::parse(ran.out);
    }

    InProcess service_;
};

// Tokens: a Transport in front of another, which fetches the OAuth 2 tokens that requests want (client credentials, RFC
// 6749 4.4; the scheme says where, or, for OpenID Connect, its discovery document does), keeps them, and renews them:
// shortly before they end, and once when a server answers 401 to one that was kept. A request waits for its token and
// does without when none is to be had: it is not sent, and NotAnswered says why.
//
// The client's secret goes to the token endpoint and nowhere else, and not over plain HTTP, unless to this machine or
// to a place that the user has named.

#pragma once

#include <map>
#include <mutex>

#include "workflow/run/transport.h"

namespace workflow {

class TokenTransport : public Transport {
public:
    // learn: told of each token before it is used, on any thread, so that nobody ever shows it.
    TokenTransport(Transport& inner, RequestOptions, std::function<void(std::string_view token)> learn);

    void send(Send, std::function<void(Happened)> done) override;
    void wait(milliseconds delay, std::function<void()> done) override { inner_.wait(delay, std::move(done)); }
    Time now() override { return inner_.now(); }

private:
    struct Request;  // one token: who asks, whom, for which scopes
    struct Token {
        std::string text;
        std::optional<Time> ends;
        bool is_new = false;  // fetched for whoever is given it
    };
    struct Kept {
        Token token;
        bool sends_secret_in_body = false;  // as the server wants it, who did not take it as Authorization
        bool is_fetching = false;
        std::vector<std::function<void(Result<Token>)>> waiting;
    };
    using Take = std::function<void(Result<Token>)>;
    class Fetch;

    Result<Request> request_of(const Send&, const TokenWanted&) const;
    void take(const Request&, Take);
    void forget(const Request&, const std::string& token);
    void keep(const Request&, Result<Token>, bool sends_secret_in_body);
    void send_with_token(Send, Request, bool may_renew, std::function<void(Happened)> done);

    Transport& inner_;
    const RequestOptions options_;
    const std::function<void(std::string_view)> learn_;
    std::mutex mutex_;
    std::map<std::string, Kept> kept_;  // by Request::key
};

}  // namespace workflow

#include "tests/crash/client.h"

#include <boost/json.hpp>
#include <cstdio>
#include <system_error>

namespace {

namespace json = boost::json;

const std::string accounts_path = "/api/v1/partners/accounts";

[[noreturn]] void lie(const std::string& uid, const std::string& what, const RawClient::Answer& answer) {
    throw Lie(uid + ": " + what + ", but the answer is " + std::to_string(answer.status) + " " + answer.body);
}

// All but what a moved end date changes.
json::object without_dates(const std::string& body) {
    json::object account = json::parse(body).as_object();
    account.erase("ends_at");
    account.erase("updated_at");
    return account;
}

bool shows_end_date(const std::string& body, const std::string& date) {
    return body.find("\"ends_at\":\"" + date + '"') != std::string::npos;
}

bool says_absent(const RawClient::Answer& answer) { return answer.status == 404 || answer.status == 410; }

}  // namespace

void Client::work(std::uint16_t port) {
    try {
        RawClient connection(port);
        for (;;) take_step(connection);
    } catch (const Lie&) {
        throw;
    } catch (const std::runtime_error&) {
        // The connection broke: that is what this is about.
    }
}

void Client::take_step(RawClient& connection) {
    const int choice = roll(100);
    if (choice < 55) return open(connection, new_uid());
    if (choice < 77) return move(connection);
    if (choice < 85) return remove(connection);
    if (choice < 90) return open_again(connection);
    look(connection);
}

void Client::open(RawClient& connection, const std::string& uid) {
    const auto [entry, is_new] = accounts_.try_emplace(uid);
    Known& known = entry->second;
    if (is_new) {
        known.token = roll(2) == 0 ? "sandbox-partner" : "sandbox-partner-b";
        uids_.push_back(uid);
    }
    std::string body = roll(2) == 0 ? "{\"customer_account_uid\":\"" : "{\"account_uid\":\"";
    body += uid + "\",\"account_type\":\"" + (roll(2) == 0 ? "I" : "F") + "\",\"domain\":\"b5test.com\"";
    if (roll(2) == 0) body += ",\"ends_at\":\"" + new_date() + '"';
    body += '}';
    known.doubt = Doubt::opening;
    touched_.push_back(uid);
    const auto answer = ask(connection, "POST", "", known, body);
    if (answer.status != 201) lie(uid, "it was free", answer);
    known.is_open = true;
    known.body = answer.body;
    ++totals_.accounts;
    acknowledge(known);
}

// Half of the time a uid that was removed, which is free; otherwise one that is taken.
void Client::open_again(RawClient& connection) {
    if (uids_.empty()) return;
    const std::string uid = uids_[random_() % uids_.size()];
    const Known& known = accounts_.at(uid);
    if (!known.is_open) return open(connection, uid);
    const auto answer = ask(connection, "POST", "", known,
                            "{\"account_uid\":\"" + uid + "\",\"account_type\":\"I\",\"domain\":\"b5test.com\"}");
    if (answer.status != 409) lie(uid, "it was taken", answer);
}

void Client::move(RawClient& connection) {
    auto* const account = pick();
    if (!account) return;
    auto& [uid, known] = *account;
    known.doubt = Doubt::move;
    known.doubtful_ends_at = new_date();
    touched_.push_back(uid);
    const auto answer = ask(connection, "PATCH", uid, known, "{\"ends_at\":\"" + known.doubtful_ends_at + "\"}");
    if (answer.status != 200 || !shows_end_date(answer.body, known.doubtful_ends_at) ||
        without_dates(answer.body) != without_dates(known.body))
        lie(uid, "its end was moved to " + known.doubtful_ends_at + ", it was " + known.body, answer);
    known.body = answer.body;
    acknowledge(known);
}

void Client::remove(RawClient& connection) {
    auto* const account = pick();
    if (!account) return;
    auto& [uid, known] = *account;
    known.doubt = Doubt::removal;
    touched_.push_back(uid);
    const auto answer = ask(connection, "DELETE", uid, known, "");
    if (answer.status != 204) lie(uid, "it was open", answer);
    known.is_open = false;
    acknowledge(known);
}

void Client::look(RawClient& connection) {
    if (uids_.empty()) return;
    const std::string& uid = uids_[random_() % uids_.size()];
    look_at(connection, uid, accounts_.at(uid));
}

void Client::acknowledge(Known& known) {
    known.doubt = Doubt::none;
    ++totals_.events;
    ++acknowledged_;
}

void Client::verify(std::uint16_t port, bool everything) {
    RawClient connection(port);
    for (const std::string& uid : touched_) look_at(connection, uid, accounts_.at(uid));
    touched_.clear();
    if (everything) {
        for (auto& [uid, known] : accounts_) look_at(connection, uid, known);
    } else {
        for (int i = 0; i < 50; ++i) look(connection);
    }
}

void Client::look_at(RawClient& connection, const std::string& uid, Known& known) {
    const auto answer = ask(connection, "GET", uid, known, "");
    if (answer.status != 200 && !says_absent(answer)) lie(uid, "it was asked for", answer);
    if (known.doubt != Doubt::none) return resolve(uid, known, answer);
    if (known.is_open && answer.body != known.body) lie(uid, "it was " + known.body, answer);
    if (!known.is_open && !says_absent(answer)) lie(uid, "it was removed, or never opened", answer);
}

// What was asked for and never answered has happened, or it has not; nothing in between.
void Client::resolve(const std::string& uid, Known& known, const RawClient::Answer& answer) {
    ++in_doubt_;
    const Doubt doubt = std::exchange(known.doubt, Doubt::none);
    if (doubt == Doubt::opening) {
        if (says_absent(answer)) return;
        if (answer.body.find('"' + uid + '"') == std::string::npos) lie(uid, "it was to be opened", answer);
        known.is_open = true;
        known.body = answer.body;
        ++totals_.accounts;
        ++totals_.events;
        return;
    }
    if (answer.status == 200 && answer.body == known.body) return;
    if (doubt == Doubt::removal) {
        if (!says_absent(answer)) lie(uid, "it was to be removed, and was " + known.body, answer);
        known.is_open = false;
    } else {
        if (answer.status != 200 || !shows_end_date(answer.body, known.doubtful_ends_at) ||
            without_dates(answer.body) != without_dates(known.body))
            lie(uid, "its end was to be moved to " + known.doubtful_ends_at + ", it was " + known.body, answer);
        known.body = answer.body;
    }
    ++totals_.events;
}

RawClient::Answer Client::ask(RawClient& connection, std::string_view method, const std::string& uid,
                              const Known& known, const std::string& body) {
    std::string request(method);
    request += ' ' + accounts_path + (uid.empty() ? "" : "/" + uid) + " HTTP/1.1\r\nHost: localhost\r\n";
    request += "Authorization: Bearer " + known.token + "\r\n";
    if (!body.empty())
        request += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    connection.send(request + "\r\n" + body);
    return connection.read_answer();
}

Client::Accounts::value_type* Client::pick() {
    for (int attempt = 0; attempt < 10 && !uids_.empty(); ++attempt) {
        const auto found = accounts_.find(uids_[random_() % uids_.size()]);
        if (found->second.is_open) return &*found;
    }
    return nullptr;
}

std::string Client::new_uid() {
    char text[40];
    const std::uint64_t high = random_(), low = random_();
    std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
                  static_cast<unsigned>(high >> 16 & 0xffff), static_cast<unsigned>(high & 0xffff),
                  static_cast<unsigned>(low >> 48), static_cast<unsigned long long>(low & 0xffff'ffff'ffff));
    return text;
}

std::string Client::new_date() {
    char text[96];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", 2100 + roll(1000), 1 + roll(12),
                  1 + roll(28), roll(24), roll(60), roll(60), roll(1000));
    return text;
}

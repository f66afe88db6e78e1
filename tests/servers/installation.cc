#include "tests/servers/installation.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace {

std::string bearer(const std::string& secret) { return "Authorization: Bearer " + secret + "\r\n"; }

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("there is no file " + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

RawClient::Answer ask(RawClient& connection, const Request& request) {
    std::string text = request.method + ' ' + request.target + " HTTP/1.1\r\nHost: localhost\r\n" + request.headers;
    if (!request.body.empty()) text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    connection.send(text + "\r\n" + request.body);
    return connection.read_answer();
}

std::string member_of(const std::string& json, std::string_view name) {
    const std::string before = '"' + std::string(name) + "\":";
    auto begin = json.find(before);
    if (begin == std::string::npos) return {};
    begin += before.size();
    if (json[begin] == '"') return json.substr(begin + 1, json.find('"', begin + 1) - begin - 1);
    return json.substr(begin, json.find_first_of(",}]", begin) - begin);
}

Installation::Installation(std::string program, std::string database, std::filesystem::path folder)
    : program_(std::move(program)), database_(std::move(database)), folder_(std::move(folder)) {
    const Finished finished =
        run_program(program_, {"init", "--json", "--name", "Meridian Software", "--database", database_});
    const std::string secret = member_of(finished.output, "secret");
    if (finished.exit_code != 0 || secret.empty()) throw std::runtime_error("partnerd init: " + finished.output);
    callers_.in_operator_api = bearer(secret);
    const auto server = start_server("setting-up");
    RawClient connection(server->wait_until_ready());
    set_up(connection);
    server->terminate();
    if (server->wait() != 0) throw std::runtime_error("the first server did not end well");
}

void Installation::set_up(RawClient& connection) {
    tell(connection, "POST", "domains", R"({"name":"b5test.com"})");
    tell(connection, "POST", "resellers", R"({"id":2,"name":"Northwind Telecom"})");
    const std::string reseller = "resellers/2/";
    tell(connection, "POST", reseller + "promotions", R"({"domain":"b5test.com","type":"individual"})");
    const auto make = [&](const std::string& path, const std::string& body) {
        return member_of(tell(connection, "POST", reseller + path, body), "secret");
    };
    callers_.in_partnership = bearer(make("credentials", R"({"kind":"partner_token"})"));
    callers_.signalmind_key = make("credentials", R"({"kind":"api_key"})");
    tell(connection, "POST", reseller + "account_types",
         R"({"id":1,"key":"person","name":"Person","kind":"individual",)"
         R"("name_pattern":"%first_name %middle_name %last_name"})");
    tell(connection, "POST", reseller + "account_classes",
         R"({"key":"prepaid","name":"Prepaid","color":"grey","payment_model":"prepay"})");
    tell(connection, "POST", reseller + "attributes",
         R"({"key":"inn","name":"INN","type":"string","optional":true,"unique":true,"account_types":[1]})");
    tell(connection, "POST", reseller + "managers",
         R"({"id":5,"name":"Alena R","email":"alena@example.com","role":"sales","status":"active"})");
    callers_.in_activeplatform = "X-Api-Token: " + make("managers/5/token", "{}") + "\r\n";
    tell(connection, "PATCH", reseller + "rights", R"({"may_create_premium":true})");
    tell(connection, "POST", reseller + "plans", R"({"type":"family","id":1,"name":"One","sub_accounts_limit":1})");
    tell(connection, "POST", reseller + "plans", R"({"type":"individual","id":1,"name":"Basic"})");
    tell(connection, "PUT", "workflows/provision",
         read_file(PARTNERD_SOURCE_DIR "/workflows/partnership-openapi.arazzo.yml"), "application/yaml");
}

std::string Installation::tell(RawClient& connection, const std::string& method, const std::string& path,
                               const std::string& body, const std::string& media_type) const {
    const auto answer = ask(connection, {method, "/admin/v1/" + path,
                                         callers_.in_operator_api + "Content-Type: " + media_type + "\r\n", body});
    if (answer.status / 100 != 2)
        throw std::runtime_error(method + ' ' + path + ": " + std::to_string(answer.status) + ' ' + answer.body);
    return answer.body;
}

std::unique_ptr<ServerProcess> Installation::start_server(const std::string& name) const {
    return std::make_unique<ServerProcess>(
        program_, std::vector<std::string>{"serve", "--listen", "127.0.0.1:0", "--database", database_},
        (folder_ / (name + ".log")).string());
}

std::string Installation::check() const {
    const Finished finished = run_program(program_, {"check", "--database", database_});
    if (finished.exit_code != 0) throw std::runtime_error("partnerd check: " + finished.output);
    return finished.output;
}

std::vector<std::string> Installation::find_faults() const {
    std::vector<std::string> faults;
    try {
        std::printf("partnerd check: %s", check().c_str());
    } catch (const std::runtime_error& failure) {
        faults.push_back(failure.what());
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        std::ifstream log(entry.path());
        for (std::string line; std::getline(log, line);)
            if (line.find("SQLSTATE 23505") != std::string::npos) faults.push_back("a log says: " + line);
    }
    return faults;
}

void Servers::start(int which) {
    processes_.at(static_cast<std::size_t>(which)) = installation_.start_server("server-" + std::to_string(which));
    ports_.at(static_cast<std::size_t>(which)) = at(which).wait_until_ready();
}

void Servers::kill(int which) {
    if (!at(which).is_running()) throw std::runtime_error("a server had died before it was killed");
    at(which).kill();
}

void Servers::kill_while_ending(int which, std::chrono::milliseconds after) {
    at(which).terminate();
    std::this_thread::sleep_for(after);
    at(which).kill();
}

void Servers::end(int which) {
    at(which).terminate();
    if (const int code = at(which).wait(); code != 0)
        throw std::runtime_error("a server ended with " + std::to_string(code) + " when it was asked to end");
}

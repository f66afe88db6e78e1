#include "operations/endpoints.h"

#include <utility>

#include "json/writer.h"
#include "operations/exposition.h"

namespace operations {
namespace {

bool is_look(const http::Request& request) {
    return request.method == http::Method::get || request.method == http::Method::head;
}

http::Response render_plain(int status, std::string text) {
    return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(text)};
}

http::Response render_status(int status, const std::string& json) {
    http::Response response{.status = status, .content_type = "application/json", .body = json};
    response.headers.add("Cache-Control", "no-store");
    return response;
}

// Whether the path is one of the two, and then the answer.
bool answer_health(const http::Request& request, const std::vector<Check>& checks, const http::Reply& reply) {
    if (request.path() != "/healthz" && request.path() != "/readyz") return false;
    if (!is_look(request)) {
        http::Response refused = render_plain(405, "This path is only looked at.\n");
        refused.headers.add("Allow", "GET, HEAD");
        reply(std::move(refused));
    } else {
        reply(request.path() == "/healthz" ? render_alive() : render_ready(checks));
    }
    return true;
}

}  // namespace

http::Response render_alive() { return render_status(200, "{\"status\":\"alive\"}"); }

http::Response render_ready(const std::vector<Check>& checks) {
    std::vector<std::pair<std::string_view, std::string>> sentences;
    bool is_ready = true;
    for (const Check& check : checks) {
        sentences.emplace_back(check.name, check.why_not());
        is_ready = is_ready && (check.is_advice || sentences.back().second.empty());
    }
    json::JsonWriter writer;
    writer.open_object().text("status", is_ready ? "ready" : "not ready").open_object("checks");
    for (const auto& [name, sentence] : sentences) writer.text(name, sentence.empty() ? "ok" : sentence);
    writer.close_object().close_object();
    http::Response response = render_status(is_ready ? 200 : 503, writer.finish());
    if (!is_ready) response.headers.add("Retry-After", "1");
    return response;
}

http::Service operations_service(const Metrics& metrics, const std::vector<Check>& checks) {
    return [&metrics, &checks](http::Request request, http::Reply reply) {
        if (answer_health(request, checks, reply)) return;
        if (request.path() != "/metrics" || !is_look(request))
            return reply(render_plain(404, "Here are /metrics, /healthz and /readyz.\n"));
        const std::string* accept = request.headers.find("accept");
        Exposition exposition = render_metrics(metrics.collect(), accept ? *accept : "");
        reply({.content_type = std::move(exposition.content_type), .body = std::move(exposition.text)});
    };
}

http::Service with_health(http::Service service, const std::vector<Check>& checks) {
    return [service = std::move(service), &checks](http::Request request, http::Reply reply) {
        if (request.target.size() > 1 && (request.target[1] == 'h' || request.target[1] == 'r') &&
            answer_health(request, checks, reply))
            return;
        service(std::move(request), std::move(reply));
    };
}

}  // namespace operations

#include "runner/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "runner/compiled.h"
#include "uri/uri.h"
#include "workflow/text/text.h"

namespace workflows {
namespace {

constexpr std::size_t response_bytes_max = 8 << 20;

}  // namespace

http::Request to_request(workflow::Send send, const WorkflowRun& row, std::uint64_t generation) {
    const uri::Parts url = uri::split(send.url);
    http::Request request;
    request.method = http::parse_method(send.method);
    request.method_name = std::move(send.method);
    request.target = url.path.empty() ? "/" : std::string(url.path);
    if (url.query) request.target.append("?").append(*url.query);
    request.headers = std::move(send.headers);
    request.headers.set("Host", url.authority.value_or(""));
    request.headers.set("X-Request-Id", fmt::format("workflow-run-{}-{}", row.id, generation));
    if (!row.trace.empty() && !request.headers.find("traceparent")) request.headers.add("traceparent", row.trace);
    request.body = std::move(send.body);
    return request;
}

workflow::Happened to_happened(http::Response response) {
    if (response.connection == http::Connection::drop) return workflow::NotAnswered{"the connection was dropped"};
    if (response.body.size() > response_bytes_max) return workflow::NotAnswered{"the response is too large"};
    workflow::Answered answer{response.status, std::move(response.headers), std::move(response.body)};
    if (!response.content_type.empty()) answer.headers.set("Content-Type", response.content_type);
    return answer;
}

RunStatus to_status(workflow::Outcome outcome) {
    switch (outcome) {
    case workflow::Outcome::passed: return RunStatus::passed;
    case workflow::Outcome::failed: return RunStatus::failed;
    case workflow::Outcome::not_run: return RunStatus::not_run;
    case workflow::Outcome::cancelled: return RunStatus::cancelled;
    }
    return RunStatus::failed;
}

std::map<std::string, std::string> read_texts(const std::string& text) {
    std::map<std::string, std::string> out;
    if (const auto value = workflow::parse_json(text); value && value->is_object())
        for (const auto& member : value->get_object())
            if (member.value().is_string()) out[member.key()] = member.value().get_string();
    return out;
}

std::string to_record(const workflow::StepRecord& step, const workflow::Secrets& secrets) {
    workflow::json::value record = workflow::json_step(step, secrets);
    if (auto* request = record.get_object().if_contains("request")) {
        const std::string url(request->at("url").as_string());
        if (url.starts_with(own_origin)) request->get_object()["url"] = url.substr(own_origin.size());
    }
    return workflow::to_json(record);
}

std::vector<std::string_view> pieces_of(std::string_view state, std::size_t piece_bytes) {
    std::vector<std::string_view> pieces;
    while (!state.empty()) {
        std::size_t size = std::min(state.size(), piece_bytes);
        while (size > 1 && size < state.size() && (static_cast<unsigned char>(state[size]) & 0xc0) == 0x80) --size;
        pieces.push_back(state.substr(0, size));
        state.remove_prefix(size);
    }
    return pieces;
}

WorkflowRun head_of(WorkflowRun& row) {
    if (row.state_pieces == 0) return row;
    auto state = std::exchange(row.state, "");
    WorkflowRun head = row;
    row.state = std::move(state);
    return head;
}

}  // namespace workflows

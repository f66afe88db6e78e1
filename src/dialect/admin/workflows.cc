// GET /admin/v1/workflows; PUT, GET, DELETE /admin/v1/workflows/{name}; GET, POST /admin/v1/workflow-runs;
// GET /admin/v1/workflow-runs/{runId}; POST /admin/v1/workflow-runs/{runId}/cancel.

#include "dialect/admin/workflows.h"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>

#include "dialect/admin/admin.h"
#include "dialect/admin/cursor.h"
#include "dialect/admin/problem.h"
#include "dialect/admin/request.h"
#include "engine/workflows/workflow_runs.h"
#include "json/read.h"
#include "json/writer.h"
#include "service/admission.h"
#include "service/bearer.h"
#include "workflow/run/secrets.h"
#include "workflow/text/text.h"

namespace workflows {
namespace {

using ::json::JsonWriter;
using service::Call;

constexpr std::string_view runs_path = "/admin/v1/workflow-runs";

// --- documents ---

// A text, or an object that is written as one.
Result<std::string> text_of(const boost::json::value& value, const std::string& field) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_object()) return workflow::to_json(value);
    return Error{Reason::invalid,
                 "The request has members that are not acceptable.",
                 {{field, Rule::wrong_type, "It must be a document as a string, or an object."}}};
}

// application/yaml: the document itself. JSON: {"document": ..., "sources": {url: ...}}.
Result<StoreWorkflow> parse_store(const Call& call) {
    StoreWorkflow command{.name = call.path_values[0], .document = {}, .sources = "{}"};
    const std::string* type = call.request.headers.find("content-type");
    if (type && service::media_type_of(*type) == "application/yaml") {
        command.document = call.request.body;
        return command;
    }
    const boost::json::value body = TRY(::json::read_json(call.request.body));
    const auto* object = body.if_object();
    if (!object) return Error{Reason::malformed, "The body is not a JSON object."};
    admin::Objections objections;
    boost::json::object sources;
    for (const auto& member : *object) {
        if (member.key() == "document") {
            command.document = TRY(text_of(member.value(), "document"));
        } else if (member.key() == "sources" && member.value().is_object()) {
            for (const auto& source : member.value().get_object())
                sources[source.key()] = TRY(text_of(source.value(), "sources"));
        } else {
            objections.add(std::string(member.key()), member.key() == "sources" ? Rule::wrong_type : Rule::unknown,
                           member.key() == "sources" ? "It must be an object." : "There is no such member.");
        }
    }
    if (!object->contains("document")) objections.add("document", Rule::required, "It must be there.");
    TRY(objections.check());
    command.sources = workflow::to_json(sources);
    return command;
}

Result<NameWorkflow> parse_name(const Call& call) { return NameWorkflow{call.path_values[0]}; }

Result<RemoveWorkflow> parse_remove(const Call& call) { return RemoveWorkflow{call.path_values[0]}; }

Result<ListWorkflows> parse_list(const Call& call) {
    admin::Query query = TRY(admin::Query::read(call));
    ListWorkflows command{.after_name = query.find_text("after").value_or(""), .size = query.page_size()};
    TRY(query.finish());
    return command;
}

void write_head(JsonWriter& json, const StoredWorkflow& workflow) {
    json.open_object()
        .text("name", workflow.name)
        .number("version", workflow.version)
        .instant("created_at", workflow.created_at);
}

http::Response json_response(int status, JsonWriter json) {
    return {.status = status, .content_type = "application/json", .body = json.finish()};
}

http::Response render_stored(const Call&, const StoredWorkflow& workflow) {
    JsonWriter json;
    write_head(json, workflow);
    json.close_object();
    return json_response(200, std::move(json));
}

http::Response render_workflow(const Call&, const StoredWorkflow& workflow) {
    JsonWriter json(workflow.document.size() + workflow.sources.size() + 512);
    write_head(json, workflow);
    json.text("document", workflow.document).raw("sources", workflow.sources).close_object();
    return json_response(200, std::move(json));
}

http::Response render_nothing(const Call&, const StoredWorkflow&) { return {.status = 204}; }

http::Response render_workflows(const Call&, const WorkflowPage& page) {
    JsonWriter json(128 * (page.items.size() + 1));
    json.open_object().open_array("workflows");
    for (const StoredWorkflow& workflow : page.items) {
        write_head(json, workflow);
        json.close_object();
    }
    json.close_array();
    if (page.next)
        json.text("next_after", *page.next);
    else
        json.null("next_after");
    json.close_object();
    return json_response(200, std::move(json));
}

// --- runs ---

// The member, where it is an object. What is no object is objected to.
boost::json::object object_of(const boost::json::object& body, std::string_view name, admin::Objections& objections) {
    const auto* value = body.if_contains(name);
    if (!value || value->is_null()) return {};
    if (value->is_object()) return value->get_object();
    objections.add(name, Rule::wrong_type, "It must be an object.");
    return {};
}

std::optional<std::int64_t> integer_of(const boost::json::object& body, std::string_view name,
                                       admin::Objections& objections) {
    const auto* value = body.if_contains(name);
    if (!value || value->is_null()) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    objections.add(name, Rule::wrong_type, "It must be a whole number.");
    return std::nullopt;
}

std::string text_of(const boost::json::object& body, std::string_view name, admin::Objections& objections) {
    const auto* value = body.if_contains(name);
    if (!value || value->is_null()) return {};
    if (value->is_string()) return std::string(value->get_string());
    objections.add(name, Rule::wrong_type, "It must be a string.");
    return {};
}

// {"workflow": NAME, "version", "workflow_id", "reseller_id", "inputs": {}, "servers": {SOURCE: PATH}}
Result<StartWorkflowRun> parse_start(const Call& call) {
    const boost::json::value value = call.request.body.empty() ? boost::json::value(boost::json::object())
                                                               : TRY(::json::read_json(call.request.body));
    if (!value.is_object()) return Error{Reason::malformed, "The body is not a JSON object."};
    const auto& body = value.get_object();
    admin::Objections objections;
    StartWorkflowRun command{.name = text_of(body, "workflow", objections),
                             .version = integer_of(body, "version", objections),
                             .workflow_id = text_of(body, "workflow_id", objections),
                             .acting_for = integer_of(body, "reseller_id", objections)};
    if (!body.contains("workflow")) objections.add("workflow", Rule::required, "It must be there.");
    command.inputs = workflow::to_json(object_of(body, "inputs", objections));
    boost::json::object servers;
    for (const auto& server : object_of(body, "servers", objections)) {
        const auto* path = server.value().if_string();
        if (path && path->starts_with("/"))
            servers[server.key()] = own_origin + std::string(*path);
        else
            objections.add("servers", Rule::bad_format, "A server is a path of this server, such as /api/v1.");
    }
    command.servers = workflow::to_json(servers);
    for (const auto& member : body) {
        constexpr std::string_view known[] = {"workflow", "version", "workflow_id", "reseller_id", "inputs", "servers"};
        if (std::find(std::begin(known), std::end(known), std::string_view(member.key())) == std::end(known))
            objections.add(std::string(member.key()), Rule::unknown, "There is no such member.");
    }
    TRY(objections.check());
    return command;
}

Result<NameWorkflowRun> parse_run_id(const Call& call) {
    return NameWorkflowRun{TRY(admin::parse_id(call.path_values[0]))};
}

Result<ListWorkflowRuns> parse_list_runs(const Call& call) {
    admin::Query query = TRY(admin::Query::read(call));
    ListWorkflowRuns command{.page = admin::read_page(query, call)};
    TRY(query.finish());
    return command;
}

void write_head(JsonWriter& json, const WorkflowRun& run) {
    json.open_object().number("id", run.id).text("workflow", run.name).number("version", run.version);
    json.text_or_null("workflow_id", run.workflow_id);
    json.number("reseller_id", run.acting_for).unescaped("status", to_string(run.status));
    json.text_or_null("reason", run.reason);
    json.number("steps_recorded", run.steps)
        .instant("created_at", run.created_at)
        .instant("updated_at", run.updated_at)
        .instant("ended_at", run.ended_at);
}

// Until somebody has read the document, nobody knows which of them are secrets.
std::string shown_inputs(const WorkflowRun& run) {
    if (run.inputs_shown) return *run.inputs_shown;
    const auto value = workflow::parse_json(run.inputs);
    return value ? workflow::to_json(workflow::mask_everything(*value)) : "{}";
}

void write_run(JsonWriter& json, const WorkflowRun& run, const std::vector<WorkflowRunStep>& steps) {
    write_head(json, run);
    json.raw("inputs", shown_inputs(run));
    if (run.outputs)
        json.raw("outputs", *run.outputs);
    else
        json.null("outputs");
    std::string records;
    for (const WorkflowRunStep& step : steps) records += (records.empty() ? "" : ",") + step.record;
    json.raw("steps", "[" + records + "]").close_object();
}

http::Response render_run(const Call&, const WorkflowRunDetails& details) {
    JsonWriter json(4'096);
    write_run(json, details.run, details.steps);
    return json_response(200, std::move(json));
}

http::Response render_started(const Call&, const WorkflowRun& run) {
    JsonWriter json;
    write_run(json, run, {});
    http::Response response = json_response(201, std::move(json));
    response.headers.set("Location", std::string(runs_path) + "/" + std::to_string(run.id));
    return response;
}

http::Response render_runs(const Call& call, const WorkflowRunPage& page) {
    JsonWriter json(512 * (page.items.size() + 1));
    json.open_object().open_array("workflow_runs");
    for (const WorkflowRun& run : page.items) {
        write_head(json, run);
        json.close_object();
    }
    json.close_array();
    admin::write_cursors(json, call, page.next, page.previous);
    json.close_object();
    return json_response(200, std::move(json));
}

// --- what a row of the table cannot say ---

using Route = service::Route;

// A run that began runs, or rewrote workflows, would have no end.
Route not_from_inside(Route route) {
    auto run = std::move(route.run);
    route.run = [run](const service::App& app, std::shared_ptr<Call> call, service::RenderError render_error,
                      http::Reply reply) {
        if (call->request.remote_address == Runner::remote_address)
            return reply(render_error(*call, {Reason::forbidden, "A workflow's run may not do this."}));
        run(app, std::move(call), render_error, std::move(reply));
    };
    return route;
}

// Documents are read and checked on threads of the runner's: that takes longer than a server's thread may be kept.
Route checked(Route route, Runner& runner) {
    auto run = std::move(route.run);
    route.run = [run, &runner](const service::App& app, std::shared_ptr<Call> call, service::RenderError render_error,
                               http::Reply reply) {
        const bool is_posted = runner.post(service::share_of(*call), [=, &runner, &app] {
            try {
                const auto command = parse_store(*call);
                const auto found = command.ok() ? check(*compile(command.value().name, command.value().document,
                                                                 command.value().sources, runner.find_own_document()))
                                                : Result<void>(command.error());
                if (!found.ok()) return reply(render_error(*call, found.error()));
                run(app, call, render_error, reply);
            } catch (const std::exception&) {
                const auto failure = std::current_exception();
                app.log_failure(*call, service::describe(failure));
                reply(render_error(*call, service::to_error(failure)));
            }
        });
        if (!is_posted)
            reply(render_error(*call, {Reason::unavailable, "Too much is waiting already; try again later."}));
    };
    return route;
}

// A run that was queued is looked for, and then it is answered: whoever has the answer may end the runner.
Route noticed(Route route, Runner& runner) {
    auto run = std::move(route.run);
    route.run = [run, &runner](const service::App& app, std::shared_ptr<Call> call, service::RenderError render_error,
                               http::Reply reply) {
        const std::int64_t reseller_id = call->caller.reseller.id;
        run(app, std::move(call), render_error,
            [&runner, reseller_id, reply = std::move(reply)](http::Response response) {
                if (response.status == 201) runner.look(reseller_id);
                reply(std::move(response));
            });
    };
    return route;
}

std::vector<Route> all_routes(Runner& runner) {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using service::write_route;
    using enum http::Method;
    std::vector<Route> routes = {
        service::for_reader(read_route(get, "/admin/v1/workflows", parse_list, list_workflows, render_workflows)),
        service::for_reader(
            show_route(get, "/admin/v1/workflows/{workflowName}", parse_name, show_workflow, render_workflow)),
        service::for_operator(
            checked(write_route(put, "/admin/v1/workflows/{workflowName}", parse_store, store_workflow, render_stored),
                    runner)),
        service::for_operator(
            write_route(delete_, "/admin/v1/workflows/{workflowName}", parse_remove, remove_workflow, render_nothing)),
        service::for_reader(
            read_route(get, "/admin/v1/workflow-runs", parse_list_runs, list_workflow_runs, render_runs)),
        service::for_operator(noticed(
            create_route(post, "/admin/v1/workflow-runs", parse_start, start_workflow_run, render_started), runner)),
        service::for_reader(
            show_route(get, "/admin/v1/workflow-runs/{runId}", parse_run_id, show_workflow_run, render_run)),
        service::for_operator(
            write_route(post, "/admin/v1/workflow-runs/{runId}/cancel", parse_run_id, cancel_workflow_run, render_run)),
    };
    for (Route& route : routes)
        if (route.method != get) route = not_from_inside(std::move(route));
    return routes;
}

}  // namespace

struct Workflows::Impl {
    Runner runner;
    std::vector<Route> routes = all_routes(runner);
    service::Dialect dialect = {
        .name = "workflows",
        .prefix = "/admin/v1/workflow",
        .routes = &routes,
        .credential_kind = CredentialKind::operator_token,
        .media_types = {"application/json", "application/yaml"},
        .find_secret = service::find_bearer_token,
        .takes_console_sessions = true,
        .render_error = admin::render_error,
        .render_status = admin::render_status,
        .documents = {"workflows"},
    };
};

Workflows::Workflows() : impl_(std::make_unique<Impl>()) {}
Workflows::~Workflows() = default;

const service::Dialect& Workflows::dialect() const { return impl_->dialect; }

void Workflows::start(RunnerOptions options) { impl_->runner.start(std::move(options)); }

void Workflows::stop() { impl_->runner.stop(); }

}  // namespace workflows

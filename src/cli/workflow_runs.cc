#include "cli/workflow_runs.h"

#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

namespace cli {
namespace {

constexpr auto between_looks = std::chrono::milliseconds(200);

struct Options {
    std::string name, file, id;
    std::vector<std::string> sources;  // URL=FILE
    bool shows_document = false;
    std::optional<std::int64_t> version, reseller;
    std::string workflow_id, inputs_json;
    std::vector<std::string> inputs;  // NAME=VALUE
    bool waits = false;
    std::int64_t limit = 0;
};

Error usage(std::string detail) { return {Reason::malformed, std::move(detail)}; }

Result<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return usage(path + " cannot be read.");
    return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<std::pair<std::string, std::string>> split(const std::string& text, const char* option) {
    const std::size_t equal = text.find('=');
    if (equal == 0 || equal == std::string::npos) return usage(std::string(option) + " wants NAME=VALUE.");
    return std::pair(text.substr(0, equal), text.substr(equal + 1));
}

// --- stored-workflow ---

const std::vector<Column> workflow_columns = {{"NAME", "name"}, {"VERSION", "version"}, {"CREATED", "created_at"}};

Result<void> list_workflows(Session& session, const Options&) {
    std::string after;
    session.output.begin_list();
    while (true) {
        const json::value page = TRY(session.api.get(path({"workflows"}) + Query().add("after", after).text()));
        session.output.list_more(page.at("workflows").as_array(), workflow_columns);
        const auto* next = page.at("next_after").if_string();
        if (!next) return {};
        after = std::string(*next);
    }
}

Result<void> show_workflow(Session& session, const Options& options) {
    json::value workflow = TRY(session.api.get(path({"workflows", options.name})));
    if (options.shows_document) {
        session.output.stream() << std::string_view(workflow.at("document").as_string());
        return {};
    }
    if (!session.output.is_json()) {
        workflow.as_object().erase("document");
        workflow.as_object().erase("sources");
    }
    session.output.show(workflow);
    return {};
}

Result<void> store_workflow(Session& session, const Options& options) {
    json::object body{{"document", TRY(read_file(options.file))}};
    json::object sources;
    for (const std::string& text : options.sources) {
        const auto [url, file] = TRY(split(text, "--source"));
        sources[url] = TRY(read_file(file));
    }
    body["sources"] = std::move(sources);
    session.output.show(TRY(session.api.put(path({"workflows", options.name}), body)));
    return {};
}

Result<void> remove_workflow(Session& session, const Options& options) {
    TRY(session.api.remove(path({"workflows", options.name})));
    session.output.note("The workflow is removed, with all of its versions; what its runs have done stays to be seen.");
    return {};
}

// --- workflow-run ---

const std::vector<Column> run_columns = {
    {"ID", "id"},         {"WORKFLOW", "workflow"},    {"VERSION", "version"},    {"RESELLER", "reseller_id"},
    {"STATUS", "status"}, {"STEPS", "steps_recorded"}, {"CREATED", "created_at"}, {"REASON", "reason"}};

// For people a line for each step; programs get all of it.
void show(Session& session, json::value run) {
    if (session.output.is_json()) return session.output.show(run);
    const json::array steps = run.at("steps").as_array();
    run.as_object().erase("steps");
    session.output.show(run);
    json::array lines;
    for (const json::value& step : steps) {
        json::object line{{"step", step.at("step")},
                          {"attempt", step.at("attempt")},
                          {"passed", step.at("passed")},
                          {"elapsed_ms", step.at("elapsed_ms")}};
        if (const auto* request = step.as_object().if_contains("request"))
            line["request"] =
                std::string(request->at("method").as_string()) + " " + std::string(request->at("url").as_string());
        if (const auto* response = step.as_object().if_contains("response")) line["status"] = response->at("status");
        if (const auto* reason = step.as_object().if_contains("reason")) line["reason"] = *reason;
        lines.push_back(std::move(line));
    }
    session.output.list(lines, {{"STEP", "step"},
                                {"ATTEMPT", "attempt"},
                                {"PASSED", "passed"},
                                {"MS", "elapsed_ms"},
                                {"REQUEST", "request"},
                                {"ANSWER", "status"},
                                {"REASON", "reason"}});
}

Result<void> list_runs(Session& session, const Options& options) {
    return session.output.list(session.api, path({"workflow-runs"}), Query(), "workflow_runs", run_columns,
                               options.limit);
}

Result<void> show_run(Session& session, const Options& options) {
    show(session, TRY(session.api.get(path({"workflow-runs", options.id}))));
    return {};
}

Result<void> cancel_run(Session& session, const Options& options) {
    show(session, TRY(session.api.post(path({"workflow-runs", options.id, "cancel"}))));
    return {};
}

Result<void> start_run(Session& session, const Options& options) {
    json::object inputs;
    if (!options.inputs_json.empty()) {
        boost::json::error_code failure;
        json::value given = json::parse(options.inputs_json, failure);
        if (failure || !given.is_object()) return usage("--inputs wants a JSON object.");
        inputs = std::move(given.get_object());
    }
    for (const std::string& text : options.inputs) {
        const auto [name, value] = TRY(split(text, "--input"));
        inputs[name] = value;
    }
    json::object body{{"workflow", options.name}, {"inputs", std::move(inputs)}};
    if (options.version) body["version"] = *options.version;
    if (options.reseller) body["reseller_id"] = *options.reseller;
    if (!options.workflow_id.empty()) body["workflow_id"] = options.workflow_id;
    json::value run = TRY(session.api.post(path({"workflow-runs"}), body));
    const std::string target = path({"workflow-runs", std::to_string(run.at("id").to_number<std::int64_t>())});
    while (options.waits && run.at("ended_at").is_null()) {
        std::this_thread::sleep_for(between_looks);
        run = TRY(session.api.get(target));
    }
    const bool has_failed = options.waits && run.at("status") != "passed";
    std::string reason = has_failed ? "The run did not pass." : "";
    show(session, std::move(run));
    if (has_failed) return Error{Reason::conflict, reason};
    return {};
}

using Run = Result<void> (*)(Session&, const Options&);

struct Adder {
    Program& program;
    Command* group;
    std::shared_ptr<Options> options = std::make_shared<Options>();

    Command* operator()(const char* name, const char* description, const char* example, Run run) const {
        return program.add_command(group, name, description, example,
                                   [run, options = options](Session& session) { return run(session, *options); });
    }
};

}  // namespace

void add_stored_workflow_commands(Program& program) {
    const Adder add{program, program.add_group("stored-workflow", "Workflows that the server keeps and runs itself")};
    const auto options = add.options;
    add("list", "List stored workflows", "stored-workflow list", list_workflows);
    Command* show = add("show", "Show a stored workflow", "stored-workflow show provision --document", show_workflow);
    show->add_option("NAME", options->name)->required();
    show->add_flag("--document", options->shows_document, "the document itself");
    Command* store = add("store", "Store a workflow, or a new version of it",
                         "stored-workflow store provision workflows/partnership-openapi.arazzo.yml", store_workflow);
    store->add_option("NAME", options->name)->required();
    store->add_option("FILE", options->file, "the Arazzo document")->required();
    store->add_option("--source", options->sources, "what the document refers to, by the url written there")
        ->type_name("URL=FILE");
    add("remove", "Remove a stored workflow whose runs have ended", "stored-workflow remove provision", remove_workflow)
        ->add_option("NAME", options->name, "of the stored workflow")
        ->required();
}

void add_workflow_run_commands(Program& program) {
    const Adder add{program, program.add_group("workflow-run", "Runs of stored workflows, by the server itself")};
    const auto options = add.options;
    Command* list = add("list", "List runs, newest first", "workflow-run list --limit 20", list_runs);
    list->add_option("--limit", options->limit, "at most so many")->type_name("N");
    Command* start =
        add("start", "Begin a run", "workflow-run start provision --reseller 2 -i accountUid=c-1 --wait", start_run);
    start->add_option("NAME", options->name, "of the stored workflow")->required();
    start->add_option("--workflow-id", options->workflow_id, "one of the document's workflows; its first by default");
    start->add_option("--version", options->version, "of the document; the newest by default")->type_name("N");
    start->add_option("--reseller", options->reseller, "in whose name; the token's own by default")->type_name("ID");
    start->add_option("--input,-i", options->inputs, "an input that is a text")->type_name("NAME=VALUE");
    start->add_option("--inputs", options->inputs_json, "all inputs at once")->type_name("JSON");
    start->add_flag("--wait", options->waits, "until it has ended; exit code 1 if it did not pass");
    add("show", "Show a run, step by step", "workflow-run show 373845411739755", show_run)
        ->add_option("ID", options->id)
        ->required();
    add("cancel", "Cancel a run; what has been done stays done", "workflow-run cancel 373845411739755", cancel_run)
        ->add_option("ID", options->id)
        ->required();
}

}  // namespace cli

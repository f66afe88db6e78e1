#include "cli/workflow.h"

#include <algorithm>
#include <memory>

#include "cli/workflow_options.h"

void add_workflow_command(cli::Command& app, int& exit_code, const std::string& version) {
    auto options = std::make_shared<WorkflowOptions>();
    options->version = version;
    cli::Command* workflow = app.add_subcommand("workflow", "Run and check Arazzo workflows");
    workflow->require_subcommand();
    workflow->footer(
        "An Arazzo document (1.0 or 1.1, YAML or JSON) says which API calls follow one another, and what each must "
        "come to.\n\n"
        "Example: partnerd workflow list workflows/partnership-openapi.arazzo.yml\n"
        "         partnerd workflow check workflows/partnership-openapi.arazzo.yml\n"
        "         partnerd workflow run workflows/partnership-openapi.arazzo.yml provision --dry-run \\\n"
        "           --input accountUid=c-1 --input endsAt=2050-01-31T00:00:00Z\n\n"
        "docs/arazzo.md says all.");

    // One value each time: what follows may be a document.
    auto add_list = [](cli::Command* command, const char* name, std::vector<std::string>& values, const char* about) {
        return command->add_option(name, values, about)->one_at_a_time();
    };
    auto add_sources = [&, add_list](cli::Command* command) {
        add_list(command, "--source", options->sources, "where to read a source instead of its url")
            ->type_name("NAME=FILE");
        command->add_flag("--offline", options->is_offline, "fetch no documents over the network");
    };
    auto add_file = [&](cli::Command* command) {
        command->add_option("FILE", options->file, "an Arazzo document: a path, a URL, or - for standard input")
            ->required();
        add_sources(command);
    };

    cli::Command* run = workflow->add_subcommand("run", "Execute workflows");
    run->add_option("FILE", options->targets,
                    "an Arazzo document: a path, a URL, or - for standard input; behind it the ids of the workflows to "
                    "run, or none for its first; then the next document, and so on")
        ->required();
    add_sources(run);
    run->add_flag("--all", options->runs_all, "of a document without ids, run all workflows");
    add_list(run, "--input,-i", options->inputs,
             "an input, @FILE in it for a part of a multipart body; with --repeat, {n} in it is the number of "
             "the run")
        ->type_name("[WORKFLOW_ID.]NAME=VALUE");
    add_list(run, "--input-env", options->input_variables, "an input that is a secret, from an environment variable")
        ->type_name("[WORKFLOW_ID.]NAME=ENV_VAR");
    run->add_option("--inputs", options->inputs_json, "all inputs at once")->type_name("JSON|@FILE|@-");
    add_list(run, "--env-file", options->environment_files,
             "a file of NAME=VALUE lines, beside the environment, which counts more")
        ->type_name("FILE");
    add_list(run, "--server", options->servers,
             "where the API of a source is, or which of its servers: 0 is the first, or its description")
        ->type_name("NAME=URL|NUMBER|DESCRIPTION");
    add_list(run, "--server-variable", options->server_variables, "the value of a variable in a server's URL")
        ->type_name("[NAME.]VARIABLE=VALUE");
    run->add_option("--token", options->token, "for every scheme that takes a bearer token")->type_name("TOKEN|@FILE");
    add_list(run, "--auth", options->auth, "the environment variable with the secret of a security scheme")
        ->type_name("NAME=ENV_VAR");
    add_list(run, "--client", options->clients,
             "the environment variable with ID:SECRET of the client that gets tokens for an OAuth 2 scheme")
        ->type_name("SCHEME=ENV_VAR");
    add_list(run, "--token-url", options->token_urls, "where it gets them, instead of what the scheme says")
        ->type_name("SCHEME=URL");
    add_list(run, "--token-parameter", options->token_parameters,
             "what it sends along, such as audience, or scope instead of the operation's")
        ->type_name("SCHEME.NAME=VALUE");
    add_list(run, "--certificate", options->certificates, "shown to servers that ask for one, of one source or of all")
        ->type_name("[NAME=]PEM");
    add_list(run, "--key", options->keys, "its key, where that is not in the same file")->type_name("[NAME=]PEM");
    run->add_option("--timeout", options->timeout_seconds, "of the whole run; none by default")
        ->type_name("SECONDS")
        ->check_non_negative();
    run->add_option("--request-timeout", options->request_timeout_seconds, "of one request (30)")
        ->type_name("SECONDS")
        ->check_positive();
    run->add_option("--max-steps", options->steps_max, "executions of steps, retries included (1000)")->type_name("N");
    add_list(run, "--report", options->reports, "write a report")->type_name("junit=FILE|har=FILE|json=FILE");
    run->add_option("--outputs", options->outputs_file, "write the outputs as JSON, with their secrets")
        ->type_name("FILE");
    run->add_option("--ca-file", options->ca_file, "certificates to trust beside the system's")->type_name("PEM");
    run->add_option("--repeat", options->repeat, "execute it so many times")->type_name("N")->check_positive();
    run->add_option("--parallel", options->parallel, "of those, or of several workflows, so many at a time")
        ->type_name("M")
        ->check_positive();
    run->add_flag("--check-responses", options->checks_responses,
                  "each response must be as the OpenAPI document describes it");
    run->add_flag("--dry-run", options->is_dry_run, "print what would be done");
    run->add_flag("--verbose,-v", options->is_verbose, "show requests and responses");
    run->add_flag("--quiet,-q", options->is_quiet, "print only what failed");
    run->footer(
        "HTTP_PROXY, HTTPS_PROXY and NO_PROXY count.\n\n"
        "Exit code: 0 passed, 1 failed, 2 could not run.\n\n"
        "Example: partnerd workflow run provision.arazzo.yml --input accountUid=c-1 \\\n"
        "           --server api=http://127.0.0.1:8080/api/v1 --auth bearerAuth=TOKEN --report junit=report.xml\n"
        "         partnerd workflow run --all accounts.arazzo.yml users.arazzo.yml --parallel 4 \\\n"
        "           --server api=staging --client oauth=CLIENT --env-file staging.env --report junit=report.xml");
    run->callback([options, &exit_code] { exit_code = run_workflow(*options); });

    cli::Command* check = workflow->add_subcommand("check", "Say what is wrong with documents, and how to mend it");
    check->add_option("FILE", options->files, "Arazzo documents: paths, URLs, or - for standard input")->required();
    add_sources(check);
    check->add_option("--format", options->format, "how it is said: text, json, or github (annotations)")
        ->type_name("text|json|github");
    check->footer(
        "Exit code: 0 nothing is wrong, 1 there are errors, 2 one of them cannot be read.\n\n"
        "Example: partnerd workflow check provision.arazzo.yml --offline\n"
        "         partnerd workflow check workflows/*.arazzo.yml --format github");
    check->callback([options, &exit_code] { exit_code = check_workflows(*options); });

    cli::Command* list = workflow->add_subcommand("list", "List the workflows of a document");
    add_file(list);
    list->footer("Example: partnerd workflow list provision.arazzo.yml");
    list->callback([options, &exit_code] { exit_code = list_workflows(*options); });

    cli::Command* show = workflow->add_subcommand("show", "Show one workflow: inputs, steps, outputs");
    add_file(show);
    show->add_option("WORKFLOW_ID", options->workflow_id, "which one; the first by default");
    show->footer("Example: partnerd workflow show provision.arazzo.yml provision");
    show->callback([options, &exit_code] { exit_code = show_workflow(*options); });
}

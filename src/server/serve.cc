#include "server/serve.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <memory>

#include "dialect/admin/workflows.h"
#include "dialect/pages/console.h"
#include "dialect/pages/documents.h"
#include "dialect/pages/redeem.h"
#include "dialect/pages/visit.h"
#include "dialect/partnership/partnership.h"
#include "dialect/partnership/revision.h"
#include "dialect/sandbox/sandbox.h"
#include "engine/resellers/add_reseller.h"
#include "http/server.h"
#include "server/awaited_database.h"
#include "server/backup.h"
#include "server/banner.h"
#include "server/certificates.h"
#include "server/descriptors.h"
#include "server/dialects.h"
#include "server/due_work.h"
#include "server/end_signals.h"
#include "server/front.h"
#include "server/key_file.h"
#include "server/log.h"
#include "server/monitoring.h"
#include "server/null_route.h"
#include "server/open.h"
#include "server/sandbox.h"
#include "server/service_manager.h"
#include "server/webhook_sender.h"
#include "service/feed_waiters.h"
#include "service/service.h"

namespace {

int refuse(const std::string& sentence, int exit_code) {
    std::fprintf(stderr, "partnerd: %s\n", sentence.c_str());
    return exit_code;
}

// What only a sandbox has; in production there is none of it, nor a path that leads there.
void add_faults(service::ServiceOptions& options, sandbox::Sandbox& sandbox, World& world, http::Server*& server) {
    options.find_fault = [&](const service::Call& call) { return sandbox.find_fault(call, world.random_bits()); };
    options.run_after = [&server](std::chrono::milliseconds delay, std::function<void()> run) {
        server->after(delay, std::move(run));
    };
}

std::function<std::optional<service::Fault>(std::int64_t, std::uint64_t)> find_fault_of_delivery(
    const Config& config, sandbox::Sandbox& sandbox) {
    if (!config.sandbox) return {};
    return [&sandbox](std::int64_t endpoint_id, std::uint64_t random_bits) {
        return sandbox.find_fault_of_delivery(endpoint_id, random_bits);
    };
}

// All that is served is described.
documents::DocumentsOptions documents_options(const std::vector<const service::Dialect*>& served, bool is_sandbox) {
    documents::DocumentsOptions options{.dialects = all_dialects()};
    for (const service::Dialect* dialect : served)
        if (std::ranges::find(options.dialects, dialect) == options.dialects.end()) options.dialects.push_back(dialect);
    if (is_sandbox) options.find_sandbox_secret = find_sandbox_secret;
    return options;
}

console::ConsoleOptions console_options(bool is_sandbox) {
    console::ConsoleOptions options{.version = PARTNERD_VERSION};
    if (is_sandbox) options.find_sandbox_token = [] { return find_sandbox_secret(CredentialKind::operator_token); };
    return options;
}

// Of what is served, that which has something of its own. Outlives the service.
struct Parts {
    explicit Parts(const Config& config) : console_page(console_options(config.sandbox)) {}

    sandbox::Sandbox sandbox_api{seed_sandbox};
    workflows::Workflows stored_workflows;
    const redeem::Redemption redemption;
    const console::Console console_page;
    std::optional<documents::Documents> descriptions;  // of all that
};

std::vector<const service::Dialect*> dialects_of(Parts& parts, bool is_sandbox) {
    std::vector<const service::Dialect*> dialects = all_dialects();
    dialects.push_back(&visit::dialect);
    dialects.push_back(&parts.redemption.dialect());
    dialects.insert(dialects.begin(), &parts.stored_workflows.dialect());
    if (is_sandbox) dialects.insert(dialects.begin(), &parts.sandbox_api.dialect());
    parts.descriptions.emplace(documents_options(dialects, is_sandbox));
    dialects.push_back(&parts.console_page.dialect());
    for (const service::Dialect* dialect : parts.descriptions->dialects()) dialects.push_back(dialect);
    return dialects;
}

service::ServiceOptions service_options(const Config& config, Parts& parts, Log& log, Monitoring& monitoring) {
    service::ServiceOptions options;
    options.trusted_proxies = config.trusted_proxies;
    options.shows_limits = config.rate_limit_headers;
    if (!config.tls_certificate.empty()) options.scheme = "https";
    options.dialects = dialects_of(parts, config.sandbox);
    options.log_access = [&log, &monitoring](const service::AccessRecord& record) {
        monitoring.record(record);
        log.access(record);  // where the level has it
    };
    options.log_failure = [&log](std::string_view request_id, std::string_view sentence) {
        log.failure(request_id, sentence);
    };
    return options;
}

std::shared_ptr<service::FeedWaiters> make_feed_waiters(OpenDatabase& open) {
    const auto bell = open.committed_for_feeds;
    return std::make_shared<service::FeedWaiters>(
        *open.database,
        service::FeedWaitersOptions{.wait_for_commit = [bell](std::chrono::milliseconds time) { bell->wait_for(time); },
                                    .ring = [bell] { bell->ring(); }});
}

// Stored workflows are run by the server itself, through its own service.
workflows::RunnerOptions runner_options(OpenDatabase& open, service::Service& service, Log& log) {
    workflows::RunnerOptions options;
    options.database = open.database.get();
    options.world = open.world.get();
    options.is_shared = open.database->is_shared();
    options.serve = [&service](service::Service::CallerFor caller_for, http::Request request, http::Reply reply) {
        service.serve_from_inside(std::move(caller_for), std::move(request), std::move(reply));
    };
    options.log_failure = [&log](std::string_view sentence) { log.warning(sentence); };
    options.find_own_document = documents::find_document_at;
    return options;
}

// As many as are wanted, or as fit into what the process may have.
std::size_t choose_connections(const Config& config, Log& log) {
    const std::size_t descriptors = raise_descriptor_limit();
    const std::size_t connections = fit_connections(config.connections_max, descriptors, config.threads);
    if (connections < config.connections_max)
        log.warning(
            fmt::format("{} connections do not fit into the {} files that this process may have open (ulimit -Hn): at "
                        "most {} are served at a time",
                        config.connections_max, descriptors, connections));
    return connections;
}

http::ServerOptions server_options(const Config& config, const Certificates& certificates, const Front& front,
                                   Log& log) {
    http::ServerOptions options;
    options.address = config.listen_address;
    options.port = config.listen_port;
    options.listening_socket = service_manager::take_listening_socket().value_or(-1);
    options.threads = config.threads;
    options.tls = certificates.main();
    options.body_bytes_max = config.body_bytes_max;
    options.connections_max = choose_connections(config, log);
    options.report = [&log](std::string_view sentence) { log.warning(sentence); };
    options.refuse = [&front](const http::Request& request, int status, std::string_view detail) {
        return front.refuse(request, status, detail);
    };
    return options;
}

std::unique_ptr<http::Server> make_listener(const Config& config, const Certificates& certificates, const Front& front,
                                            Monitoring& monitoring, Log& log) {
    http::Service serve = [&front](http::Request request, http::Reply reply) {
        front.serve(std::move(request), std::move(reply));
    };
    return std::make_unique<http::Server>(server_options(config, certificates, front, log),
                                          monitoring.with_health(std::move(serve)));
}

void open_front(Front& front, service::Service& service, bool has_null_route) {
    http::Service serve = [&service](http::Request request, http::Reply reply) {
        service.serve(std::move(request), std::move(reply));
    };
    if (has_null_route) serve = with_null_route(std::move(serve));
    front.open(std::move(serve), [&service](const http::Request& request, int status, std::string_view detail) {
        return service.refuse(request, status, detail);
    });
}

// What can change while the server runs changes; what cannot is named. Settings that make no sense change nothing.
void reload(const Config& running, const ReadConfig& read_again, Certificates& certificates, service::Service& service,
            Log& log) {
    service_manager::notify_reloading();
    certificates.look(true);
    const auto config = read_again();
    if (!config.ok()) {
        log.error(fmt::format("SIGHUP: no setting is changed: {}", config.error().detail));
        return;
    }
    log.set_level(config.value().log_level);
    service.set_trusted_proxies(config.value().trusted_proxies);
    const auto need_restart = settings_that_need_a_restart(running, config.value());
    log.info(need_restart.empty() ? "SIGHUP: the settings have been read again"
                                  : fmt::format("SIGHUP: the settings have been read again; these need a restart: {}",
                                                fmt::join(need_restart, ", ")));
}

// What is said of a database once it is served. Read while it is opened, which is tried again where it fails.
struct Facts {
    std::vector<TravelledClock> clocks;  // of resellers that live in another time than the server
    bool has_operator = false;
};

Facts read_facts(OpenDatabase& open) {
    Facts facts;
    db::read_and_wait(*open.database, [&](db::Tx& tx) {
        facts = {.clocks = list_travelled_clocks(tx, *open.world), .has_operator = has_operator(tx)};
    });
    return facts;
}

// Where it is, and what it lacks: in words for a person at a sandbox's terminal, else in the log.
void announce(const Config& config, const Facts& facts, const Certificates& certificates, std::uint16_t port,
              std::uint16_t operations_port, Log& log) {
    const bool is_secure = certificates.main() != nullptr;
    if (config.sandbox)
        write_in_one_piece(STDOUT_FILENO, sandbox_banner({.address = config.listen_address,
                                                          .port = port,
                                                          .database_path = config.database_shown(),
                                                          .clocks = facts.clocks,
                                                          .is_secure = is_secure}));
    log.info(fmt::format("listening on {}, database {}", base_url(config.listen_address, port, is_secure),
                         config.database_shown()));
    if (operations_port != 0)
        log.info(fmt::format("health and metrics on {}", base_url(config.operations_address, operations_port,
                                                                  certificates.operations() != nullptr)));
    if (!config.sandbox && !facts.has_operator)
        log.warning(
            fmt::format("nobody can do anything here yet, since there is no operator: {} partnerd init --database {}",
                        config.is_on_postgres() ? "say" : "stop this server and say",
                        config.is_on_postgres() ? '\'' + config.database_setting() + '\'' : config.database_setting()));
}

Result<OpenDatabase> open_configured(const Config& config, Log& log, const Monitoring& monitoring,
                                     const std::shared_ptr<db::Archive>& archive,
                                     const std::shared_ptr<SteadyTime>& time, Facts& facts) {
    auto opened = open_database(
        config.database_path, config.sandbox ? Mode::sandbox : Mode::production,
        [&log](std::string_view sentence) { log.warning(sentence); }, config.sandbox ? Seed(seed_sandbox) : Seed(),
        monitoring.database_status(), archive, time);
    if (!opened.ok() && config.is_on_postgres()) return opened.error();  // says where that is
    if (!opened.ok()) return Error{opened.error().reason, config.database_shown() + ": " + opened.error().detail};
    OpenDatabase open = std::move(opened).value();
    TRY(use_key_file(open, choose_key_file(config.key_file)));
    facts = read_facts(open);
    return open;
}

// What has begun before the database is there.
struct Beginning {
    Front front;
    std::unique_ptr<http::Server> server;  // null: nobody listens yet
    bool reload_wanted = false;
};

// How an end comes to one who has served nothing yet: at once, even where a name server or a handshake is waited for.
void end_early(const char* signal, AwaitedDatabase& awaited, Beginning& beginning, Monitoring& monitoring, Log& log) {
    service_manager::notify_stopping();
    log.info(fmt::format("{}: the database is not waited for any longer", signal));
    beginning.server.reset();
    monitoring.stop();
    if (awaited.stop(std::chrono::milliseconds(500))) return;
    log.flush();
    std::_Exit(0);
}

// Absent: the server has been told to end.
std::optional<Result<OpenDatabase>> await_database(AwaitedDatabase::Open open, const Config& config,
                                                   const service::ServiceOptions& options,
                                                   const Certificates& certificates, EndSignals& end,
                                                   Beginning& beginning, Monitoring& monitoring, Log& log) {
    AwaitedDatabase awaited(std::move(open), {.log = [&log](std::string_view sentence) { log.warning(sentence); },
                                              .status = monitoring.database_status()});
    if (!awaited.has_ended_at_once(std::chrono::seconds(1))) {
        beginning.front.answer_for_now(options);
        beginning.server = make_listener(config, certificates, beginning.front, monitoring, log);
        beginning.server->start();
        monitoring.listen(certificates);
        log.info(
            fmt::format("waiting for {}: until it is there, {} answers that it is not ready", config.database_shown(),
                        base_url(config.listen_address, beginning.server->port(), certificates.main() != nullptr)));
        service_manager::notify_ready("waiting for the database");
    }
    const char* const signal = end.wait([&] { beginning.reload_wanted = true; }, awaited.descriptor());
    if (signal == nullptr) return awaited.take();
    end_early(signal, awaited, beginning, monitoring, log);
    return std::nullopt;
}

// What works on the open database. However the server ends, nobody asks the database any more once it is gone, and what
// still waits in it has a service and a server to call back into until then.
struct Working {
    OpenDatabase& open;
    Monitoring& monitoring;
    workflows::Workflows& stored_workflows;
    service::FeedWaiters& feed_waiters;
    service::Service& all;
    http::Server& server;
    std::unique_ptr<DueWork> due_work = {};
    std::unique_ptr<WebhookSender> webhooks = {};

    ~Working() { stop(); }

    void stop() {
        feed_waiters.stop();
        server.drain(std::chrono::milliseconds(0));
        monitoring.stop();
        stored_workflows.stop();
        webhooks.reset();
        due_work.reset();
        all.stop();
        open.database.reset();
    }
};

// What is done without being asked for by a request.
void begin_to_work(Working& working, const Config& config, sandbox::Sandbox& sandbox, Log& log) {
    OpenDatabase& open = working.open;
    working.due_work = std::make_unique<DueWork>(
        *open.database, *open.world, log,
        [&sandbox](std::int64_t reseller_id) { return sandbox.is_moving_clock_of(reseller_id); });
    working.webhooks = std::make_unique<WebhookSender>(
        *open.database, *open.world, open.committed,
        WebhookSenderOptions{.rules = {.is_sandbox = config.sandbox, .allowed = config.webhook_allow},
                             .ca_file = {},
                             .log_failure = [&log](std::string_view sentence) { log.warning(sentence); },
                             .find_fault = find_fault_of_delivery(config, sandbox)});
}

// Once told to end: what has begun is finished.
void finish(Working& working, const char* signal, int drain_seconds, Log& log) {
    service_manager::notify_stopping();
    log.info(fmt::format("{}: finishing what has begun", signal));
    working.monitoring.set_draining();
    working.feed_waiters.stop();
    const bool all_answered = working.server.drain(std::chrono::seconds(drain_seconds));
    log.info(all_answered ? "all requests are answered, closing the database"
                          : "some requests were cut off, closing the database");
    working.stop();
    log.info("closed");
}

int run(const Config& config, EndSignals& end, const ReadConfig& read_again) {
    Log log({.level = config.log_level,
             .json = config.log_format == "json" || (config.log_format == "auto" && isatty(STDERR_FILENO) == 0)});
    auto certificates = Certificates::load(config,
                                           {.info = [&log](std::string_view sentence) { log.info(sentence); },
                                            .warning = [&log](std::string_view sentence) { log.warning(sentence); }},
                                           [] { return std::time(nullptr); });
    if (!certificates.ok()) return refuse(certificates.error().detail, 1);
    const std::unique_ptr<Certificates> shown = std::move(certificates).value();
    Monitoring monitoring(config);
    const auto time = std::make_shared<SteadyTime>();
    time->report_to([&log](std::string_view sentence) { log.warning(sentence); });
    const auto archive = make_archive(config, time, [&log](std::string_view sentence) { log.warning(sentence); });
    partnership::set_default_revision(config.default_revision);
    set_allowed_receivers(config.webhook_allow);

    Parts parts(config);
    service::ServiceOptions options = service_options(config, parts, log, monitoring);
    monitoring.add_routes(options.dialects);
    if (archive) monitoring.add_archive_check(archive);

    Beginning beginning;
    Facts facts;
    const auto open_now = [&] { return open_configured(config, log, monitoring, archive, time, facts); };
    auto opened = config.is_on_postgres()
                      ? await_database(open_now, config, options, *shown, end, beginning, monitoring, log)
                      : std::optional(open_now());
    if (!opened) return 0;
    if (!opened->ok()) return refuse(opened->error().detail, 1);
    OpenDatabase open = std::move(*opened).value();

    http::Server* running_server = nullptr;
    if (config.sandbox) add_faults(options, parts.sandbox_api, *open.world, running_server);
    const auto feed_waiters = make_feed_waiters(open);
    options.feed_waiters = feed_waiters;
    service::Service service(*open.database, *open.world, std::move(options));
    const bool listens_already = beginning.server != nullptr;
    const std::unique_ptr<http::Server> server =  // ends before the service
        listens_already ? std::move(beginning.server) : make_listener(config, *shown, beginning.front, monitoring, log);
    running_server = server.get();
    Working working{.open = open,
                    .monitoring = monitoring,
                    .stored_workflows = parts.stored_workflows,
                    .feed_waiters = *feed_waiters,
                    .all = service,
                    .server = *server};
    open_front(beginning.front, service, config.null_route);
    if (!listens_already) server->start();
    begin_to_work(working, config, parts.sandbox_api, log);
    monitoring.start(*server, *working.due_work, *working.webhooks, *shown, archive);
    shown->start();
    parts.stored_workflows.start(runner_options(open, service, log));

    announce(config, facts, *shown, server->port(), monitoring.port(), log);
    const auto reload_now = [&] {
        reload(config, read_again, *shown, service, log);
        service_manager::notify_ready("answering requests");
    };
    service_manager::notify_ready("answering requests");
    if (beginning.reload_wanted) reload_now();
    finish(working, end.wait(reload_now), config.drain_seconds, log);
    return 0;
}

}  // namespace

int serve(const Config& config, const ReadConfig& read_again) {
    if (config.sandbox && !config.allow_remote_sandbox && !is_loopback(config.listen_address))
        return refuse(fmt::format("a sandbox's credentials are known to everybody, and {} may be reached by others: "
                                  "say --allow-remote-sandbox if that is meant",
                                  config.listen_address),
                      2);
    EndSignals end;
    try {
        return run(config, end, read_again);
    } catch (const std::exception& exception) {
        return refuse(exception.what(), 1);
    }
}

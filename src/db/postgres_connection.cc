#include "db/postgres_connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/utf8.h"
#include "db/postgres_refusal.h"

namespace db::postgres {
namespace {

constexpr int oldest_version = 140'000;
constexpr auto time_for_one_server = std::chrono::seconds(3);

// Types of results, as pg_type numbers them.
constexpr Oid type_bigint = 20, type_smallint = 21, type_integer = 23, type_text = 25, type_unknown = 705,
              type_varchar = 1043;

// Locks are waited for shortly: a work that waits for one has most likely met another that waits for its own. Plans are
// those for which the statements were written, and SQLite knows no others: from one index into the next, row by row,
// the same for all parameters. A planner that does not know how much LIMIT will leave sorts a whole reseller for a
// page. Whoever is on a machine that has vanished keeps its locks and its place for eleven seconds, and no longer.
constexpr Query configure_query{
    "configure",
    "SELECT set_config('lock_timeout', '100ms', false), set_config('statement_timeout', '60s', false),"
    " set_config('idle_in_transaction_session_timeout', '30s', false), set_config('jit', 'off', false),"
    " set_config('client_min_messages', 'warning', false), set_config('client_connection_check_interval', '1s', false),"
    " set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false),"
    " set_config('enable_bitmapscan', 'off', false), set_config('enable_hashjoin', 'off', false),"
    " set_config('enable_mergejoin', 'off', false), set_config('max_parallel_workers_per_gather', '0', false),"
    " set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false),"
    " set_config('tcp_keepalives_count', '3', false)"};
// For reads alone, so that a transaction needs neither BEGIN nor ROLLBACK: all up to a sync is one.
constexpr Query configure_reads_query{"configure_reads",
                                      "SELECT set_config('default_transaction_isolation', 'repeatable read', false),"
                                      " set_config('default_transaction_read_only', 'on', false)"};
constexpr Query look_query{"look_for_own_schema",
                           "SELECT CASE WHEN to_regclass('commit_marker') IS NULL OR to_regclass('generation') IS NULL"
                           " THEN 0 ELSE 1 END"};

Failure::Kind kind_of(std::string_view state) {
    constexpr std::string_view conflicts[] = {"40001", "40P01", "55P03", "26000"};
    constexpr std::string_view later[] = {"57014", "25006", "25P03", "72000"};
    constexpr std::string_view later_classes[] = {"08", "53", "57", "58"};
    if (state == "23505") return Failure::Kind::duplicate;
    if (state == "08P01") return Failure::Kind::broken;
    if (std::ranges::find(conflicts, state) != std::end(conflicts)) return Failure::Kind::conflict;
    if (std::ranges::find(later, state) != std::end(later)) return Failure::Kind::unavailable;
    if (std::ranges::find(later_classes, state.substr(0, 2)) != std::end(later_classes))
        return Failure::Kind::unavailable;
    return Failure::Kind::broken;
}

int weight_of(Refusal::Kind kind) {
    switch (kind) {
    case Refusal::Kind::unknown_host: return 0;
    case Refusal::Kind::passing: return 1;
    case Refusal::Kind::crowded: return 2;
    case Refusal::Kind::hopeless: break;
    }
    return 3;
}

std::string_view field(const PGresult* result, int code) {
    const char* const text = PQresultErrorField(result, code);
    return text == nullptr ? std::string_view() : text;
}

bool changes_rows(const PGresult* result) {
    const std::string_view tag = PQcmdStatus(const_cast<PGresult*>(result));
    return tag.starts_with("INSERT") || tag.starts_with("UPDATE") || tag.starts_with("DELETE");
}

std::size_t changed_by(PGresult* result) {
    if (!changes_rows(result)) return 0;
    const std::string_view count = PQcmdTuples(result);
    std::size_t changed = 0;
    std::from_chars(count.data(), count.data() + count.size(), changed);
    return changed;
}

}  // namespace

void throw_failure(const Failure& failure) {
    if (failure.kind == Failure::Kind::duplicate) throw Duplicate(failure.sentence);
    if (failure.kind == Failure::Kind::broken) throw Broken(failure.sentence);
    throw Unavailable(failure.sentence);
}

void Connection::Finish::operator()(pg_conn* handle) const { PQfinish(handle); }

// One server that says no for good counts more than another that may come back; a name that nobody knows counts only if
// that is so of all: one of several is taken out of the name server as it ends.
Connection::Connection(const PostgresAddress& address, Clock::time_point deadline, Use use, std::size_t statements_kept)
    : deadline_(deadline), use_(use), statements_kept_(statements_kept) {
    std::optional<Refusal> worst;
    for (const PostgresAddress::Parameters& server : address.servers) {
        Refusal refusal{Refusal::Kind::hopeless, {}};
        try {
            deadline_ = std::min(deadline, Clock::now() + time_for_one_server);
            if (auto refused = connect(server)) {
                refusal = std::move(*refused);
            } else {
                require_usable_server();
                configure();
                deadline_ = deadline;
                return;
            }
        } catch (const Lost& lost) {
            refusal = {Refusal::Kind::passing, lost.sentence};
        } catch (const Unavailable& failure) {
            refusal = {Refusal::Kind::passing, failure.what()};
        } catch (const Broken& failure) {
            refusal.sentence = failure.what();
        }
        if (!worst || weight_of(refusal.kind) > weight_of(worst->kind)) worst = std::move(refusal);
        handle_.reset();
        sent_.clear();
        statements_.clear();
        unanswered_ = 0;
    }
    const bool is_in_vain = worst->kind == Refusal::Kind::hopeless || worst->kind == Refusal::Kind::unknown_host;
    if (is_in_vain) throw Broken(fmt::format("{} cannot be opened: {}", address.shown, worst->sentence));
    const std::string sentence = fmt::format("{} cannot be reached: {}", address.shown, worst->sentence);
    if (worst->kind == Refusal::Kind::crowded) throw Crowded(sentence);
    throw Unavailable(sentence);
}

Connection::~Connection() = default;

std::optional<Refusal> Connection::connect(const PostgresAddress::Parameters& parameters) {
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : parameters) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    handle_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
    if (!handle_) throw std::bad_alloc();
    PQsetErrorVerbosity(handle_.get(), PQERRORS_VERBOSE);
    const auto note_warning = [](void* self, const PGresult* result) {
        if (field(result, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING")
            static_cast<Connection*>(self)->is_warned_ = true;
    };
    PQsetNoticeReceiver(handle_.get(), note_warning, this);
    PostgresPollingStatusType status =
        PQstatus(handle_.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
        wait(status == PGRES_POLLING_WRITING);
        status = PQconnectPoll(handle_.get());
    }
    if (status == PGRES_POLLING_OK) return std::nullopt;
    return read_refusal(PQerrorMessage(handle_.get()));
}

void Connection::require_usable_server() {
    const int version = PQserverVersion(handle_.get());
    if (version < oldest_version)
        throw Broken(fmt::format("the server is PostgreSQL {}.{}; partnerd needs 14 or later", version / 10'000,
                                 version % 10'000));
    const char* const encoding = PQparameterStatus(handle_.get(), "server_encoding");
    if (encoding == nullptr || std::string_view(encoding) != "UTF8")
        throw Broken("the database is not encoded as UTF8: make it anew, with ENCODING 'UTF8'");
    PQsetErrorVerbosity(handle_.get(), PQERRORS_DEFAULT);
    if (PQsetnonblocking(handle_.get(), 1) != 0 || PQenterPipelineMode(handle_.get()) != 1)
        lose(first_line(PQerrorMessage(handle_.get())));
}

void Connection::configure() {
    send(configure_query);
    if (is_for_reads()) send(configure_reads_query);
    if (const auto failure = finish()) throw_failure(*failure);
    look_for_own_schema();
}

void Connection::look_for_own_schema() { has_own_schema_ = rows_of(ask(look_query))[0].integer(0) == 1; }

// The address finds the statement, the text confirms it: a query that was no literal after all must not run another's
// SQL.
void Connection::send(const Query& query, std::initializer_list<Parameter> parameters) {
    put_parameters(query, parameters);
    if (!is_for_reads() && sent_.empty() && !statements_.contains(query.sql.data())) make_room();
    Statement& statement = statements_[query.sql.data()];
    if (statement.sql != query.sql)
        statement = {std::string(query.sql), fmt::format("s{}", ++statements_named_), false};
    if (!statement.is_prepared) {
        require_sent(PQsendPrepare(handle_.get(), statement.name.c_str(), statement.sql.c_str(), 0, nullptr));
        sent_.push_back({Sent::Kind::prepare, query.name, &statement});
        statement.is_prepared = true;
    }
    require_sent(PQsendQueryPrepared(handle_.get(), statement.name.c_str(), static_cast<int>(values_.size()),
                                     values_.data(), nullptr, nullptr, 0));
    sent_.push_back({Sent::Kind::execute, query.name, nullptr});
    ++unanswered_;
}

// The sync ends no transaction that has begun. One that has failed already refuses it: then at a later time.
void Connection::make_room() {
    if (statements_.size() < statements_kept_) return;
    send_once("DEALLOCATE ALL");
    if (!finish()) statements_.clear();
}

void Connection::send_once(std::string_view sql) {
    const std::string text(sql);
    require_sent(PQsendQueryParams(handle_.get(), text.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0));
    sent_.push_back({Sent::Kind::execute, "script", nullptr});
    ++unanswered_;
}

void Connection::send_flush() { require_sent(PQsendFlushRequest(handle_.get())); }

void Connection::send_sync() {
    require_sent(PQpipelineSync(handle_.get()));
    sent_.push_back({Sent::Kind::sync, {}, nullptr});
}

Answer Connection::receive() {
    while (true) {
        if (sent_.empty()) throw Broken("an answer was wanted to nothing");
        const Sent sent = sent_.front();
        const auto result = next_result();
        sent_.pop_front();
        if (sent.kind == Sent::Kind::sync) {
            failure_of_prepare_.reset();
            continue;
        }
        Answer answer = read_answer(result.get(), sent.name);
        if (PQgetResult(handle_.get()) != nullptr) lose("the server answered out of turn");
        if (sent.kind == Sent::Kind::prepare) {
            if (answer.failure) sent.statement->is_prepared = false;
            if (answer.failure && !failure_of_prepare_) failure_of_prepare_ = std::move(answer.failure);
            continue;
        }
        --unanswered_;
        if (answer.failure && answer.failure->kind == Failure::Kind::skipped && failure_of_prepare_)
            answer.failure = std::exchange(failure_of_prepare_, std::nullopt);
        return answer;
    }
}

Rows rows_of(Answer answer) {
    if (answer.failure) throw_failure(*answer.failure);
    return std::move(answer.rows);
}

Answer Connection::ask(const Query& query, std::initializer_list<Parameter> parameters) {
    send(query, parameters);
    send_sync();
    return receive();
}

std::optional<Failure> Connection::finish() {
    send_sync();
    std::optional<Failure> first;
    while (unanswered_ > 0) {
        Answer answer = receive();
        if (answer.failure && !first) first = std::move(answer.failure);
    }
    // What is left are syncs, and preparations of what was not sent after all.
    while (!sent_.empty()) {
        const auto result = next_result();
        if (sent_.front().kind != Sent::Kind::sync && PQgetResult(handle_.get()) != nullptr)
            lose("the server answered out of turn");
        sent_.pop_front();
    }
    failure_of_prepare_.reset();
    return first;
}

// PostgreSQL takes no U+0000 and nothing that is not UTF-8; an error of the server's would take the whole transaction
// along, and a text would end at its first zero.
void Connection::put_parameters(const Query& query, std::initializer_list<Parameter> parameters) {
    texts_.clear();
    places_.clear();
    for (const Parameter& parameter : parameters) {
        if (std::holds_alternative<std::monostate>(parameter.value())) {
            places_.push_back(-1);
            continue;
        }
        places_.push_back(static_cast<std::ptrdiff_t>(texts_.size()));
        if (const auto* text = std::get_if<std::string_view>(&parameter.value())) {
            if (text->find('\0') != std::string_view::npos || !is_valid_utf8(*text))
                throw Broken(fmt::format("{}: a text is not UTF-8, or has a U+0000 in it", query.name));
            texts_ += *text;
        } else {
            fmt::format_to(std::back_inserter(texts_), "{}", std::get<std::int64_t>(parameter.value()));
        }
        texts_ += '\0';
    }
    values_.clear();
    for (const std::ptrdiff_t place : places_) values_.push_back(place < 0 ? nullptr : texts_.data() + place);
}

void Connection::require_sent(int result) {
    if (result != 1) lose(first_line(PQerrorMessage(handle_.get())));
}

void Connection::wait(bool for_writing) {
    pollfd socket{.fd = PQsocket(handle_.get()),
                  .events = static_cast<short>(for_writing ? POLLIN | POLLOUT : POLLIN),
                  .revents = 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    if (left.count() <= 0) lose("it does not answer in time");
    if (poll(&socket, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000))) < 0 && errno != EINTR)
        lose("its socket cannot be waited for");
}

void Connection::flush_output() {
    while (true) {
        const int left = PQflush(handle_.get());
        if (left == 0) return;
        if (left < 0) lose(first_line(PQerrorMessage(handle_.get())));
        wait(true);
        if (PQconsumeInput(handle_.get()) != 1) lose(first_line(PQerrorMessage(handle_.get())));
    }
}

std::unique_ptr<PGresult, void (*)(PGresult*)> Connection::next_result() {
    flush_output();
    while (PQisBusy(handle_.get()) == 1) {
        wait(false);
        if (PQconsumeInput(handle_.get()) != 1) lose(first_line(PQerrorMessage(handle_.get())));
    }
    std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQgetResult(handle_.get()), PQclear);
    if (!result || PQstatus(handle_.get()) == CONNECTION_BAD) lose(first_line(PQerrorMessage(handle_.get())));
    return result;
}

Answer Connection::read_answer(PGresult* result, std::string_view name) {
    Answer answer;
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK: break;
    case PGRES_TUPLES_OK: answer.rows = Rows(static_cast<std::size_t>(PQnfields(result))); break;
    case PGRES_PIPELINE_ABORTED:
        answer.failure = Failure{Failure::Kind::skipped, fmt::format("{}: an earlier statement failed", name)};
        return answer;
    default: answer.failure = describe(result, name); return answer;
    }
    const int columns = PQnfields(result);
    for (int row = 0; row < PQntuples(result); ++row)
        for (int column = 0; column < columns; ++column) {
            if (PQgetisnull(result, row, column) == 1) {
                answer.rows.add(nullptr);
                continue;
            }
            const std::string_view text(PQgetvalue(result, row, column),
                                        static_cast<std::size_t>(PQgetlength(result, row, column)));
            const Oid type = PQftype(result, column);
            if (type == type_text || type == type_unknown || type == type_varchar) {
                answer.rows.add(text);
            } else if (type == type_bigint || type == type_integer || type == type_smallint) {
                std::int64_t number = 0;
                std::from_chars(text.data(), text.data() + text.size(), number);
                answer.rows.add(number);
            } else {
                answer.failure = Failure{Failure::Kind::broken,
                                         fmt::format("{}: column {} is neither integer nor text", name, column)};
                return answer;
            }
        }
    answer.rows.set_changed(changed_by(result));
    return answer;
}

// Values stand in the details, and of what could not be read as a number in the message itself.
Failure Connection::describe(PGresult* result, std::string_view name) {
    const std::string_view state = field(result, PG_DIAG_SQLSTATE);
    const std::string_view message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    const std::string_view constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
    // "cached plan must not change result type": the same statement prepared anew will do.
    is_stale_ |= state == "26000" || state == "0A000";
    if (state == "0A000" && message.find("cached plan") != std::string_view::npos)
        return {Failure::Kind::conflict, "the schema has changed", std::string(state)};
    if (state.empty())
        return {Failure::Kind::unavailable, fmt::format("{}: {}", name, first_line(PQerrorMessage(handle_.get())))};
    std::string sentence = fmt::format("{}: {} (SQLSTATE {})", name, message, state);
    if (state.starts_with("22")) sentence = fmt::format("{}: a value does not fit (SQLSTATE {})", name, state);
    if (state.starts_with("23"))
        sentence = fmt::format("{}: {} is broken (SQLSTATE {})", name, constraint.empty() ? "a constraint" : constraint,
                               state);
    return {kind_of(state), std::move(sentence), std::string(state)};
}

void Connection::lose(std::string_view sentence) {
    throw Lost{std::string(sentence.empty() ? "the connection was closed" : sentence)};
}

}  // namespace db::postgres

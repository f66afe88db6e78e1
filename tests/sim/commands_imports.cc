// Files that an operator imports: each row once, whatever gets lost on the way.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "tests/sim/commands.h"

namespace sim {
namespace {

using enum http::Method;

constexpr std::size_t open_imports_max = 3;
constexpr std::int64_t rows_in_a_file = 14;

// --- a file ---

ModelRow write_row(Simulation& sim) {
    ModelRow row{.reseller_id = sim.random().chance(5) ? 99 : pick_reseller(sim),
                 .uid = sim.random().chance(20) ? pick_uid(sim) : fmt::format("f-{}", sim.random().below(200)),
                 .type = sim.random().pick({AccountType::individual, AccountType::family}),
                 .domain = pick_domain(sim)};
    if (sim.random().chance(40)) row.ends_at = pick_end(sim, row.reseller_id == 99 ? 2 : row.reseller_id);
    row.text = fmt::format(R"({{"reseller_id":{},"uid":"{}","type":"{}","domain":"{}")", row.reseller_id, row.uid,
                           to_string(row.type), row.domain);
    if (row.ends_at) row.text += fmt::format(R"(,"ends_at":"{}")", format_rfc3339(*row.ends_at));
    row.text += '}';
    const std::int64_t drawn = sim.random().below(100);
    const auto spoil = [&](std::string text, const std::string& uid, const char* field, const char* code) {
        row.text = std::move(text);
        row.uid = uid;
        row.field = field;
        row.code = code;
    };
    if (drawn < 3) spoil(R"({"unreadable":"Line 7: it has 3 fields."})", "", "", "unreadable");
    if (drawn == 3) spoil("[]", "", "", "wrong_type");
    if (drawn == 4)
        spoil(fmt::format(R"({{"reseller_id":2,"uid":"{}","type":"castle","domain":"b5test.com"}})", row.uid), row.uid,
              "type", "unsupported");
    if (drawn == 5)
        spoil(fmt::format(R"({{"reseller_id":2,"uid":"{}","type":"family"}})", row.uid), row.uid, "domain", "required");
    return row;
}

std::string text_of(const std::vector<ModelRow>& file, std::int64_t from, std::int64_t count) {
    std::string text;
    for (std::int64_t i = from; i < from + count; ++i) text += (text.empty() ? "" : ",") + file[std::size_t(i)].text;
    return text;
}

// --- importing ---

std::optional<std::size_t> pick_import(Simulation& sim) {
    const auto& imports = sim.model().imports;
    if (imports.empty()) return std::nullopt;
    return std::size_t(sim.random().below(std::int64_t(imports.size())));
}

std::size_t count_unfinished(const Model& model) {
    return std::size_t(
        std::ranges::count_if(model.imports, [](const auto& it) { return !it.import.finished_at.has_value(); }));
}

std::string compare_import(const Import& expected, const http::Response& response) {
    const auto body = boost::json::parse(response.body).as_object();
    const bool is_same =
        body.at("id").as_int64() == expected.id && body.at("position").as_int64() == expected.position &&
        body.at("opened").as_int64() == expected.opened && body.at("refused").as_int64() == expected.refused &&
        body.at("finished_at").is_null() == !expected.finished_at;
    return is_same ? ""
                   : fmt::format("and should be {}: {} rows, {} opened, {} refused", expected.id, expected.position,
                                 expected.opened, expected.refused);
}

Expected show_import(int status, std::size_t place) {
    return {.status = status, .judge = [place](const Model& model, const http::Response& response) {
                return compare_import(model.imports[place].import, response);
            }};
}

// The same file again is the same import, as long as nobody has removed that.
void begin_import(Simulation& sim) {
    const std::string fingerprint = fmt::format("file-{}", sim.random().below(6));
    const Model& now = sim.model();
    const auto known =
        std::ranges::find(now.imports, fingerprint, [](const auto& it) { return it.import.fingerprint; });
    if (known == now.imports.end() && (count_unfinished(now) >= open_imports_max || is_full(sim))) return;
    std::vector<ModelRow> file;
    for (std::int64_t i = 0; i < rows_in_a_file; ++i) file.push_back(write_row(sim));
    http::Request request =
        request_of(post, "/admin/v1/imports", root, fmt::format(R"({{"fingerprint":"{}"}})", fingerprint));
    maybe_with_key(sim, request);
    sim.change(std::move(request), [&](Model& model) {
        for (std::size_t i = 0; i < model.imports.size(); ++i)
            if (model.imports[i].import.fingerprint == fingerprint) return show_import(200, i);
        model.imports.push_back({.import = {.fingerprint = fingerprint}, .file = file});
        return show_import(201, model.imports.size() - 1);
    });
}

void import_row(Model& model, ModelImport& into, const ModelRow& row) {
    Import& import = into.import;
    ++import.position;
    std::optional<Objection> objection;
    if (!row.code.empty())
        objection = Objection{row.field, row.code};
    else if (!model.resellers.contains(row.reseller_id))
        objection = Objection{"reseller_id", "unknown"};
    else
        objection = try_to_open(model, row.reseller_id, row.uid, row.type, row.domain, row.ends_at, Revision::admin);
    ++(objection ? import.refused : import.opened);
    if (objection)
        into.refusals.push_back(
            {.row = import.position, .uid = row.uid, .field = objection->field, .code = objection->code});
}

// Now and then from where the client believes to be, whose answer got lost: nothing is done.
void import_rows(Simulation& sim) {
    const auto chosen = pick_import(sim);
    if (!chosen) return;
    const ModelImport& picked = sim.model().imports[*chosen];
    std::int64_t position = picked.import.position;
    if (sim.random().chance(20)) position = std::max<std::int64_t>(0, position - sim.random().between(1, 5));
    const std::int64_t count = std::min(sim.random().between(1, 5), std::int64_t(picked.file.size()) - position);
    const std::vector<ModelRow> file = picked.file;
    const std::string body = fmt::format(R"({{"position":{},"rows":[{}]}})", position, text_of(file, position, count));
    sim.change(request_of(post, fmt::format("/admin/v1/imports/{}/rows", picked.import.id), root, body),
               [&](Model& model) -> Expected {
                   ModelImport& into = model.imports[*chosen];
                   if (into.import.finished_at || position != into.import.position) return {409};
                   for (std::int64_t i = 0; i < count; ++i) import_row(model, into, file[std::size_t(position + i)]);
                   return show_import(200, *chosen);
               });
}

void finish_import(Simulation& sim) {
    const auto chosen = pick_import(sim);
    if (!chosen) return;
    const ModelImport& picked = sim.model().imports[*chosen];
    if (picked.import.position < std::int64_t(picked.file.size()) && !sim.random().chance(10)) return;
    sim.change(request_of(post, fmt::format("/admin/v1/imports/{}/finish", picked.import.id), root),
               [&](Model& model) -> Expected {
                   Import& import = model.imports[*chosen].import;
                   if (!import.finished_at) import.finished_at = model.now(1);
                   return show_import(200, *chosen);
               });
}

// The accounts stay.
void remove_import(Simulation& sim) {
    const auto chosen = pick_import(sim);
    if (!chosen) return;
    const Import picked = sim.model().imports[*chosen].import;
    if (!picked.finished_at && !sim.random().chance(10)) return;
    sim.change(request_of(delete_, fmt::format("/admin/v1/imports/{}", picked.id), root),
               [&](Model& model) -> Expected {
                   model.imports.erase(model.imports.begin() + std::int64_t(*chosen));
                   return {204};
               });
}

void show_refusals(Simulation& sim) {
    const auto chosen = pick_import(sim);
    if (!chosen) return;
    const ModelImport& known = sim.model().imports[*chosen];
    const std::string path = fmt::format("/admin/v1/imports/{}", known.import.id);
    sim.expect(show_import(200, *chosen), sim.look(request_of(get, path, root)));
    std::vector<ImportRefusal> listed;
    std::string cursor;
    do {
        const auto response = sim.look(
            request_of(get, fmt::format("{}/refusals?limit={}{}", path, sim.random().between(1, 6), cursor), root));
        sim.check(response.status == 200, "the refusals are refused: " + response.body);
        const auto page = boost::json::parse(response.body).as_object();
        for (const auto& refusal : page.at("refusals").as_array())
            listed.push_back({.row = refusal.at("row").as_int64(),
                              .uid = std::string(refusal.at("uid").as_string()),
                              .field = std::string(refusal.at("field").as_string()),
                              .code = std::string(refusal.at("code").as_string())});
        cursor = page.at("next").is_null() ? "" : "&cursor=" + std::string(page.at("next").as_string());
    } while (!cursor.empty());
    sim.check(listed == known.refusals,
              fmt::format("{} refusals are told of {}", listed.size(), known.refusals.size()));
}

}  // namespace

std::vector<Command> import_commands() {
    return {
        {"begin_import", 2, begin_import},   {"import_rows", 8, import_rows},     {"finish_import", 2, finish_import},
        {"remove_import", 1, remove_import}, {"show_refusals", 2, show_refusals},
    };
}

}  // namespace sim

#include "engine/accounts/search.h"

#include <algorithm>
#include <charconv>

#include "core/ascii.h"
#include "core/visible_text.h"
#include "engine/access/reach.h"
#include "engine/accounts/activation_token.h"
#include "engine/accounts/list_accounts.h"
#include "engine/email.h"
#include "engine/field_errors.h"
#include "store/accounts.h"
#include "store/resellers.h"
#include "store/search.h"

namespace {

constexpr std::size_t resellers_looked_at_max = 1'000;
constexpr int events_looked_at_max = 5'000;
constexpr std::size_t request_id_length_min = 8;  // nobody knows less of one
constexpr std::size_t token_length = 30;

std::string trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return "";
    return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

std::optional<std::int64_t> to_id(std::string_view text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || id < 1) return std::nullopt;
    return id;
}

bool may_begin_uid(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '-' || c == '.'; });
}

// The token itself, or the one in a link; in any case.
std::string find_token(std::string_view text) {
    std::string upper(text);
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const std::size_t at = upper.find("PNS-");
    return at == std::string::npos ? "" : upper.substr(at, token_length);
}

class Searcher {
public:
    Searcher(db::Tx& tx, World& world, const Caller& caller, std::string text, int limit)
        : tx_(tx), world_(world), caller_(caller), text_(std::move(text)), limit_(limit) {
        resellers_ = caller.tree ? *caller.tree : ResellerTree{caller.reseller.id};
        if (resellers_.size() <= resellers_looked_at_max) return;
        resellers_.resize(resellers_looked_at_max);
        found_.has_more = true;
    }

    FoundEverything search() {
        by_id();
        by_token();
        by_uid();
        by_email();
        by_name();
        by_request();
        find_resellers();
        return std::move(found_);
    }

private:
    bool is_full() const { return found_.accounts.size() >= static_cast<std::size_t>(limit_); }

    void add(MatchedBy matched, std::int64_t account_id) {
        const auto is_same = [&](const FoundAccount& it) { return it.details.account.id == account_id; };
        if (std::any_of(found_.accounts.begin(), found_.accounts.end(), is_same)) return;
        if (is_full()) {
            found_.has_more = true;
            return;
        }
        auto details = show_account_by_id(tx_, world_, caller_, {account_id});
        if (details.ok()) found_.accounts.push_back({matched, std::move(details).value()});
    }

    void by_id() {
        if (const auto id = to_id(text_)) add(MatchedBy::id, *id);
    }

    // Also one that has been replaced: its letter is still in the customer's hands.
    void by_token() {
        const auto reference = open_activation_token(world_, find_token(text_));
        if (!reference || !reaches(caller_, reference->reseller_id)) return;
        if (store::find_account_by_id(tx_, reference->reseller_id, reference->account_id))
            add(MatchedBy::activation_token, reference->account_id);
    }

    void by_uid() {
        if (!may_begin_uid(text_)) return;
        Caller narrowed = caller_;
        narrowed.tree = std::make_shared<const ResellerTree>(resellers_);
        const ListAccounts command{.uid_prefix = text_, .page = {.size = limit_}};
        const auto page = list_accounts(tx_, world_, narrowed, command);
        if (!page.ok()) return;
        for (const Account& account : page.value().items) add(MatchedBy::uid, account.id);
        if (page.value().next) found_.has_more = true;
    }

    // A whole address by its key; a part of one as the beginning of a key.
    void by_email() {
        const std::string prefix = is_email(text_) ? email_key(text_) : fold_case(text_);
        by_prefix(MatchedBy::email, prefix, store::list_accounts_by_email_prefix);
    }

    void by_name() { by_prefix(MatchedBy::name, to_lower_ascii(text_), store::list_accounts_by_name_prefix); }

    using ListByPrefix = std::vector<std::int64_t> (*)(db::Tx&, std::int64_t, std::string_view, int);
    void by_prefix(MatchedBy matched, std::string_view prefix, ListByPrefix list) {
        for (const std::int64_t reseller_id : resellers_) {
            if (is_full() && found_.has_more) return;
            for (const std::int64_t account_id : list(tx_, reseller_id, prefix, limit_ + 1)) add(matched, account_id);
        }
    }

    void by_request() {
        if (text_.size() < request_id_length_min) return;
        for (const auto& touched : store::list_accounts_of_request(tx_, text_, events_looked_at_max, limit_ + 1))
            if (reaches(caller_, touched.reseller_id)) add(MatchedBy::request_id, touched.account_id);
    }

    void find_resellers() {
        const auto id = to_id(text_);
        const std::string wanted = to_lower_ascii(text_);
        for (const std::int64_t reseller_id : resellers_) {
            auto reseller = store::find_reseller(tx_, reseller_id);
            if (!reseller) continue;
            if (id != reseller_id && to_lower_ascii(reseller->name).find(wanted) == std::string::npos) continue;
            if (found_.resellers.size() >= static_cast<std::size_t>(limit_)) {
                found_.has_more = true;
                return;
            }
            found_.resellers.push_back(std::move(*reseller));
        }
    }

    db::Tx& tx_;
    World& world_;
    const Caller& caller_;
    const std::string text_;
    const int limit_;
    ResellerTree resellers_;  // those that are looked at
    FoundEverything found_;
};

}  // namespace

std::string_view to_string(MatchedBy matched) {
    switch (matched) {
    case MatchedBy::id: return "id";
    case MatchedBy::activation_token: return "activation_token";
    case MatchedBy::uid: return "uid";
    case MatchedBy::email: return "email";
    case MatchedBy::name: return "name";
    case MatchedBy::request_id: return "request_id";
    }
    return "";
}

Result<FoundEverything> search_everything(db::Tx& tx, World& world, const Caller& caller,
                                          const SearchEverything& command) {
    std::string text = trim(command.text);
    if (is_blank(text)) return refuse("q", Rule::required, "There is nothing to search for.");
    if (text.size() > search_length_max) return refuse("q", Rule::too_long, "A search has at most 320 bytes.");
    const int limit = std::clamp(command.limit, 1, search_results_max);
    return Searcher(tx, world, caller, std::move(text), limit).search();
}

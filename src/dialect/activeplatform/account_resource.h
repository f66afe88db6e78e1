// How an account is shown: the document's resource, member for member.

#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "dialect/activeplatform/nouns.h"
#include "dialect/activeplatform/resource.h"
#include "engine/customers/customer.h"
#include "service/dialect.h"

namespace activeplatform {

constexpr std::string_view accounts_type = "accounts";

// Writes the accounts of one answer. What many of them share, manager, type and class, is written once and copied.
class AccountWriter {
public:
    AccountWriter(const Caller& caller, const View& view) : caller_(caller), fields_(view.fields_of(accounts_type)) {}

    void write(::json::JsonWriter&, const Customer&);

    // An entry of the catalogue, as JSON. All accounts of an answer have one catalogue, so its address names it.
    template <class Shown>
    std::string_view shared(const void* entry, const Shown& shown) {
        std::string& text = shared_[entry];
        if (!text.empty()) return text;
        ::json::JsonWriter out;
        write_nested(out, shown);
        return text = out.finish();
    }
    const Caller& caller() const { return caller_; }

private:
    const Caller& caller_;
    const Fields& fields_;
    std::unordered_map<const void*, std::string> shared_;
};

// What can be asked for wherever accounts are answered.
const Allowed& allowed_of_accounts();

}  // namespace activeplatform

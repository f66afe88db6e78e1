// The pages that a customer sees: small, without scripts, asking nothing of anybody else. Templates are in page/:
// {{name}} stands for a text, {{{name}}} for HTML. Used by redeem.cc.

#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/accounts/redeem_account.h"
#include "http/message.h"

namespace redeem {

using Values = std::map<std::string_view, std::string>;

// Throws std::logic_error when the template is not there, or names a value that is not.
std::string fill_template(std::string_view file_name, const Values&);

// What has been filled in so far.
struct Form {
    std::string email;
    bool has_account = false;
    std::string wrong;  // with the e-mail address; empty: nothing
};

http::Response render_form(int status, const Redeemable&, const Form&);
http::Response render_done(const Redeemable&, const std::string& email);
http::Response render_refusal(int status, std::string_view title, std::string_view sentence);

}  // namespace redeem

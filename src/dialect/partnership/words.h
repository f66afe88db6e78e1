// The one place that says which status and which words a refusal has in each revision.

#pragma once

#include <string>

#include "core/error.h"
#include "http/message.h"

namespace partnership {

struct Words {
    int status;
    std::string text;  // rev A: description; rev B: message
    std::string code;  // rev A: error; rev B: code
};

Words words_of(const Error&, Revision, http::Method);

// For what HTTP itself refuses.
Words words_of_status(int status, std::string_view detail, Revision);

}  // namespace partnership

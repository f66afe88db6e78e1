// Servers of an OpenAPI document: their URLs with variables in them, and the choice of one among several, by its
// number, name or description. Pure functions; read by openapi.cc, asked by run/ and by the command line.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.h"

namespace workflow {

struct ServerVariable {
    std::string name;
    std::string value;                 // the default
    std::vector<std::string> choices;  // the values that it may take; empty: any
};

struct ApiServer {
    std::string url;  // as written: "https://{region}.example.com", or relative
    std::string name;
    std::string description;
    std::vector<ServerVariable> variables;
};

// The value that somebody gives a variable; null: its default.
using FindVariable = std::function<const std::string*(const std::string& name)>;

// The URL with its variables filled in. A name in braces that is no variable stays. Refuses (invalid): a value that is
// not among the variable's choices.
Result<std::string> fill_in(const ApiServer&, const FindVariable& given);

// "0" is the first; otherwise a name or a description, whatever its case. Refuses (not_found), naming all that there
// are.
Result<const ApiServer*> choose_server(const std::vector<ApiServer>&, const std::string& choice);

}  // namespace workflow

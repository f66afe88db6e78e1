// Environment: what the workflow commands find around them: variables (of the process, or of --env-file), files named
// on the command line, standard input, proxies. Only the command line looks there; the server's runs never do.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "http/proxy.h"

// Says so on stderr, and returns the exit code of what could not run.
int complain(const std::string& what);

// "NAME=VALUE" lines. Blank lines and those that begin with # say nothing; "export " may stand before a name. A value
// in single quotes is as it is; in double quotes \n, \r, \t, \" and \\ are escapes; both may go over several lines.
// Without quotes it ends at " #". Nothing is filled in. Refuses (malformed), naming the line.
Result<std::map<std::string, std::string>> parse_environment_file(const std::string& text);

class Environment {
public:
    // Refuses (not_found, malformed) a file that cannot be read. Of two files that set a variable, the later one
    // counts.
    static Result<Environment> read(const std::vector<std::string>& files);

    // The process's own variable, or else the files'; one that is empty is not set.
    std::optional<std::string> find(const std::string& name) const;

    // HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in lower case first. Refuses (invalid).
    Result<http::Proxies> proxies() const;

private:
    std::map<std::string, std::string> from_files_;
};

// Standard input, which can be read once. Refuses (conflict) the second time.
Result<std::string> read_standard_input();

// The text itself, or what stands in the file behind "@"; "@-" is standard input. Refuses (not_found).
Result<std::string> text_or_file(const std::string& text);

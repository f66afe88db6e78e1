// The cookies of one run: what servers set in one step goes back to them in the next (RFC 6265). Kept in the run's
// state and nowhere else; no two runs share any.

#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "workflow/text/json.h"

namespace workflow {

class CookieJar {
public:
    using Time = std::chrono::system_clock::time_point;

    // What Set-Cookie headers of an answer from this URL say. Leaves out what a server may not set: for another domain.
    void take(std::string_view url, const http::Headers&, Time now);

    // Adds what belongs to this URL to the request's Cookie header. A name that stands there already is the step's.
    void add_to(std::string_view url, http::Headers&, Time now) const;

    json::value save() const;
    static CookieJar load(const json::value&);  // what save() did not make is left out

private:
    struct Cookie {
        std::string name, value, host, path;
        bool is_host_only = true;
        bool is_secure = false;
        Time expires = Time::max();
    };

    std::vector<Cookie> cookies_;
};

}  // namespace workflow

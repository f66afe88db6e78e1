// Reads JSON:API request documents, forgiving where the published document is: `type` may be left out.

#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "service/dialect.h"

namespace activeplatform {

struct RequestBody {
    boost::json::object attributes;
    boost::json::object relationships;
};

// Refuses: malformed (no JSON; `data` is no object; `attributes` or `relationships` neither an object nor missing);
// conflict (mismatch: `type` is another; `id` is another than the path's); forbidden (unsupported: `id` where the path
// has none).
Result<RequestBody> read_body(const service::Call&, std::string_view type, std::optional<std::int64_t> id_of_path);

// A number in a path; refuses (not_found) anything else.
Result<std::int64_t> read_path_id(const std::string& text);

// Members of an object, as the engine wants them. Null is as good as nothing; what has a wrong type is noted, under the
// field's name.
class MemberReader {
public:
    MemberReader(const boost::json::object& object, std::vector<FieldError>& unreadable)
        : object_(object), unreadable_(unreadable) {}

    std::optional<std::string> text(std::string_view name);
    std::optional<std::int64_t> integer(std::string_view name);  // also as a string of digits; "" is nothing
    bool has(std::string_view name) const { return object_.contains(name); }

private:
    const boost::json::value* find(std::string_view name) const;
    void refuse(std::string_view name, std::string_view wanted);

    const boost::json::object& object_;
    std::vector<FieldError>& unreadable_;
};

}  // namespace activeplatform

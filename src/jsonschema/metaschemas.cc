#include "jsonschema/metaschemas.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <map>
#include <string>

#include "core/embedded_file.h"

namespace jsonschema {

extern const std::vector<EmbeddedFile> metaschema_files;

const boost::json::value* find_metaschema(std::string_view uri) {
    static const auto metaschemas = [] {
        std::map<std::string, boost::json::value, std::less<>> by_uri;
        for (const auto& file : metaschema_files) {
            boost::json::value document = boost::json::parse({file.bytes.data(), file.bytes.size()});
            const auto& id = document.at("$id").as_string();
            by_uri.emplace(std::string(id.data(), id.size()), std::move(document));
        }
        return by_uri;
    }();
    const auto found = metaschemas.find(uri);
    return found == metaschemas.end() ? nullptr : &found->second;
}

}  // namespace jsonschema

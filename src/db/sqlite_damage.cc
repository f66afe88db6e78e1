#include "db/sqlite_damage.h"

#include <fmt/format.h>

namespace db::sqlite {
namespace {

void check_structure(Connection& connection, std::vector<std::string>& wrongs) {
    const Rows found = connection.run({"integrity_check", "PRAGMA integrity_check"});
    for (std::size_t row = 0; row < found.size(); ++row)
        if (found[row].text(0) != "ok") wrongs.push_back(found[row].text(0));
}

void check_references(Connection& connection, std::vector<std::string>& wrongs) {
    const Rows found = connection.run({"foreign_key_check", "PRAGMA foreign_key_check"});
    for (std::size_t row = 0; row < found.size(); ++row)
        wrongs.push_back(
            fmt::format("a row of {} refers to a row of {} that is not there", found[row].text(0), found[row].text(2)));
}

}  // namespace

std::vector<std::string> find_damage(const ConnectionOptions& options) {
    std::vector<std::string> wrongs;
    try {
        Connection connection(options);
        check_structure(connection, wrongs);
        check_references(connection, wrongs);
    } catch (const Broken& damage) {
        wrongs.push_back(damage.what());
    }
    return wrongs;
}

}  // namespace db::sqlite

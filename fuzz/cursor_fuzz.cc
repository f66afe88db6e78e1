// Cursors: any text is one or is none; one that is says the same when it is written again and read; and what a list is
// asked for with it ends in an answer.

#include <cstdint>
#include <string_view>

#include "dialect/admin/cursor.h"

namespace {

void require(bool holds) {
    if (!holds) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto cursor = admin::decode_cursor(text);
    if (!cursor) return 0;
    require(cursor->list.size() == 8);
    require(admin::decode_cursor(admin::encode_cursor(*cursor)) == cursor);
    service::Call call;
    call.request.target = "/admin/v1/accounts?cursor=" + std::string(text);
    auto read = admin::Query::read(call);
    require(read.ok());
    admin::Query query = std::move(read).value();
    const auto page = admin::read_account_page(query, call);
    require(page.size == 50);
    // A cursor of another list goes nowhere.
    require(!page.from || page.from == cursor->place);
    return 0;
}

#include "server/banner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace {

bool is_any_address(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

std::string count_of(std::int64_t number, const char* unit) {
    return fmt::format("{} {}{}", number, unit, number == 1 ? "" : "s");
}

std::string describe_clocks(const std::vector<TravelledClock>& clocks) {
    constexpr std::size_t clocks_shown_max = 5;
    if (clocks.empty()) return "clocks    all resellers live in the server's time";
    std::string text;
    for (std::size_t i = 0; i < clocks.size() && i < clocks_shown_max; ++i)
        text += fmt::format("{}{} (reseller {}) lives {}", i == 0 ? "clocks    " : "\n          ", clocks[i].name,
                            clocks[i].reseller_id, describe(clocks[i]));
    if (clocks.size() > clocks_shown_max)
        text += fmt::format("\n          and {} more", clocks.size() - clocks_shown_max);
    return text;
}

}  // namespace

std::string base_url(const std::string& address, std::uint16_t port, bool is_secure) {
    if (is_any_address(address)) return base_url(address == "::" ? "::1" : "127.0.0.1", port, is_secure);
    const bool is_six = address.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", is_secure ? "https" : "http", is_six ? "[" : "", address, is_six ? "]" : "",
                       port);
}

std::string describe(const TravelledClock& clock) {
    using namespace std::chrono;
    const auto off = round<minutes>(abs(clock.ahead));  // it was moved in an instant, which took milliseconds
    std::string text = off >= days(2)    ? count_of(floor<days>(off).count(), "day")
                       : off >= hours(2) ? count_of(floor<hours>(off).count(), "hour")
                                         : count_of(floor<minutes>(off).count(), "minute");
    text += clock.ahead.count() < 0 ? " behind" : " ahead";
    return clock.is_frozen ? text + ", frozen" : text;
}

void write_in_one_piece(int descriptor, const std::string& text) {
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t count = write(descriptor, text.data() + written, text.size() - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return;
        written += static_cast<std::size_t>(count);
    }
}

std::string sandbox_banner(const BannerFacts& facts) {
    return fmt::format(
        R"(
partnerd sandbox, listening on {url}{everywhere}
database  {database}, kept between runs
{clocks}
reset     PARTNERD_TOKEN=sandbox-operator partnerd sandbox reset --server {url}

  bearer token             belongs to
  sandbox-partner          Northwind Telecom, promotions in b5test.com, b5test.ca, b5test.eu
  sandbox-partner-b        Lakeside Bank, the same promotions
  sandbox-partner-nopromo  Harbour Insurance, no promotion
  sandbox-operator         Meridian Software, the operator, as an administrator
  sandbox-support          the same, in the role support; sandbox-reader: in the role reader

  X-Api-Token                is, in ActivePlatform
  sandbox-manager            an administrator of the operator, reseller 1; all resellers are below it
  sandbox-manager-sales      a sales person there; -marketing, -owner and -inactive are the others
  sandbox-manager-northwind  an administrator of Northwind Telecom, reseller 2; -lakeside: of Lakeside Bank, 3
  sandbox-manager-retail     a sales person of Northwind Retail, 5, below Northwind Telecom

  SignalMind's API key     belongs to
  sandbox-reseller         Skyline Mobile, Premium and Basic accounts
  sandbox-reseller-basic   Corner Sites, Basic accounts only

Try it:

curl --request POST \
  --url {url}/api/v1/partners/accounts \
  --header 'Authorization: Bearer sandbox-partner' \
  --header 'Content-Type: application/json' \
  --data '
{{
  "customer_account_uid": "aabee51b-0be2-4a0c-aa39-5bbcbb903d1b",
  "account_type": "I",
  "domain": "b5test.com"
}}
'

curl --url {url}/api/v1/partners/accounts/aabee51b-0be2-4a0c-aa39-5bbcbb903d1b \
  --header 'Authorization: Bearer sandbox-partner'

curl --request PATCH \
  --url {url}/api/v1/partners/accounts/aabee51b-0be2-4a0c-aa39-5bbcbb903d1b \
  --header 'Authorization: Bearer sandbox-partner' \
  --header 'Content-Type: application/json' \
  --data '{{"ends_at": "2050-02-05T13:00:00-05:00"}}'

API documents, to read and to try: {url}/docs
The customer's link: {url}/partnership/redeem?t={{account_type}}&c={{activation_token}}
Ctrl-C ends it.
)",
        fmt::arg("url", base_url(facts.address, facts.port, facts.is_secure)),
        fmt::arg("everywhere", is_any_address(facts.address) ? "\n(and on every other address of this machine)" : ""),
        fmt::arg("database", facts.database_path), fmt::arg("clocks", describe_clocks(facts.clocks)));
}

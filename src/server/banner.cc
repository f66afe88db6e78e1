#include "server/banner.h"

#include <fmt/format.h>

std::string base_url(const std::string& address, std::uint16_t port) {
    const bool is_six = address.find(':') != std::string::npos;
    return is_six ? fmt::format("http://[{}]:{}", address, port) : fmt::format("http://{}:{}", address, port);
}

std::string sandbox_banner(const std::string& address, std::uint16_t port, const std::string& database_path) {
    return fmt::format(R"(
partnerd sandbox, listening on {url}
database {database}, kept between runs (delete the file to begin again)

  bearer token             belongs to
  sandbox-partner          Northwind Telecom, promotions in b5test.com, b5test.ca, b5test.eu
  sandbox-partner-b        Lakeside Bank, the same promotions
  sandbox-partner-nopromo  Harbour Insurance, no promotion
  sandbox-operator         Meridian Software, the operator

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
The customer's link: https://start.{{domain}}/partnership/redeem?t={{account_type}}&c={{activation_token}}
Ctrl-C ends it.
)",
                       fmt::arg("url", base_url(address, port)), fmt::arg("database", database_path));
}

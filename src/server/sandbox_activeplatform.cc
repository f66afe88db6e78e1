// The world of ActivePlatform's own example, so that its request works as printed.

#include <stdexcept>

#include "engine/catalogue/catalogue.h"
#include "engine/customers/edit_managers.h"
#include "engine/customers/keep_catalogue.h"
#include "server/sandbox.h"

namespace {

template <class T>
void require(const Result<T>& result) {
    if (!result.ok()) throw std::logic_error("seeding the sandbox: " + result.error().detail);
}

Instant at(std::string_view stamp) { return parse_rfc3339(stamp).value(); }

void seed_types(db::Tx& tx, World& world) {
    require(add_account_type(tx, world,
                             {
                                 .reseller_id = 1,
                                 .id = 1,
                                 .key = "personalblr",
                                 .name = "Personal BLR",
                                 .kind = AccountType::individual,
                                 .name_pattern = "%first_name %middle_name %last_name",
                                 .default_payment_method_id = 2,
                                 .created_at = at("2016-08-25T09:26:12.658+03:00"),
                                 .updated_at = at("2019-10-02T03:30:11.716+03:00"),
                             }));
    require(add_account_type(tx, world,
                             {
                                 .reseller_id = 1,
                                 .id = 2,
                                 .key = "business",
                                 .name = "Business",
                                 .kind = AccountType::family,
                                 .name_pattern = "%primary_name",
                                 .primary_name = "Company name",
                                 .default_payment_method_id = 2,
                                 .created_at = at("2016-08-25T09:26:12.658+03:00"),
                             }));
}

void seed_classes(db::Tx& tx, World& world) {
    require(add_account_class(tx, world,
                              {
                                  .reseller_id = 1,
                                  .id = 2121,
                                  .key = "postpaytest",
                                  .name = "POSTPAY",
                                  .color = "grey",
                                  .payment_model = PaymentModel::postpay,
                                  .subzero_period_days = 1,
                                  .subscription_credit_limit = Decimal(10000),
                                  .due_order_period_days = 15,
                                  .due_payment_period_days = 3,
                                  .guaranteed_payment_limit = 1000,
                                  .guaranteed_payment_period_days = 7,
                                  .created_at = at("2019-12-20T08:52:04.909+03:00"),
                                  .updated_at = at("2019-12-20T08:59:36.544+03:00"),
                              }));
    require(add_account_class(tx, world,
                              {
                                  .reseller_id = 1,
                                  .id = 2122,
                                  .key = "prepay",
                                  .name = "PREPAY",
                                  .color = "green",
                                  .payment_model = PaymentModel::prepay,
                                  .financial_blocking_threshold = Decimal(200),
                                  .subzero_period_days = 3,
                                  .buy_with_negative_balance = true,
                                  .due_order_period_days = 15,
                                  .created_at = at("2019-12-20T08:52:04.909+03:00"),
                              }));
}

void seed_attributes(db::Tx& tx, World& world) {
    require(add_attribute(tx, world,
                          {
                              .reseller_id = 1,
                              .id = 1,
                              .key = "signer_name",
                              .name = "Signer",
                              .account_type_ids = {1},
                          }));
    require(add_attribute(tx, world,
                          {
                              .reseller_id = 1,
                              .id = 2,
                              .key = "inn",
                              .name = "Taxpayer number",
                              .format = "[0-9]{9,12}",
                              .account_type_ids = {2},
                          }));
    require(add_attribute(tx, world,
                          {
                              .reseller_id = 1,
                              .id = 3,
                              .subject = AttributeSubject::manager,
                              .key = "manager",
                              .name = "Manager",
                          }));
}

struct SeededManager {
    std::int64_t reseller_id;
    std::int64_t id;
    const char* name;
    const char* email;
    ManagerRole role;
    ManagerStatus status;
    const char* secret;
};

constexpr SeededManager managers[] = {
    {1, 1, "Meridian Operator", "operator@example.com", ManagerRole::administrator, ManagerStatus::active,
     "sandbox-manager"},
    {1, 189, "Timur K", "timur@example.com", ManagerRole::marketing, ManagerStatus::active,
     "sandbox-manager-marketing"},
    {1, 190, "Olga P", "olga@example.com", ManagerRole::product_owner, ManagerStatus::active, "sandbox-manager-owner"},
    {1, 191, "Pavel S", "pavel@example.com", ManagerRole::sales, ManagerStatus::inactive, "sandbox-manager-inactive"},
    {2, 201, "Nora W", "nora@example.com", ManagerRole::administrator, ManagerStatus::active,
     "sandbox-manager-northwind"},
    {3, 301, "Lars B", "lars@example.com", ManagerRole::administrator, ManagerStatus::active,
     "sandbox-manager-lakeside"},
    {5, 501, "Ria T", "ria@example.com", ManagerRole::sales, ManagerStatus::active, "sandbox-manager-retail"},
};

void seed_managers(db::Tx& tx, World& world) {
    require(add_manager(tx, world,
                        {
                            .reseller_id = 1,
                            .id = 188,
                            .name = "Alena R",
                            .email = "alena87@example.com",
                            .role = ManagerRole::sales,
                            .created_at = at("2017-10-12T15:27:56.354+03:00"),
                            .updated_at = at("2020-08-07T05:32:53.522+03:00"),
                        }));
    require(issue_manager_token(tx, world, 1, 188, "sandbox-manager-sales"));
    for (const SeededManager& seeded : managers) {
        require(add_manager(tx, world,
                            {
                                .reseller_id = seeded.reseller_id,
                                .id = seeded.id,
                                .name = seeded.name,
                                .email = seeded.email,
                                .role = seeded.role,
                                .status = seeded.status,
                            }));
        require(issue_manager_token(tx, world, seeded.reseller_id, seeded.id, seeded.secret));
    }
}

}  // namespace

void seed_activeplatform(db::Tx& tx, World& world) {
    require(change_reseller_settings(tx, world, 1, {{setting::default_domain, "b5test.com"}}));
    seed_types(tx, world);
    seed_classes(tx, world);
    seed_attributes(tx, world);
    seed_managers(tx, world);
}

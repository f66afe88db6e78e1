// How managers, account types and account classes are shown: as resources of their own, and nested in accounts.

#pragma once

#include <chrono>

#include "dialect/activeplatform/resource.h"
#include "engine/catalogue/catalogue.h"
#include "model/catalogue.h"
#include "model/manager.h"
#include "model/user.h"

namespace activeplatform {

// A noun, and what is needed to show it.
struct ShownManager {
    const Manager& manager;
    const Catalogue& catalogue;
    const Caller& caller;
};

struct ShownType {
    const CatalogueType& type;
    const Catalogue& catalogue;
};

struct ShownClass {
    const AccountClass& account_class;
    const Catalogue& catalogue;
};

struct ShownUser {
    const User& user;
    const Catalogue& catalogue;
};

void write_stamp(::json::JsonWriter&, Instant, const Catalogue&);  // with the platform's offset

void write_nested(::json::JsonWriter&, const ShownManager&);
void write_nested(::json::JsonWriter&, const ShownType&);
void write_nested(::json::JsonWriter&, const ShownClass&);
void write_nested(::json::JsonWriter&, const ShownUser&);

void write_resource(::json::JsonWriter&, const ShownManager&, const Fields&);
void write_resource(::json::JsonWriter&, const ShownType&, const Fields&);
void write_resource(::json::JsonWriter&, const ShownClass&, const Fields&);

constexpr std::string_view managers_type = "managers";
constexpr std::string_view account_types_type = "account_types";
constexpr std::string_view account_classes_type = "account_classes";

// The names of a type's attributes, for sparse fieldsets.
const std::vector<std::string_view>& manager_fields();
const std::vector<std::string_view>& account_type_fields();
const std::vector<std::string_view>& account_class_fields();

}  // namespace activeplatform

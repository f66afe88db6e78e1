// What a request says of an account's profile, and the rules for it, the same when an account is opened and when it is
// changed. All faults are collected; nothing is written here.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "engine/access/enter_reseller.h"
#include "engine/field_errors.h"
#include "model/profile.h"
#include "model/user.h"

// The profile's texts that callers give. The domain's names of fields are the document's.
struct TextField {
    std::string_view name;
    std::string Profile::*member;
    bool is_required;
};

inline constexpr std::array<TextField, 13> text_fields = {{
    {"primary_name", &Profile::primary_name, false},
    {"first_name", &Profile::first_name, true},
    {"middle_name", &Profile::middle_name, false},
    {"last_name", &Profile::last_name, true},
    {"email", &Profile::email, true},
    {"country", &Profile::country, true},
    {"region", &Profile::region, true},
    {"city", &Profile::city, true},
    {"street", &Profile::street, true},
    {"building", &Profile::building, false},
    {"office", &Profile::office, false},
    {"zip", &Profile::zip, true},
    {"phone", &Profile::phone, true},
}};

// Of a new user, to whom the account is to belong.
struct NewUserField {
    std::string_view name;
    std::string User::*member;
    bool is_required;
};

inline constexpr std::array<NewUserField, 4> new_owner_fields = {{
    {"new_owner_first_name", &User::first_name, true},
    {"new_owner_middle_name", &User::middle_name, false},
    {"new_owner_last_name", &User::last_name, true},
    {"new_owner_email", &User::email, true},
}};

// A member that may be left out, or be given as nothing.
template <class T>
struct Given {
    bool is_given = false;
    std::optional<T> value = {};
};

// Absent: the request does not say.
struct CustomerFields {
    std::array<std::optional<std::string>, text_fields.size()> texts;  // as text_fields
    std::optional<std::int64_t> account_type_id;
    std::optional<std::string> account_class_key;
    Given<std::int64_t> manager_id;
    AttributeValues attributes;
    std::vector<FieldError> unreadable;  // what the dialect could not read: told together with the rest
};

// What the profile's type and class are once the request has been applied; null: refused, and noted.
struct Chosen {
    const CatalogueType* type = nullptr;
    const AccountClass* account_class = nullptr;
};

// Brings into the profile what the request says. Before: the profile as it was; absent: the account is being opened, so
// what is required must be there, and attributes get their default values. Rules by field:
//   texts              required, too_long, bad_characters
//   email, phone       bad_format
//   country            unknown; not_allowed (the reseller limits them)
//   primary_name       required (by the type's pattern); special_characters, abbreviation, top_level_domain (by
//   setting) account_type_id, account_class_key   required, unknown manager_id         not_assignable (unknown, out of
//   reach, no sales person, or inactive: the same words) custom_attributes.KEY   unknown, duplicate, read_only,
//   required, too_long, bad_characters, bad_format, not_listed, taken
Chosen apply_fields(db::Tx&, const Scope&, const CustomerFields&, const Profile* before, Profile&, FieldErrors&);

// Whether what the profile has been given is there yet: a catalogue that is kept may be older than the transaction.
// Else whoever asks does it all again, with a catalogue of now.
bool are_there(db::Tx&, const Scope&, const Chosen&, const Profile&);

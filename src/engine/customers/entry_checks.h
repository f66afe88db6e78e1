// What managers and the entries of a catalogue have in common: ids, keys, ranges, and when they were made and changed.
// Called by edit_managers.cc and keep_catalogue.cc.

#pragma once

#include <cstdint>
#include <string_view>

#include "core/time.h"
#include "engine/field_errors.h"

void check_id(std::int64_t id, FieldErrors&);  // out_of_range: not within 1 .. 2^53 - 1

// 1 to 64 letters, digits, underscores, hyphens and periods. Rules: required, bad_characters.
void check_key(std::string_view field, std::string_view key, FieldErrors&);

// Rules: out_of_range.
void check_range(std::string_view field, std::int64_t value, std::int64_t least, std::int64_t greatest, FieldErrors&);

template <class Entry>
void stamp_new(Entry& entry, Instant now) {
    if (entry.created_at == Instant()) entry.created_at = now;
    if (entry.updated_at == Instant()) entry.updated_at = entry.created_at;
    entry.version = 1;
}

template <class Entry>
void stamp_changed(Entry& entry, const Entry& before, Instant now) {
    entry.created_at = before.created_at;
    entry.updated_at = now;
    entry.version = before.version + 1;
}

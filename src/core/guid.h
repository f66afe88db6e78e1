// GUIDs as texts: 128 bits in hexadecimal, with hyphens.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/crypto.h"

// "fa516117-9d6a-4eb0-b5c1-0ca80db618c4"
std::string format_guid(const Block&);

// In either case, with or without the hyphens; absent: anything else.
std::optional<Block> parse_guid(std::string_view text);

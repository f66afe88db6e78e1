// Replaces secrets in a text, however they are written there: as they are, percent- or form-encoded, in JSON or XML
// escapes, in base64 (also amid other bytes), in a folded header, as a message shows control characters, and any of
// these inside one another. Instead of writing each secret in every way, the text is read in every way, and what is
// found is traced back to the bytes that it came from. Pure functions; used by run/secrets.cc.

#pragma once

#include <set>
#include <string>
#include <string_view>

namespace workflow {

// Longest first, so that a secret that contains another is not left half masked.
struct LongestFirst {
    bool operator()(const std::string& a, const std::string& b) const {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    }
};
using SecretTexts = std::set<std::string, LongestFirst>;

inline constexpr std::string_view masked = "***";

// A secret of fewer than four bytes occurs everywhere, and is replaced only where no letter or digit stands beside it.
// So is what is left of one that a message cut ("…").
std::string mask_secrets(std::string_view text, const SecretTexts&);

}  // namespace workflow

// Passwords of customers, kept so that nobody can read them again: Argon2id, by libsodium. Slow on purpose (some 20 ms)
// and hungry (19 MiB): for threads of their own alone, see dialect/password_pool.h.

#pragma once

#include <string>
#include <string_view>

// "$argon2id$v=19$m=19456,t=2,p=1$...$...". The salt is what of `salted_with` makes one: two passwords that were salted
// with the same text have the same salt, and the same password then the same hash, so it must tell its uses apart.
// Throws std::bad_alloc when there is no memory for it.
std::string hash_password(std::string_view password, std::string_view salted_with);

bool is_password(std::string_view hash, std::string_view password);

// Overwrites what is not needed any more, and empties it.
void wipe(std::string&);

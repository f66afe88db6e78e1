// What a sandbox prints once it listens: where, with which credentials, and three commands that work when pasted.

#pragma once

#include <cstdint>
#include <string>

std::string sandbox_banner(const std::string& address, std::uint16_t port, const std::string& database_path);

// "http://127.0.0.1:8080", "http://[::1]:8080"
std::string base_url(const std::string& address, std::uint16_t port);

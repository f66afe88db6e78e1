// What a sandbox prints once it listens: where, with which credentials, and three commands that work when pasted.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/resellers/move_clock.h"

struct BannerFacts {
    std::string address;
    std::uint16_t port = 0;
    std::string database_path;
    std::vector<TravelledClock> clocks;
    bool is_secure = false;
};

std::string sandbox_banner(const BannerFacts&);

// "35 days ahead", "2 hours behind, frozen"
std::string describe(const TravelledClock&);

// "http://127.0.0.1:8080", "https://[::1]:8080". Where the server listens on all addresses, one that this machine
// reaches.
std::string base_url(const std::string& address, std::uint16_t port, bool is_secure = false);

// All of it in one piece: what others write at the same time stands before it or behind it.
void write_in_one_piece(int descriptor, const std::string& text);

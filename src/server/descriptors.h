// How many files and connections this process may have open: as many as it is allowed, and no more connections than
// fit.

#pragma once

#include <cstddef>

// Raises the soft limit to the hard one; how many descriptors there may be then.
std::size_t raise_descriptor_limit();

// Of so many descriptors, what is left for connections (and for those that are only told that there are too many)
// beside the database's files, of which each thread may need some. At least 16.
std::size_t fit_connections(std::size_t wanted, std::size_t descriptors, unsigned threads);

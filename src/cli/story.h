// An account's events as a person reads them: when, what, by whom, why.

#pragma once

#include <boost/json/array.hpp>

#include "cli/output.h"

namespace cli {

// For Output::list_more: the members of the columns below are sentences made of the events'.
extern const std::vector<Column> event_columns;  // of any events
extern const std::vector<Column> story_columns;  // of one account's
json::array readable_events(const json::array& events);

}  // namespace cli

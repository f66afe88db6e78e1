// Inside this folder, json is Boost.JSON.

#pragma once

#include <boost/json/value.hpp>

namespace workflow {
namespace json = boost::json;
}

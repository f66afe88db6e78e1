// A reseller, as the operator API shows it: see resellers.cc.

#pragma once

#include "json/writer.h"
#include "model/reseller.h"

namespace admin {

void write_reseller(::json::JsonWriter&, const Reseller&);

}  // namespace admin

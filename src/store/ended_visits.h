// Visits that their customers have left: stamps that count no more, kept as long as they would have counted.

#pragma once

#include "store/opened_links.h"

namespace store {

using EndedVisit = OpenedLink;

void put_ended_visit(db::Tx&, const EndedVisit&);
bool is_ended_visit(db::Tx&, const EndedVisit&);
void delete_ended_visits(db::Tx&, std::int64_t reseller_id, Instant issued_before);

}  // namespace store

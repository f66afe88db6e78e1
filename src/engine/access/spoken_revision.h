// In which revision of the Partnership API the holder of a credential spoke last: in that one it is answered where
// nothing else says. Kept by service/identity_cache.h, which knows it at once; this is what outlives the server.

#pragma once

#include <optional>

#include "core/revision.h"
#include "db/database.h"
#include "model/credential.h"

std::optional<Revision> find_spoken_revision(db::Tx&, const Credential&);
void note_spoken_revision(db::Tx&, const Credential&, Revision);

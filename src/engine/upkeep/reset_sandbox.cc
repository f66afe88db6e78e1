#include "engine/upkeep/reset_sandbox.h"

#include "store/clear.h"

void reset_sandbox(db::Tx& tx, World& world, const std::function<void(db::Tx&, World&)>& seed) {
    store::delete_everything(tx);
    seed(tx, world);
}

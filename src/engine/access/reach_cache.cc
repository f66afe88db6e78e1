#include "engine/access/reach_cache.h"

#include "store/resellers.h"

std::shared_ptr<const ResellerTree> ReachCache::find(db::Tx& tx, std::int64_t reseller_id) {
    const std::int64_t version = store::reseller_tree_version(tx);
    {
        const std::lock_guard lock(mutex_);
        const auto known = trees_.find(reseller_id);
        if (known != trees_.end() && known->second.version == version) return known->second.tree;
    }
    auto tree = std::make_shared<const ResellerTree>(store::list_reseller_tree(tx, reseller_id));
    const std::lock_guard lock(mutex_);
    if (trees_.size() >= trees_max) trees_.clear();
    trees_[reseller_id] = {version, tree};
    return tree;
}

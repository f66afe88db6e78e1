#include "jsonpath/query.h"

#include "jsonpath/evaluate.h"
#include "jsonpath/parse.h"

namespace jsonpath {
namespace {

using boost::json::value;

class Nodes final : public Sink {
public:
    bool take(const value& node, const Link*) override {
        nodes.push_back(&node);
        return true;
    }
    Nodelist nodes;
};

class LocatedNodes final : public Sink {
public:
    bool take(const value& node, const Link* link) override {
        nodes.push_back({&node, render_normalized_path(link)});
        path_bytes += nodes.back().path.size();
        return path_bytes <= path_bytes_max;
    }
    std::vector<LocatedNode> nodes;
    std::size_t path_bytes = 0;
};

}  // namespace

Result<Query> Query::compile(std::string_view text) {
    auto path = TRY(parse(text));
    return Query(std::make_shared<const QueryTree>(QueryTree{std::string(text), std::move(path)}));
}

Result<Nodelist> Query::select(const value& document, std::uint64_t steps_max) const {
    Nodes found;
    TRY(evaluate(tree_->path, document, steps_max, false, found));
    return std::move(found.nodes);
}

Result<std::vector<LocatedNode>> Query::select_located(const value& document, std::uint64_t steps_max) const {
    LocatedNodes found;
    TRY(evaluate(tree_->path, document, steps_max, true, found));
    if (found.path_bytes > path_bytes_max)
        return Error{Reason::limit_exceeded, "The JSONPath selects too many nodes to name."};
    return std::move(found.nodes);
}

Result<bool> Query::selects_any(const value& document, std::uint64_t steps_max) const {
    FirstNode first;
    TRY(evaluate(tree_->path, document, steps_max, false, first));
    return first.found;
}

bool Query::is_singular() const { return tree_->path.is_singular; }

const std::string& Query::text() const { return tree_->text; }

}  // namespace jsonpath

#include "workflow/document/library.h"

#include <algorithm>
#include <set>

#include "uri/uri.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {

namespace {

constexpr std::size_t documents_max = 64;

// "1.0.1" -> 0; nullopt: not a version that this reads.
std::optional<int> minor_version(std::string_view version) {
    auto starts = [&](std::string_view prefix) {
        return version.starts_with(prefix) && version.size() > prefix.size() && version[prefix.size()] >= '0' &&
               version[prefix.size()] <= '9';
    };
    if (starts("1.0.")) return 0;
    if (starts("1.1.")) return 1;
    return std::nullopt;
}

// $self decides against what relative references resolve (1.1.0 "Establishing the Base URI").
void read_version_and_self(Document& document, Diagnostics& diagnostics) {
    const auto& root = document.tree.root();
    document.base = document.url;
    const auto* object = root.if_object();
    if (!object) return;
    const auto* version = object->if_contains("arazzo");
    if (!version || !version->is_string()) {
        std::string fix = "write \"arazzo: 1.0.1\" at the top";
        if (object->contains("openapi")) fix = "this is an OpenAPI document: give the Arazzo file that uses it";
        diagnostics.error(version ? *version : root,
                          "this is no Arazzo document: \"arazzo\", the version of the specification, is missing", fix);
    } else if (auto minor = minor_version(version->get_string())) {
        document.minor = *minor;
    } else {
        diagnostics.error(*version,
                          "the version " + shorten(std::string_view(version->get_string()), 20) + " is not known",
                          "write 1.0.1 or 1.1.0");
    }
    const auto* self = object->if_contains("$self");
    if (!self || document.minor < 1) return;
    if (!self->is_string() || self->get_string().find('#') != json::string::npos) {
        diagnostics.error(*self, "$self is a URI without a fragment", "remove what follows '#'");
        return;
    }
    document.self = uri::resolve(document.url, std::string_view(self->get_string()));
    document.base = document.self;
}

}  // namespace

Library::Library(const std::string& url, Loader& loader, LibraryOptions options)
    : loader_(&loader), options_(std::move(options)) {
    entry_ = read(url, url, "");
    if (entry_) name_sources(*entry_, "", 0);
    for (std::size_t i = 0; i < documents_.size(); ++i) {
        compile_inputs(*documents_[i], *diagnostics_[i]);
        link_document(*documents_[i], *diagnostics_[i]);
    }
    // The loader may end now. Whatever still needs a file is refused, not served from what is gone.
    for (auto& [location, api] : apis_) api->seal();
    loader_ = nullptr;
}

Library::~Library() = default;

Result<Tree> Library::read_tree_of(const std::string& url, const std::string& referrer) {
    if (auto found = trees_.find(url); found != trees_.end()) return found->second;
    auto load = [&]() -> Result<Tree> {
        if (!loader_) return Error{Reason::not_found, "nothing is read any more once the document has been opened"};
        // A document from the network has no business on this machine's disk.
        if (is_http_url(referrer) && !is_http_url(url))
            return Error{Reason::forbidden, "a document from the network may refer only to the network"};
        auto text = loader_->read(url);
        if (!text.ok()) return std::move(text).error();
        auto tree = read_tree(text.value(), url, options_.limits);
        if (auto* read = std::get_if<Tree>(&tree)) return std::move(*read);
        const auto& error = std::get<TreeError>(tree);
        return Error{Reason::malformed, "line " + std::to_string(error.position.line) + ", column " +
                                            std::to_string(error.position.column) + ": " + error.message};
    };
    return trees_.emplace(url, load()).first->second;
}

// Breadth does not matter, depth does: documents may refer to one another in a circle.
void Library::name_sources(const Document& of, const std::string& prefix, int depth) {
    constexpr int depth_max = 8;
    constexpr std::size_t names_max = 64;
    if (depth > depth_max) return;
    for (auto& document : documents_) {
        if (document.get() != &of) continue;
        for (auto& source : document->sources) {
            if (source.names.size() >= names_max) return;
            source.names.push_back(prefix + source.name);
            if (source.document) name_sources(*source.document, prefix + source.name + ".", depth + 1);
        }
    }
}

Document* Library::read(const std::string& url, const std::string& referrer, const std::string& prefix) {
    for (const auto& document : documents_)
        if (document->url == url || (!document->self.empty() && document->self == url)) return document.get();
    bool is_entry = documents_.empty();
    std::optional<Tree> tree;
    if (is_entry) {
        auto text = loader_->read(url);
        if (!text.ok()) {
            problems_.push_back({Severity::error, display_name(url), {}, text.error().detail, "check the path"});
            return nullptr;
        }
        auto parsed = read_tree(text.value(), url, options_.limits);
        if (const auto* error = std::get_if<TreeError>(&parsed)) {
            problems_.push_back(
                {Severity::error, display_name(url), error->position, error->message, "correct the syntax"});
            return nullptr;
        }
        tree = std::get<Tree>(std::move(parsed));
    } else {
        auto read = read_tree_of(url, referrer);
        if (!read.ok() || documents_.size() >= documents_max) return nullptr;
        tree = std::move(read).value();
    }

    documents_.push_back(std::make_unique<Document>(Document{.url = url, .file = display_name(url), .tree = *tree}));
    diagnostics_.push_back(std::make_unique<Diagnostics>(display_name(url), *tree, problems_));
    Document& document = *documents_.back();
    Diagnostics& diagnostics = *diagnostics_.back();
    read_version_and_self(document, diagnostics);
    read_sources(document, diagnostics, prefix);
    read_document(document, diagnostics);
    return &document;
}

void Library::read_sources(Document& document, Diagnostics& diagnostics, const std::string& prefix) {
    const auto* object = document.tree.root().if_object();
    if (!object) return;
    const auto* list = object->if_contains("sourceDescriptions");
    if (!list || !list->is_array() || list->get_array().empty()) {
        diagnostics.error(list ? *list : document.tree.root(),
                          "an Arazzo document needs \"sourceDescriptions\", a list with at least one source",
                          "add \"sourceDescriptions: [{name: api, url: ./openapi.yaml, type: openapi}]\"");
        return;
    }
    constexpr std::size_t sources_max = 200;
    if (list->get_array().size() > sources_max)
        return diagnostics.error(*list, "an Arazzo document has at most " + std::to_string(sources_max) + " sources",
                                 "split it into several documents");
    for (const auto& element : list->get_array()) {
        Source source;
        source.node = &element;
        read_source(document, source, diagnostics, prefix);
        if (!source.name.empty()) document.sources.push_back(std::move(source));
    }
}

void Library::read_source(Document& document, Source& source, Diagnostics& diagnostics, const std::string& prefix) {
    const auto* object = source.node->if_object();
    if (!object)
        return diagnostics.error(*source.node, "a source description must be an object",
                                 "write {name: api, url: ./openapi.yaml}");
    auto text = [&](std::string_view name) {
        const auto* value = object->if_contains({name.data(), name.size()});
        const auto* string = value ? value->if_string() : nullptr;
        if (!string || string->empty()) {
            diagnostics.error(value ? *value : *source.node,
                              "a source description needs \"" + std::string(name) + "\", a string",
                              name == "name" ? "add \"name: api\"" : "add \"url: ./openapi.yaml\"");
            return std::string();
        }
        return std::string(*string);
    };
    for (const auto& member : *object) {
        std::string_view name = member.key();
        if (name != "name" && name != "url" && name != "type" && !name.starts_with("x-"))
            diagnostics.error_at_name(member.value(), "a source description has no field \"" + shorten(name, 60) + "\"",
                                      "remove it, or start its name with x-");
    }
    source.name = text("name");
    source.url = text("url");
    if (source.name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") !=
        std::string::npos)
        diagnostics.error(object->at("name"), "a source's name may hold only letters, digits, '-' and '_'",
                          "rename it");
    if (document.find_source(source.name)) {
        diagnostics.error(object->at("name"), "another source has the name \"" + source.name + "\" already",
                          "give each its own");
        source.name.clear();
    }
    const auto* type = object->if_contains("type");
    auto type_text = type && type->is_string() ? std::string_view(type->get_string()) : std::string_view();
    if (type_text == "arazzo")
        source.kind = Source::Kind::arazzo;
    else if (type_text == "asyncapi" && document.minor >= 1)
        source.kind = Source::Kind::asyncapi;
    else if (type && type_text != "openapi")
        diagnostics.error(*type,
                          document.minor >= 1 ? "the type of a source is openapi, arazzo or asyncapi"
                                              : "the type of a source is openapi or arazzo",
                          "write one of them");
    if (source.url.empty() || source.name.empty()) return;

    std::string reference = source.url;
    source.location = uri::resolve(document.base, reference);
    bool overridden = options_.source_urls.contains(prefix + source.name);
    if (overridden) source.location = options_.source_urls.at(prefix + source.name);
    if (!options_.reads_sources) return;
    if (source.kind == Source::Kind::asyncapi) {
        source.why_not = "AsyncAPI descriptions are not supported";
        return;
    }

    std::string location(without_fragment(source.location));
    const std::string referrer = overridden ? location : document.url;
    auto tree = read_tree_of(location, referrer);
    // $self gives a document its identity, not its place: what stands beside it on the disk is what it means.
    bool is_relative = !uri::split(reference).scheme;
    if (!tree.ok() && !overridden && is_relative && document.base != document.url) {
        auto beside = std::string(without_fragment(uri::resolve(document.url, reference)));
        auto local = read_tree_of(beside, document.url);
        if (local.ok()) tree = local, location = beside;
    }
    if (!tree.ok()) {
        source.why_not = tree.error().detail;
        diagnostics.error(
            object->at("url"),
            "the source \"" + source.name + "\" (" + display_name(location) + ") cannot be read: " + source.why_not,
            "correct the url, or say where it is with --source " + prefix + source.name + "=FILE");
        return;
    }
    const auto* root = tree.value().root().if_object();
    if (!type && root && root->contains("arazzo")) source.kind = Source::Kind::arazzo;

    if (source.kind == Source::Kind::arazzo) {
        source.document = read(location, referrer, prefix + source.name + ".");
        if (!source.document) source.why_not = "too many documents refer to one another";
        return;
    }
    auto& api = apis_[location];
    if (!api) {
        auto made = OpenApi::read(location, tree.value(),
                                  [this, location](const std::string& url) { return read_tree_of(url, location); });
        if (!made.ok()) {
            source.why_not = made.error().detail;
            apis_.erase(location);
            diagnostics.error(
                object->at("url"),
                "the source \"" + source.name + "\" (" + display_name(location) + ") cannot be used: " + source.why_not,
                "correct the url or the type");
            return;
        }
        api = std::move(made).value();
    }
    source.api = api;
}

void Library::compile_inputs(Document& document, Diagnostics& diagnostics) {
    auto resolver = [&](std::string_view uri) -> const json::value* {
        auto found = trees_.find(std::string(uri));
        if (found == trees_.end()) {
            (void)read_tree_of(std::string(uri), document.url).ok();
            found = trees_.find(std::string(uri));
        }
        return found->second.ok() ? &found->second.value().root() : nullptr;
    };
    for (auto& workflow : document.workflows) {
        if (!workflow->inputs) continue;
        jsonschema::Options options;
        options.schema_pointer = pointer_of(document.tree, *workflow->inputs);
        options.unsupported_patterns = jsonschema::UnsupportedPatterns::note;
        auto schema = jsonschema::Schema::compile(document.tree.root(), document.base, resolver, options);
        if (!schema.ok()) {
            workflow->obstacle = "its inputs are no JSON Schema: " + schema.error().detail;
            diagnostics.error(
                *workflow->inputs,
                "the inputs of the workflow \"" + workflow->id + "\" are no JSON Schema: " + schema.error().detail,
                "correct the schema");
            continue;
        }
        workflow->inputs_schema = std::move(schema).value();
        for (const auto& note : workflow->inputs_schema->notes()) diagnostics.warning(*workflow->inputs, note);
    }
}

std::vector<std::string> Library::obstacles(const Workflow& workflow) {
    std::vector<std::string> out;
    std::set<const Workflow*> seen;
    std::vector<const Workflow*> open{&workflow};
    auto follow = [&](const WorkflowLink& link) {
        if (link.workflow) open.push_back(link.workflow);
    };
    while (!open.empty()) {
        const Workflow& next = *open.back();
        open.pop_back();
        if (!seen.insert(&next).second) continue;
        if (!next.obstacle.empty()) out.push_back("workflow \"" + next.id + "\": " + next.obstacle);
        for (const auto& link : next.depends_on) follow(link);
        for (const auto& step : next.steps) {
            if (!step.obstacle.empty())
                out.push_back("step \"" + step.id + "\" of workflow \"" + next.id + "\": " + step.obstacle);
            follow(step.called);
            for (const auto* actions : {&step.on_success, &step.on_failure})
                for (const auto& action : *actions) {
                    // Without it, what it guards would be done.
                    for (const auto& criterion : action.criteria)
                        if (auto defect = criterion.defect(); !defect.empty())
                            out.push_back("action \"" + action.name + "\" of step \"" + step.id + "\" of workflow \"" +
                                          next.id + "\": its criterion \"" + shorten(criterion.text(), 80) +
                                          "\" cannot be read: " + defect);
                    if (!action.obstacle.empty())
                        out.push_back("action \"" + action.name + "\" of step \"" + step.id + "\" of workflow \"" +
                                      next.id + "\": " + action.obstacle);
                    if (action.workflow) follow(*action.workflow);
                }
        }
    }
    return out;
}

}  // namespace workflow

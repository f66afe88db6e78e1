#include "cli/workflow_inputs.h"

#include <algorithm>
#include <set>

#include "cli/workflow_library.h"
#include "workflow/text/text.h"

namespace json = workflow::json;

namespace {

constexpr int depth_max = 16;

// A schema with all that it refers to within its document: $ref, and each branch of allOf, anyOf and oneOf.
class SchemaReader {
public:
    explicit SchemaReader(const workflow::Workflow& workflow) : workflow_(workflow) {}

    // The schemas of the property; none: nobody names it.
    std::vector<const json::value*> find_property(const std::string& name) const {
        std::vector<const json::value*> out;
        visit(workflow_.inputs, 0, [&](const json::object& schema) {
            const auto* properties = schema.if_contains("properties");
            const auto* object = properties ? properties->if_object() : nullptr;
            if (const auto* property = object ? object->if_contains(name) : nullptr) out.push_back(property);
        });
        return out;
    }

    bool names_any_property() const {
        bool out = false;
        visit(workflow_.inputs, 0, [&](const json::object& schema) { out |= schema.contains("properties"); });
        return out;
    }

    std::set<std::string> types_of(const std::vector<const json::value*>& schemas) const {
        std::set<std::string> out;
        for (const auto* schema : schemas)
            visit(schema, 0, [&](const json::object& object) {
                const auto* type = object.if_contains("type");
                if (type && type->is_string()) out.emplace(type->get_string());
                if (type && type->is_array())
                    for (const auto& one : type->get_array())
                        if (one.is_string()) out.emplace(one.get_string());
            });
        return out;
    }

private:
    template <class Visit>
    void visit(const json::value* schema, int depth, const Visit& visitor) const {
        const auto* object = schema ? schema->if_object() : nullptr;
        if (!object || depth > depth_max) return;
        visitor(*object);
        if (const auto* reference = object->if_contains("$ref")) visit(follow(*reference), depth + 1, visitor);
        for (const char* word : {"allOf", "anyOf", "oneOf"}) {
            const auto* branches = object->if_contains(word);
            if (!branches || !branches->is_array()) continue;
            for (const auto& branch : branches->get_array()) visit(&branch, depth + 1, visitor);
        }
    }

    const json::value* follow(const json::value& reference) const {
        const auto* text = reference.if_string();
        if (!text || !text->starts_with("#")) return nullptr;
        const auto pointer = workflow::parse_pointer(workflow::percent_decode(std::string_view(*text).substr(1)));
        return pointer ? workflow::follow_pointer(workflow_.document->tree.root(), *pointer) : nullptr;
    }

    const workflow::Workflow& workflow_;
};

// A text, where the schema allows one (or says nothing); otherwise JSON. The schema says what is wrong with the rest.
json::value typed(const std::string& text, const std::set<std::string>& types) {
    if (types.empty() || types.contains("string")) return json::value(text);
    auto value = workflow::parse_json(text);
    return value ? *value : json::value(text);
}

bool knows(const workflow::Workflow& workflow, const std::string& name) {
    const SchemaReader schema(workflow);
    return !schema.names_any_property() || !schema.find_property(name).empty();
}

}  // namespace

WorkflowInputs::Input WorkflowInputs::split_name(std::string name,
                                                 const std::vector<const workflow::Workflow*>& workflows) {
    for (const auto* workflow : workflows)
        if (name.size() > workflow->id.size() + 1 && name.starts_with(workflow->id + "."))
            return {workflow->id, name.substr(workflow->id.size() + 1), {}, true};
    return {"", std::move(name), {}, true};
}

Result<WorkflowInputs> WorkflowInputs::read(const WorkflowOptions& options, const Environment& environment,
                                            const std::vector<const workflow::Workflow*>& workflows) {
    WorkflowInputs out;
    if (!options.inputs_json.empty()) {
        const auto text = TRY(text_or_file(options.inputs_json));
        const auto value = workflow::parse_json(text);
        if (!value || !value->is_object())
            return Error{Reason::malformed, "--inputs wants a JSON object, or @FILE with one"};
        for (const auto& member : value->get_object()) out.inputs_.push_back({"", member.key(), member.value(), false});
    }
    const auto add = [&](const std::string& text, const char* option, bool is_variable) -> Result<void> {
        const auto equal = text.find('=');
        if (equal == std::string::npos || equal == 0)
            return Error{Reason::malformed, std::string(option) + " wants NAME=VALUE, and \"" +
                                                workflow::shorten(text.substr(0, 60), 60) + "\" is none"};
        auto input = split_name(text.substr(0, equal), workflows);
        std::string value = text.substr(equal + 1);
        if (is_variable) {
            const auto found = environment.find(value);
            if (!found)
                return Error{Reason::not_found, std::string(option) + " " + input.name + ": the environment variable " +
                                                    value + " is not set"};
            value = *found;
            out.secrets_.push_back(value);
        }
        input.value = json::value(value);
        out.inputs_.push_back(std::move(input));
        return {};
    };
    for (const auto& text : options.inputs) TRY(add(text, "--input", false));
    for (const auto& text : options.input_variables) TRY(add(text, "--input-env", true));
    return out;
}

json::object WorkflowInputs::of(const workflow::Workflow& workflow, bool is_alone) const {
    json::object out;
    const SchemaReader schema(workflow);
    for (const bool by_name : {false, true})  // what is for this workflow alone counts more
        for (const auto& input : inputs_) {
            if (input.workflow.empty() == by_name || (by_name && input.workflow != workflow.id)) continue;
            if (!by_name && !is_alone && !knows(workflow, input.name)) continue;
            out[input.name] = input.is_text ? typed(std::string(input.value.get_string()),
                                                    schema.types_of(schema.find_property(input.name)))
                                            : input.value;
        }
    return out;
}

std::vector<std::string> WorkflowInputs::unknown_to(const std::vector<const workflow::Workflow*>& workflows) const {
    std::vector<std::string> out;
    for (const auto& input : inputs_)
        if (std::ranges::none_of(workflows, [&](const auto* workflow) {
                return (input.workflow.empty() || input.workflow == workflow->id) && knows(*workflow, input.name);
            }))
            out.push_back(input.name);
    return out;
}

std::vector<std::string> complete_inputs(const workflow::Workflow& workflow, json::object& inputs) {
    std::vector<std::string> out;
    if (!workflow.inputs_schema) return out;
    json::value whole(inputs);
    (void)workflow.inputs_schema->apply_defaults(whole).ok();
    for (const auto& violation : workflow.inputs_schema->validate(whole, 5)) {
        const std::string where = violation.instance_pointer.empty() ? "" : violation.instance_pointer + ' ';
        out.push_back("the inputs are not valid: " + where + violation.message);
    }
    if (whole.is_object()) inputs = whole.as_object();
    return out;
}

#include "workflow/run/body.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "workflow/document/serialize.h"
#include "workflow/text/text.h"

namespace workflow {

namespace {

Error refusal(std::string detail) { return {Reason::invalid, std::move(detail)}; }

json::value* follow(json::value& from, const std::vector<std::string>& pointer, std::size_t count) {
    const auto* found = follow_pointer(from, {pointer.begin(), pointer.begin() + static_cast<std::ptrdiff_t>(count)});
    return const_cast<json::value*>(found);  // of a value that is ours to change
}

bool is_multipart(std::string_view type) { return to_lower_ascii(media_type_of(type)).starts_with("multipart/"); }
bool is_form(std::string_view type) {
    return equal_ignoring_ascii_case(media_type_of(type), "application/x-www-form-urlencoded");
}

class BodyBuilder {
public:
    BodyBuilder(const Body& body, const std::string& content_type, const Operation& operation, const Scope& scope,
                const Files* files, std::vector<std::string>& notes)
        : body_(body), type_(content_type), operation_(operation), scope_(scope), files_(files), notes_(notes) {}

    Result<EncodedBody> build() {
        json::value payload = TRY(evaluate_payload());
        if (!body_.replacements.empty()) payload = TRY(replace_all(std::move(payload)));
        if (is_json_media_type(type_)) return encode_json(std::move(payload));
        if (is_form(type_)) return encode_form(std::move(payload));
        if (is_multipart(type_)) return encode_multipart(std::move(payload));
        return encode_text(std::move(payload));
    }

private:
    Result<json::value> evaluate_payload() {
        if (!body_.payload) return json::value(json::object());
        Gaps gaps;
        auto value = body_.payload->evaluate(scope_, gaps);
        if (!gaps.cannot.empty()) return refusal("the payload cannot be made: " + gaps.cannot + " has no value");
        if (!value) return refusal("the payload " + shorten(to_text(body_.payload->written())) + " has no value");
        for (const auto& expression : gaps.left_out)
            notes_.push_back(expression + " has no value and was left out of the payload");
        return std::move(value).copy();
    }

    Result<json::value> replace_all(json::value payload) {
        bool as_xml = is_xml_media_type(type_);
        bool was_text = payload.is_string();
        std::optional<Xml> xml;
        if (as_xml) {
            auto parsed = Xml::parse(to_text(payload));
            if (const auto* why = std::get_if<std::string>(&parsed)) return refusal("the payload is " + *why);
            xml = std::get<Xml>(std::move(parsed));
        } else if (was_text) {
            auto parsed = parse_json(payload.get_string());
            if (!parsed) return refusal("the payload is no JSON, so that nothing in it can be replaced");
            payload = std::move(*parsed);
        }
        for (const auto& replacement : body_.replacements) TRY(replace(replacement, payload, xml));
        if (xml) return json::value(xml->text());
        return payload;
    }

    Result<void> replace(const Replacement& replacement, json::value& payload, std::optional<Xml>& xml) {
        std::string called = "the replacement of " + shorten(replacement.target_text, 60);
        Gaps gaps;
        auto evaluated = replacement.value.evaluate(scope_, gaps);
        if (!gaps.cannot.empty()) return refusal(called + " cannot be made: " + gaps.cannot + " has no value");
        if (!evaluated)
            return refusal(called + " cannot be made: " + to_text(replacement.value.written()) + " has no value");
        json::value value = std::move(evaluated).copy();
        auto type = replacement.selector_type.value_or(xml ? SelectorType::xpath : SelectorType::jsonpointer);
        if (type == SelectorType::xpath) {
            if (!replacement.xpath) return refusal(called + " was not understood as XPath");
            if (!xml) return refusal(called + ": an XPath leads into XML, and the payload is " + type_);
            if (value.is_structured()) return refusal(called + ": an object or array has no place in XML");
            if (auto why = replacement.xpath->replace(*xml, to_text(value))) return refusal(called + ": " + *why);
            return {};
        }
        if (xml) return refusal(called + ": its target leads into JSON, and the payload is XML");
        if (type == SelectorType::jsonpointer) {
            if (!replacement.pointer) return refusal(called + " was not understood as a JSON Pointer");
            if (!set_at_pointer(payload, *replacement.pointer, std::move(value)))
                return refusal(called + ": the payload has no such place");
            return {};
        }
        if (!replacement.jsonpath) return refusal(called + " was not understood as JSONPath");
        return replace_selected(*replacement.jsonpath, called, value, payload);
    }

    // A node inside another that is replaced goes with it.
    static Result<void> replace_selected(const jsonpath::Query& query, const std::string& called,
                                         const json::value& value, json::value& payload) {
        auto nodes = TRY(query.select_located(payload));
        if (nodes.empty()) return refusal(called + ": it selects nothing in the payload");
        auto is_inside = [](const std::string& path, const std::string& outer) {
            return path.size() > outer.size() && path.starts_with(outer);
        };
        std::vector<json::value*> targets;
        for (const auto& node : nodes) {
            bool inner =
                std::ranges::any_of(nodes, [&](const auto& other) { return is_inside(node.path, other.path); });
            if (!inner) targets.push_back(const_cast<json::value*>(node.value));
        }
        for (auto* target : targets) *target = value;
        return {};
    }

    // A string that the author wrote is a template of the body; one that an expression brought is a value.
    bool is_written_text(const json::value& payload) const {
        return payload.is_string() && (!body_.payload || !body_.payload->is_expression()) && body_.replacements.empty();
    }

    EncodedBody encode_json(json::value payload) {
        if (is_written_text(payload)) {
            std::string bytes(payload.get_string());
            auto value = parse_json(bytes);
            return {type_, std::move(bytes), value ? std::move(*value) : std::move(payload)};
        }
        auto bytes = to_json(payload);
        return {type_, std::move(bytes), std::move(payload)};
    }

    ApiNode encoding() const {
        const auto* media = operation_.find_body(type_);
        return media ? media->encoding : ApiNode{};
    }

    Result<EncodedBody> encode_form(json::value payload) {
        if (payload.is_string()) return EncodedBody{type_, std::string(payload.get_string()), payload};
        if (!payload.is_object())
            return refusal("a form is made of an object or written as a string, and the payload is neither");
        auto bytes = serialize_form(payload.get_object(), encoding());
        return EncodedBody{type_, std::move(bytes), std::move(payload)};
    }

    struct Part {
        std::string name, type, bytes;
        bool is_file = false;
        std::string file_name;
    };

    // As the author wrote what stands there in the payload; null: an expression or a replacement has put it there.
    const json::value* written_at(const std::vector<std::string>& pointer) const {
        if (!body_.payload || !body_.replacements.empty()) return nullptr;
        return follow_pointer(body_.payload->written(), pointer);
    }

    std::string encoding_type(const std::string& name) const {
        return encoding() ? encoding().child(name).text("contentType") : "";
    }

    ApiNode resolved(ApiNode node) const {
        if (!node) return node;
        auto out = operation_.api->resolve(node);
        return out.ok() ? out.value() : ApiNode{};
    }

    // How the operation describes a part: of a list, each of its elements.
    ApiNode part_schema(const std::string& name) const {
        const auto* media = operation_.find_body(type_);
        auto schema = media ? resolved(media->schema) : ApiNode{};
        auto property = resolved(schema.child("properties").child(name));
        return property.child("items") ? resolved(property.child("items")) : property;
    }

    static bool is_binary(const ApiNode& schema) {
        return schema.text("format") == "binary" || schema.child("contentMediaType") ||
               schema.text("contentEncoding") == "base64";
    }

    // A file where the text names one, and the description does not call the part a text.
    bool names_file(const json::value& value, const json::value* written, const ApiNode& schema) const {
        const auto* text = value.if_string();
        if (!files_ || !text) return false;
        const bool is_text = schema.child("type") && !is_binary(schema);
        return !is_text && files_->is_file(*text, written && *written == value);
    }

    Result<Part> make_part(const std::string& name, const json::value& value, const json::value* written) {
        const auto schema = part_schema(name);
        Part part{name, encoding_type(name), to_text(value), is_binary(schema), name};
        const auto declared = schema.text("contentMediaType");
        if (names_file(value, written, schema)) {
            auto file = TRY(files_->read(value.get_string(), scope_.document));
            part.bytes = std::move(file.bytes);
            part.file_name = std::move(file.name);
            part.is_file = true;
            part.type = file_type(file.type, declared, part.type, part.file_name);
            return part;
        }
        part.type = part.type.substr(0, part.type.find(','));
        if (part.type.empty() && part.is_file) part.type = declared.empty() ? "application/octet-stream" : declared;
        if (part.type.empty() && value.is_structured()) part.type = "application/json";
        return part;
    }

    // What the value says; or what the description says, where that is one type ("image/png, image/jpeg" and "image/*"
    // are none); or what the file's name says.
    static std::string file_type(const std::string& said, const std::string& declared, const std::string& encoding,
                                 const std::string& name) {
        if (!said.empty()) return said;
        for (const auto& type : {encoding, declared})
            if (!type.empty() && type.find_first_of(",*") == std::string::npos) return type;
        return media_type_of_name(name);
    }

    Result<EncodedBody> encode_multipart(json::value payload) {
        if (payload.is_string()) {
            if (type_.find("boundary=") == std::string::npos)
                return refusal("a multipart body written as a string needs its boundary in the contentType");
            return EncodedBody{type_, std::string(payload.get_string()), payload};
        }
        if (!payload.is_object()) return refusal("a multipart body is made of an object, and the payload is none");
        std::vector<Part> parts;
        for (const auto& member : payload.get_object()) {
            const auto* array = member.value().if_array();
            if (array && encoding_type(member.key()).empty())
                for (std::size_t i = 0; i < array->size(); ++i)
                    parts.push_back(
                        TRY(make_part(member.key(), (*array)[i], written_at({member.key(), std::to_string(i)}))));
            else if (!member.value().is_null())
                parts.push_back(TRY(make_part(member.key(), member.value(), written_at({member.key()}))));
        }
        auto boundary = find_boundary([&](const std::string& candidate) {
            for (const auto& part : parts)
                if (part.bytes.find(candidate) != std::string::npos) return false;
            return true;
        });
        auto quote = [](const std::string& text) {
            std::string out;
            for (char c : text) out += c == '"' ? "%22" : c == '\r' ? "%0D" : c == '\n' ? "%0A" : std::string(1, c);
            return "\"" + out + "\"";
        };
        std::string bytes;
        for (const auto& part : parts) {
            bytes += "--" + boundary + "\r\nContent-Disposition: form-data; name=" + quote(part.name);
            if (part.is_file) bytes += "; filename=" + quote(part.file_name);
            if (!part.type.empty()) bytes += "\r\nContent-Type: " + part.type;
            bytes += "\r\n\r\n" + part.bytes + "\r\n";
        }
        bytes += "--" + boundary + "--\r\n";
        return EncodedBody{std::string(media_type_of(type_)) + "; boundary=" + boundary, std::move(bytes),
                           std::move(payload)};
    }

    static std::string find_boundary(const std::function<bool(const std::string&)>& is_free) {
        for (unsigned number = 0;; ++number) {
            std::string candidate = "partnerd-part-" + std::to_string(number);
            if (is_free(candidate)) return candidate;
        }
    }

    Result<EncodedBody> encode_text(json::value payload) {
        const auto* media = operation_.find_body(type_);
        const bool is_text = to_lower_ascii(type_).starts_with("text/") || is_xml_media_type(type_);
        if (!is_text && names_file(payload, written_at({}), media ? resolved(media->schema) : ApiNode{})) {
            auto file = TRY(files_->read(payload.get_string(), scope_.document));
            return EncodedBody{type_, std::move(file.bytes), std::move(payload)};
        }
        if (payload.is_structured()) {
            if (is_xml_media_type(type_))
                return refusal("an object cannot be written as " + type_ + "; write the payload as a string");
            auto bytes = to_json(payload);  // an author who says neither knows best
            return EncodedBody{type_, std::move(bytes), std::move(payload)};
        }
        auto bytes = to_text(payload);
        return EncodedBody{type_, bytes, json::value(bytes)};
    }

    const Body& body_;
    const std::string& type_;
    const Operation& operation_;
    const Scope& scope_;
    const Files* files_;
    std::vector<std::string>& notes_;
};

}  // namespace

bool set_at_pointer(json::value& in, const std::vector<std::string>& pointer, json::value value) {
    if (pointer.empty()) {
        in = std::move(value);
        return true;
    }
    auto* parent = follow(in, pointer, pointer.size() - 1);
    if (!parent) return false;
    const auto& last = pointer.back();
    if (auto* object = parent->if_object()) {
        (*object)[last] = std::move(value);
        return true;
    }
    auto* array = parent->if_array();
    if (!array) return false;
    std::size_t index = array->size();
    if (last != "-") {
        auto [end, failed] = std::from_chars(last.data(), last.data() + last.size(), index);
        if (failed != std::errc() || end != last.data() + last.size() || index > array->size()) return false;
    }
    if (index == array->size())
        array->push_back(std::move(value));
    else
        (*array)[index] = std::move(value);
    return true;
}

Result<EncodedBody> build_body(const Body& body, const std::string& content_type, const Operation& operation,
                               const Scope& scope, const Files* files, std::vector<std::string>& notes) {
    return BodyBuilder(body, content_type, operation, scope, files, notes).build();
}

}  // namespace workflow

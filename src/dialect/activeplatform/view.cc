#include "dialect/activeplatform/view.h"

#include <algorithm>
#include <charconv>

namespace activeplatform {
namespace {

Error refuse_parameter(const std::string& parameter, Rule rule, std::string detail) {
    return {Reason::malformed, detail, {{"?" + parameter, rule, detail}}};
}

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// "fields[accounts]" with family "fields" -> "accounts"
std::optional<std::string> find_member(std::string_view name, std::string_view family) {
    if (!name.starts_with(family) || name.size() < family.size() + 3) return std::nullopt;
    if (name[family.size()] != '[' || name.back() != ']') return std::nullopt;
    return std::string(name.substr(family.size() + 1, name.size() - family.size() - 2));
}

Result<std::int64_t> read_count(const service::QueryParameter& parameter, std::int64_t greatest) {
    std::int64_t number = 0;
    const std::string& text = parameter.value;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > greatest)
        return refuse_parameter(parameter.name, Rule::out_of_range,
                                parameter.name + " must be a number from 1 to " + std::to_string(greatest) + ".");
    return number;
}

class Reader {
public:
    explicit Reader(const Allowed& allowed) : allowed_(allowed) {}

    Result<void> read(const service::QueryParameter& parameter) {
        if (!seen_.insert(parameter.name).second)
            return refuse_parameter(parameter.name, Rule::duplicate,
                                    "The parameter " + parameter.name + " is given twice.");
        if (parameter.name == "include") return read_include(parameter);
        if (parameter.name == "sort" && !allowed_.sort.empty()) return read_sort(parameter);
        if (const auto type = find_member(parameter.name, "fields")) return read_fields(*type, parameter);
        if (const auto member = find_member(parameter.name, "page"); member && allowed_.pages)
            return read_page(*member, parameter);
        if (const auto member = find_member(parameter.name, "filter"); member && contains(allowed_.filters, *member)) {
            view_.filters.push_back({*member, parameter.value, parameter.literal});
            return {};
        }
        return refuse_parameter(parameter.name, Rule::unknown,
                                "The parameter " + parameter.name + " is not known here.");
    }

    View finish() { return std::move(view_); }

private:
    Result<void> read_include(const service::QueryParameter& parameter) {
        for (std::string& path : split(parameter.value, ',')) {
            if (!contains(allowed_.include, path))
                return refuse_parameter(parameter.name, Rule::unknown,
                                        "The relationship " + path + " cannot be included.");
            view_.include.insert(std::move(path));
        }
        return {};
    }

    Result<void> read_sort(const service::QueryParameter& parameter) {
        for (std::string& name : split(parameter.value, ',')) {
            const bool descending = name.starts_with('-');
            if (descending) name.erase(0, 1);
            if (!contains(allowed_.sort, name))
                return refuse_parameter(parameter.name, Rule::unknown, "This list cannot be sorted by " + name + ".");
            view_.sort.push_back({std::move(name), descending});
        }
        constexpr std::size_t keys_max = 3;
        if (view_.sort.size() > keys_max)
            return refuse_parameter(parameter.name, Rule::too_many, "A list can be sorted by three fields.");
        return {};
    }

    Result<void> read_fields(const std::string& type, const service::QueryParameter& parameter) {
        const auto known = allowed_.fields.find(type);
        if (known == allowed_.fields.end())
            return refuse_parameter(parameter.name, Rule::unknown, "There is no type " + type + " in this answer.");
        std::set<std::string, std::less<>> names;
        for (std::string& name : split(parameter.value, ',')) {
            if (!known->second.empty() && !contains(known->second, name))
                return refuse_parameter(parameter.name, Rule::unknown,
                                        "The type " + type + " has no field " + name + ".");
            names.insert(std::move(name));
        }
        view_.fields.insert_or_assign(type, Fields(std::move(names)));
        return {};
    }

    Result<void> read_page(const std::string& member, const service::QueryParameter& parameter) {
        constexpr std::int64_t page_number_max = 1'000'000'000;
        if (member == "size")
            view_.page_size = TRY(read_count(parameter, page_size_max));
        else if (member == "number")
            view_.page_number = TRY(read_count(parameter, page_number_max));
        else
            return refuse_parameter(parameter.name, Rule::unknown, "Pages have page[number] and page[size].");
        return {};
    }

    const Allowed& allowed_;
    View view_;
    std::set<std::string> seen_;
};

void append_encoded(std::string& out, std::string_view text) {
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              std::string_view("-._~,:@").find(c) != std::string_view::npos;
        if (is_plain) {
            out += c;
            continue;
        }
        out += '%';
        out += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
        out += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15];
    }
}

}  // namespace

const Fields& View::fields_of(std::string_view type) const {
    static const Fields all;
    const auto found = fields.find(type);
    return found == fields.end() ? all : found->second;
}

std::vector<std::string> split(std::string_view list, char separator) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        const std::string_view part = list.substr(0, list.find(separator));
        list.remove_prefix(std::min(list.size(), part.size() + 1));
        if (!part.empty()) parts.emplace_back(part);
    }
    return parts;
}

Result<View> read_view(std::string_view query, const Allowed& allowed) {
    Reader reader(allowed);
    for (const auto& parameter : TRY(service::parse_query(query))) TRY(reader.read(parameter));
    return reader.finish();
}

std::string link_to_page(std::string_view path, std::string_view query, std::int64_t number, std::int64_t size) {
    std::string link(path);
    char separator = '?';
    const auto append = [&](std::string_view name, std::string_view value) {
        link += separator;
        separator = '&';
        append_encoded(link, name);
        link += '=';
        append_encoded(link, value);
    };
    const auto parameters = service::parse_query(query);
    if (parameters.ok())
        for (const auto& parameter : parameters.value())
            if (!parameter.name.starts_with("page[")) append(parameter.name, parameter.value);
    append("page[number]", std::to_string(number));
    append("page[size]", std::to_string(size));
    return link;
}

}  // namespace activeplatform

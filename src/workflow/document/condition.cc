#include "workflow/document/condition.h"

#include <algorithm>
#include <cmath>

#include "json/compare.h"
#include "workflow/text/text.h"

namespace workflow {

namespace {

constexpr int nesting_max = 100;
constexpr std::size_t bytes_max = 64 * 1024;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; }

bool holds_between(std::partial_ordering order, Comparison comparison) {
    switch (comparison) {
    case Comparison::less: return order < 0;
    case Comparison::less_or_equal: return order <= 0;
    case Comparison::greater: return order > 0;
    case Comparison::greater_or_equal: return order >= 0;
    case Comparison::equal: return order == 0;
    case Comparison::not_equal: return order != 0;
    }
    return false;
}

bool is_ordering(Comparison comparison) {
    return comparison != Comparison::equal && comparison != Comparison::not_equal;
}

// The number that a text is, exactly: 64-bit integers are not rounded.
std::optional<json::value> number_value(const json::value& value) {
    if (value.is_number()) return value;
    const auto* text = value.if_string();
    if (!text || !number_in(*text)) return std::nullopt;
    auto parsed = parse_json(*text);
    if (parsed && parsed->is_number()) return parsed;
    return json::value(*number_in(*text));
}

// The digits of an integer, or of a text that is one.
std::optional<std::string> integer_text(const json::value& value) {
    if (value.is_double() || value.is_structured() || value.is_bool() || value.is_null()) return std::nullopt;
    auto text = to_text(value);
    const auto digits = text.starts_with('-') ? std::string_view(text).substr(1) : std::string_view(text);
    const bool is_integer = !digits.empty() && std::ranges::all_of(digits, is_digit) &&
                            (digits[0] != '0' || digits.size() == 1) && text != "-0";
    if (!is_integer) return std::nullopt;
    return text;
}

std::partial_ordering compare_integers(std::string_view a, std::string_view b) {
    const bool a_negative = a.starts_with('-'), b_negative = b.starts_with('-');
    if (a_negative != b_negative) return a_negative ? std::partial_ordering::less : std::partial_ordering::greater;
    if (a_negative) return compare_integers(b.substr(1), a.substr(1));
    if (a.size() != b.size()) return a.size() <=> b.size();
    return a.compare(b) <=> 0;
}

std::optional<bool> boolean_value(const json::value& value) {
    if (const auto* boolean = value.if_bool()) return *boolean;
    const auto* text = value.if_string();
    if (text && equal_ignoring_ascii_case(*text, "true")) return true;
    if (text && equal_ignoring_ascii_case(*text, "false")) return false;
    return std::nullopt;
}

}  // namespace

bool is_true(const json::value& value) {
    switch (value.kind()) {
    case json::kind::null: return false;
    case json::kind::bool_: return value.get_bool();
    case json::kind::int64: return value.get_int64() != 0;
    case json::kind::uint64: return value.get_uint64() != 0;
    case json::kind::double_: return value.get_double() != 0 && !std::isnan(value.get_double());
    case json::kind::string: return !value.get_string().empty();
    case json::kind::array:
    case json::kind::object: return true;
    }
    return false;
}

bool compare(const json::value& left, Comparison comparison, const json::value& right) {
    if (left.is_null() || right.is_null()) {
        bool both = left.is_null() && right.is_null();
        return comparison == Comparison::equal ? both : comparison == Comparison::not_equal ? !both : false;
    }
    if (big_integer(left) || big_integer(right)) {
        const auto a = integer_text(left), b = integer_text(right);
        if (a && b) return holds_between(compare_integers(*a, *b), comparison);
        return compare(with_plain_numbers(left), comparison, with_plain_numbers(right));
    }
    if (left.is_string() && right.is_string()) {
        if (is_ordering(comparison)) {
            auto a = number_value(left), b = number_value(right);
            if (a && b) return holds_between(::json::compare_numbers(*a, *b), comparison);
        }
        return holds_between(compare_ignoring_case(left.get_string(), right.get_string()) <=> 0, comparison);
    }
    if (left.is_number() || right.is_number()) {
        auto a = number_value(left), b = number_value(right);
        if (a && b) return holds_between(::json::compare_numbers(*a, *b), comparison);
        return comparison == Comparison::not_equal;
    }
    if (left.is_bool() || right.is_bool()) {
        auto a = boolean_value(left), b = boolean_value(right);
        bool same = a && b && *a == *b;
        return comparison == Comparison::equal ? same : comparison == Comparison::not_equal && !same;
    }
    if (is_ordering(comparison)) return false;
    return ::json::are_equal(left, right) == (comparison == Comparison::equal);
}

struct Condition::Node {
    enum class Kind { literal, expression, any, all, negation, comparison, index, member };

    Kind kind = Kind::literal;
    json::value literal;
    std::optional<Expression> expression;
    Comparison comparison = Comparison::equal;
    std::string name;  // of a member
    std::vector<Node> children;

    Value evaluate(const Scope& scope) const {
        switch (kind) {
        case Kind::literal: return Value(literal);
        case Kind::expression: return expression->evaluate(scope);
        case Kind::any:
            return boolean(std::ranges::any_of(children, [&](const auto& child) { return child.holds(scope); }));
        case Kind::all:
            return boolean(std::ranges::all_of(children, [&](const auto& child) { return child.holds(scope); }));
        case Kind::negation: return boolean(!children[0].holds(scope));
        case Kind::comparison: {
            auto left = children[0].evaluate(scope), right = children[1].evaluate(scope);
            return boolean(compare(left.or_null(), comparison, right.or_null()));
        }
        case Kind::index: {
            auto index = children[1].evaluate(scope);
            if (!index || index->is_structured() || index->is_null()) return {};
            return part(children[0].evaluate(scope), "['" + to_text(*index) + "']");
        }
        case Kind::member: return part(children[0].evaluate(scope), "." + name);
        }
        return {};
    }

    bool holds(const Scope& scope) const {
        auto value = evaluate(scope);
        return value && is_true(*value);
    }

    static Value boolean(bool value) { return Value(json::value(value)); }

    static Value part(Value from, const std::string& path) {
        if (!from) return {};
        json::value made;
        const auto* at = dereference(*from, path, made);
        if (!at) return {};
        return Value(json::value(*at));
    }

    void visit(const std::function<void(const Expression&)>& visitor) const {
        if (expression) visitor(*expression);
        for (const auto& child : children) child.visit(visitor);
    }
};

struct Condition::Parser {
    std::string_view text;
    std::size_t at = 0;
    int nesting = 0;
    bool double_quotes = false;

    struct Refused {
        SyntaxError error;
    };

    [[noreturn]] void refuse(std::string message) { throw Refused{{std::move(message), at}}; }

    void skip_space() {
        while (at < text.size() && is_space(text[at])) ++at;
    }

    bool take(std::string_view token) {
        skip_space();
        if (text.substr(at, token.size()) != token) return false;
        at += token.size();
        return true;
    }

    static Node join(Node::Kind kind, std::vector<Node> nodes) {
        if (nodes.size() == 1) return std::move(nodes[0]);
        Node out;
        out.kind = kind;
        out.children = std::move(nodes);
        return out;
    }

    Node parse_any() {
        if (++nesting > nesting_max) refuse("the condition nests too deep");
        std::vector<Node> nodes;
        do nodes.push_back(parse_all());
        while (take("||"));
        --nesting;
        return join(Node::Kind::any, std::move(nodes));
    }

    Node parse_all() {
        std::vector<Node> nodes;
        do nodes.push_back(parse_comparison());
        while (take("&&"));
        return join(Node::Kind::all, std::move(nodes));
    }

    std::optional<Comparison> take_operator() {
        if (take("<=")) return Comparison::less_or_equal;
        if (take(">=")) return Comparison::greater_or_equal;
        if (take("==")) return Comparison::equal;
        if (take("!=")) return Comparison::not_equal;
        if (take("<")) return Comparison::less;
        if (take(">")) return Comparison::greater;
        return std::nullopt;
    }

    Node parse_comparison() {
        Node left = parse_unary();
        auto comparison = take_operator();
        if (!comparison) return left;
        Node out;
        out.kind = Node::Kind::comparison;
        out.comparison = *comparison;
        out.children.push_back(std::move(left));
        out.children.push_back(parse_unary());
        std::size_t before = at;
        if (take_operator()) {
            at = before;
            skip_space();
            refuse("a comparison cannot be compared again; group with parentheses");
        }
        return out;
    }

    Node parse_unary() {
        skip_space();
        bool negation = at < text.size() && text[at] == '!' && text.substr(at, 2) != "!=";
        if (!negation) return parse_postfix();
        if (++nesting > nesting_max) refuse("the condition nests too deep");
        ++at;
        Node out;
        out.kind = Node::Kind::negation;
        out.children.push_back(parse_unary());
        --nesting;
        return out;
    }

    Node parse_postfix() {
        Node out = parse_primary();
        for (int count = 0;; ++count) {
            if (count > nesting_max) refuse("the condition nests too deep");
            if (at < text.size() && text[at] == '.' && at + 1 < text.size() && is_word(text[at + 1])) {
                std::size_t start = ++at;
                while (at < text.size() && is_word(text[at])) ++at;
                Node member;
                member.kind = Node::Kind::member;
                member.name = text.substr(start, at - start);
                member.children.push_back(std::move(out));
                out = std::move(member);
            } else if (at < text.size() && text[at] == '[') {
                ++at;
                Node index;
                index.kind = Node::Kind::index;
                index.children.push_back(std::move(out));
                index.children.push_back(parse_any());
                if (!take("]")) refuse("']' is missing");
                out = std::move(index);
            } else {
                return out;
            }
        }
    }

    Node parse_primary() {
        skip_space();
        if (at >= text.size()) refuse("a value is missing at the end");
        char c = text[at];
        if (c == '(') return parse_group(')');
        if (c == '{') return parse_braces();
        if (c == '$') return parse_expression();
        if (c == '\'') return literal(read_string());
        if (c == '"') return literal(read_double_quoted());
        if (is_digit(c) || ((c == '-' || c == '+') && at + 1 < text.size() && is_digit(text[at + 1])))
            return literal(read_number());
        std::size_t start = at;
        while (at < text.size() && is_word(text[at])) ++at;
        auto word = text.substr(start, at - start);
        if (word == "true") return literal(true);
        if (word == "false") return literal(false);
        if (word == "null") return literal(nullptr);
        at = start;
        if (word.empty()) refuse("'" + shorten(text.substr(at, 1)) + "' is no start of a value");
        refuse("\"" + shorten(word, 40) + "\" is no value; a text stands in single quotes");
    }

    Node parse_group(char close) {
        ++at;
        Node inside = parse_any();
        if (!take(std::string_view(&close, 1))) refuse(std::string("'") + close + "' is missing");
        return inside;
    }

    // A group; or one expression with characters that would otherwise end it: {$response.body#/full name}.
    Node parse_braces() {
        std::size_t start = at;
        int nesting_before = nesting;
        try {
            return parse_group('}');
        } catch (const Refused&) {
            auto close = text.find('}', start);
            if (close == std::string_view::npos) throw;
            auto parsed = Expression::parse(trim(text.substr(start + 1, close - start - 1)));
            if (!std::holds_alternative<Expression>(parsed)) throw;
            at = close + 1;
            nesting = nesting_before;
            return expression(std::move(std::get<Expression>(parsed)));
        }
    }

    static Node literal(json::value value) {
        Node out;
        out.literal = std::move(value);
        return out;
    }

    static Node expression(Expression parsed) {
        Node out;
        out.kind = Node::Kind::expression;
        out.expression = std::move(parsed);
        return out;
    }

    Node parse_expression() {
        std::size_t start = at;
        while (at < text.size() && !ends_expression()) {
            if (text[at] != '[') {
                ++at;
                continue;
            }
            auto close = text.find(']', at);
            if (close == std::string_view::npos || !is_constant_index(text.substr(at + 1, close - at - 1))) break;
            at = close + 1;
        }
        auto parsed = Expression::parse(text.substr(start, at - start), true);
        if (auto* found = std::get_if<Expression>(&parsed)) return expression(std::move(*found));
        at = start;
        refuse(std::get<std::string>(parsed));
    }

    bool ends_expression() const {
        auto rest = text.substr(at);
        char c = rest[0];
        if (is_space(c) || c == ')' || c == ']' || c == '}' || c == '{' || c == '<' || c == '>' || c == ',')
            return true;
        return rest.starts_with("==") || rest.starts_with("!=") || rest.starts_with("&&") || rest.starts_with("||");
    }

    static bool is_constant_index(std::string_view inside) {
        inside = trim(inside);
        if (inside.empty()) return false;
        if (std::ranges::all_of(inside, is_digit)) return true;
        return inside.size() >= 2 && (inside[0] == '\'' || inside[0] == '"') && inside.back() == inside[0];
    }

    json::value read_string() {
        std::string out;
        std::size_t start = at++;
        for (; at < text.size(); ++at) {
            if (text[at] != '\'') {
                out += text[at];
            } else if (at + 1 < text.size() && text[at + 1] == '\'') {
                out += '\'';
                ++at;
            } else {
                ++at;
                return json::value(out);
            }
        }
        at = start;
        refuse("a text does not end; it stands between single quotes, and a quote inside is written twice");
    }

    // Not in the specification, but common; escapes as in JSON.
    json::value read_double_quoted() {
        double_quotes = true;
        std::size_t start = at;
        for (++at; at < text.size(); ++at) {
            if (text[at] == '\\') {
                ++at;
            } else if (text[at] == '"') {
                ++at;
                auto whole = text.substr(start, at - start);
                auto value = parse_json(whole);
                return value && value->is_string() ? *value
                                                   : json::value(std::string(whole.substr(1, whole.size() - 2)));
            }
        }
        at = start;
        refuse("a text does not end; it stands between single quotes");
    }

    json::value read_number() {
        std::size_t start = at;
        if (text[at] == '-' || text[at] == '+') ++at;
        auto digits = [&] {
            while (at < text.size() && is_digit(text[at])) ++at;
        };
        digits();
        if (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
            ++at;
            digits();
        }
        if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
            std::size_t exponent = at++;
            if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
            if (at < text.size() && is_digit(text[at]))
                digits();
            else
                at = exponent;
        }
        auto number = text.substr(start, at - start);
        if (number.starts_with('+')) number.remove_prefix(1);
        auto value = parse_json(number);
        if (value && value->is_number() && (at >= text.size() || (!is_word(text[at]) && text[at] != '.')))
            return *value;
        while (at < text.size() && (is_word(text[at]) || text[at] == '.')) ++at;
        auto word = shorten(text.substr(start, at - start), 40);
        at = start;
        refuse("\"" + word + "\" is no number; a text stands in single quotes");
    }
};

std::variant<Condition, SyntaxError> Condition::parse(std::string_view text) {
    if (text.size() > bytes_max) return SyntaxError{"the condition is too long", 0};
    Parser parser{text};
    try {
        Node node = parser.parse_any();
        parser.skip_space();
        if (parser.at < text.size()) {
            auto rest = text.substr(parser.at);
            if (rest[0] == '=' && !rest.starts_with("==")) parser.refuse("equality is written ==");
            if (rest[0] == '&' || rest[0] == '|') parser.refuse("the operators are written && and ||");
            parser.refuse("an operator is missing before \"" + shorten(rest, 30) + "\"");
        }
        Condition out;
        out.node_ = std::make_shared<const Node>(std::move(node));
        out.has_double_quotes_ = parser.double_quotes;
        return out;
    } catch (const Parser::Refused& refused) {
        return refused.error;
    }
}

bool Condition::holds(const Scope& scope) const { return node_->holds(scope); }

std::string Condition::explain(const Scope& scope) const {
    std::string out;
    std::vector<std::string> told;
    node_->visit([&](const Expression& expression) {
        if (std::ranges::find(told, expression.text()) != told.end()) return;
        told.push_back(expression.text());
        auto value = expression.evaluate(scope);
        if (!out.empty()) out += ", ";
        out += expression.text();
        out += value ? " is " + shorten(value->is_string() ? "'" + to_text(*value) + "'" : to_json(*value))
                     : " has no value";
    });
    return out;
}

void Condition::for_each_expression(const std::function<void(const Expression&)>& visitor) const {
    node_->visit(visitor);
}

}  // namespace workflow

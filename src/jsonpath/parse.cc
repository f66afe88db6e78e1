#include "jsonpath/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "core/utf8.h"
#include "jsonpath/query.h"

namespace jsonpath {
namespace {

constexpr std::int64_t integer_max = (std::int64_t{1} << 53) - 1;  // of I-JSON
constexpr std::size_t compiled_patterns_max = 100;
constexpr std::size_t quoted_bytes_max = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lowercase(char c) { return c >= 'a' && c <= 'z'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_name_first(char c) {
    return is_lowercase(c) || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_high_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDBFF; }
bool is_low_surrogate(char32_t c) { return c >= 0xDC00 && c <= 0xDFFF; }

struct Signature {
    std::string_view name;
    Function function;
    std::size_t arguments;
    bool takes_nodes;      // else values
    bool returns_logical;  // else a value
};

constexpr std::array<Signature, 5> signatures = {{
    {"length", Function::length, 1, false, false},
    {"count", Function::count, 1, true, false},
    {"match", Function::match, 2, false, true},
    {"search", Function::search, 2, false, true},
    {"value", Function::value, 1, true, false},
}};

const Signature& signature_of(Function function) {
    return *std::find_if(signatures.begin(), signatures.end(), [&](const auto& s) { return s.function == function; });
}

bool returns_logical(const Comparable& operand) {
    const auto* call = std::get_if<std::unique_ptr<FunctionCall>>(&operand);
    return call && signature_of((*call)->function).returns_logical;
}

bool is_singular_segment(const Segment& segment) {
    if (segment.is_descendant || segment.selectors.size() != 1) return false;
    const auto& selector = segment.selectors.front();
    return std::holds_alternative<NameSelector>(selector) || std::holds_alternative<IndexSelector>(selector);
}

// Functions carry the names of the grammar in RFC 9535, appendix A.
class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<Path> jsonpath_query() {
        if (text_.size() > text_bytes_max) return Error{Reason::malformed, "The JSONPath is too long."};
        if (!is_valid_utf8(text_)) return Error{Reason::malformed, "The JSONPath is not valid UTF-8."};
        if (!skip('$')) return error("it must begin with $");
        Path path = TRY(segments());
        if (!is_at_end()) return error("a segment must begin with . or [");
        return path;
    }

private:
    bool is_at_end() const { return offset_ == text_.size(); }
    char peek(std::size_t ahead = 0) const { return offset_ + ahead < text_.size() ? text_[offset_ + ahead] : '\0'; }

    bool skip(char c) {
        if (is_at_end() || text_[offset_] != c) return false;
        ++offset_;
        return true;
    }

    bool skip(std::string_view word) {
        if (text_.substr(offset_, word.size()) != word) return false;
        offset_ += word.size();
        return true;
    }

    void skip_blanks() {
        while (is_blank(peek())) ++offset_;
    }

    Error error_at(std::size_t offset, std::string_view what) const {
        const bool is_short = text_.size() <= quoted_bytes_max;
        return {Reason::malformed,
                fmt::format("JSONPath{}{} is wrong at character {}: {}.", is_short ? " " : "", is_short ? text_ : "",
                            count_code_points(text_.substr(0, offset)) + 1, what)};
    }
    Error error(std::string_view what) const { return error_at(offset_, what); }

    // One level of parentheses, filter or function call; entered before, left after.
    Result<void> enter() {
        if (++nesting_ > nesting_max) return error(fmt::format("nested deeper than {} levels", nesting_max));
        return {};
    }
    void leave() { --nesting_; }

    // After the $ or @. Blanks stand between segments, not behind the last.
    Result<Path> segments() {
        Path path{.is_singular = true};
        while (true) {
            const std::size_t before_blanks = offset_;
            skip_blanks();
            if (peek() != '.' && peek() != '[') {
                offset_ = before_blanks;
                return path;
            }
            if (++segments_ > segments_max) return error(fmt::format("more than {} segments", segments_max));
            path.segments.push_back(TRY(segment()));
            path.is_singular = path.is_singular && is_singular_segment(path.segments.back());
        }
    }

    Result<Segment> segment() {
        Segment segment{.is_descendant = skip("..")};
        if (peek() == '[') {
            segment.selectors = TRY(bracketed_selection());
            return segment;
        }
        if (!segment.is_descendant) skip('.');
        if (skip('*')) {
            segment.selectors.push_back(WildcardSelector{});
        } else {
            segment.selectors.push_back(NameSelector{TRY(member_name_shorthand())});
        }
        return segment;
    }

    Result<std::string> member_name_shorthand() {
        const std::size_t begin = offset_;
        if (!is_name_first(peek())) return error("a member name, * or [ must follow; other names go into ['...']");
        while (is_name_first(peek()) || is_digit(peek())) ++offset_;
        return std::string(text_.substr(begin, offset_ - begin));
    }

    Result<std::vector<Selector>> bracketed_selection() {
        std::vector<Selector> selectors;
        skip('[');
        do {
            skip_blanks();
            selectors.push_back(TRY(selector()));
            skip_blanks();
        } while (skip(','));
        if (!skip(']')) return error("a comma or ] is missing");
        return selectors;
    }

    Result<Selector> selector() {
        if (skip('*')) return Selector(WildcardSelector{});
        if (peek() == '\'' || peek() == '"') return Selector(NameSelector{TRY(string_literal())});
        if (skip('?')) {
            auto condition = TRY(filter());
            return Selector(FilterSelector{std::make_unique<const LogicalExpression>(std::move(condition))});
        }
        if (peek() == ':' || peek() == '-' || is_digit(peek())) return index_or_slice();
        return error("a selector must be a quoted name, an index, a slice, * or a filter that begins with ?");
    }

    Result<LogicalExpression> filter() {
        TRY(enter());
        skip_blanks();
        auto condition = TRY(logical_expr());
        leave();
        return condition;
    }

    Result<Selector> index_or_slice() {
        SliceSelector slice;
        if (peek() != ':') {
            slice.start = TRY(integer());
            const std::size_t before_blanks = offset_;
            skip_blanks();
            if (peek() != ':') {
                offset_ = before_blanks;
                return Selector(IndexSelector{*slice.start});
            }
        }
        skip(':');
        skip_blanks();
        if (begins_integer()) slice.end = TRY(integer());
        skip_blanks();
        if (!skip(':')) return Selector(slice);
        skip_blanks();
        if (begins_integer()) slice.step = TRY(integer());
        return Selector(slice);
    }

    bool begins_integer() const { return peek() == '-' || is_digit(peek()); }

    Result<std::int64_t> integer() {
        const std::size_t begin = offset_;
        const bool is_negative = skip('-');
        if (!is_digit(peek())) return error("a digit is missing");
        const bool begins_with_zero = peek() == '0';
        std::int64_t number = 0;
        while (is_digit(peek())) {
            number = number * 10 + (text_[offset_++] - '0');
            if (number > integer_max) return error_at(begin, "the number is beyond 9007199254740991");
        }
        if (begins_with_zero && offset_ - begin > 1)
            return error_at(begin, "no number begins with 0, and there is no -0");
        return is_negative ? -number : number;
    }

    Result<std::string> string_literal() {
        const std::size_t begin = offset_;
        const char quote = text_[offset_++];
        std::string unescaped;
        while (!skip(quote)) {
            if (is_at_end()) return error_at(begin, "the string has no end");
            if (static_cast<unsigned char>(peek()) < 0x20) return error("a control character must be escaped");
            if (skip('\\')) {
                const char32_t code_point = TRY(escaped(quote));
                append_utf8(unescaped, code_point);
            } else {
                unescaped.push_back(text_[offset_++]);
            }
        }
        return unescaped;
    }

    // After the backslash.
    Result<char32_t> escaped(char quote) {
        if (skip(quote)) return static_cast<char32_t>(quote);
        if (skip('b')) return U'\b';
        if (skip('f')) return U'\f';
        if (skip('n')) return U'\n';
        if (skip('r')) return U'\r';
        if (skip('t')) return U'\t';
        if (skip('/')) return U'/';
        if (skip('\\')) return U'\\';
        if (skip('u')) return unicode_escape();
        return error("there is no such escape in this string");
    }

    Result<char32_t> unicode_escape() {
        const std::size_t begin = offset_;
        const char32_t first = TRY(hex_digits());
        if (is_low_surrogate(first)) return error_at(begin, "a low surrogate without a high one");
        if (!is_high_surrogate(first)) return first;
        if (!skip("\\u")) return error("a low surrogate must follow the high one");
        const char32_t second = TRY(hex_digits());
        if (!is_low_surrogate(second)) return error_at(begin, "a low surrogate must follow the high one");
        return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    }

    Result<char32_t> hex_digits() {
        std::uint32_t value = 0;
        const std::string_view digits = text_.substr(offset_, 4);
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (failure != std::errc() || end != digits.data() + 4) return error("\\u wants four hexadecimal digits");
        offset_ += 4;
        return static_cast<char32_t>(value);
    }

    Result<LogicalExpression> logical_expr() {
        AnyOf any;
        do {
            skip_blanks();
            any.operands.push_back(TRY(logical_and_expr()));
            skip_blanks();
        } while (skip("||"));
        if (any.operands.size() == 1) return std::move(any.operands.front());
        return LogicalExpression{std::move(any)};
    }

    Result<LogicalExpression> logical_and_expr() {
        AllOf all;
        do {
            skip_blanks();
            all.operands.push_back(TRY(basic_expr()));
            skip_blanks();
        } while (skip("&&"));
        if (all.operands.size() == 1) return std::move(all.operands.front());
        return LogicalExpression{std::move(all)};
    }

    Result<LogicalExpression> basic_expr() {
        if (skip('!')) {
            skip_blanks();
            auto operand = TRY(peek() == '(' ? paren_expr() : test_expr());
            return LogicalExpression{Negation{std::make_unique<const LogicalExpression>(std::move(operand))}};
        }
        if (peek() == '(') return paren_expr();
        const std::size_t begin = offset_;
        Comparable left = TRY(operand());
        skip_blanks();
        if (const auto op = comparison_operator()) return comparison_expr(begin, std::move(left), *op);
        return as_test(begin, std::move(left));
    }

    Result<LogicalExpression> paren_expr() {
        TRY(enter());
        skip('(');
        auto inside = TRY(logical_expr());
        if (!skip(')')) return error("an operator or ) is missing");
        leave();
        return inside;
    }

    Result<LogicalExpression> test_expr() {
        const std::size_t begin = offset_;
        return as_test(begin, TRY(operand()));
    }

    Result<LogicalExpression> as_test(std::size_t begin, Comparable operand) const {
        if (auto* path = std::get_if<Path>(&operand)) return LogicalExpression{std::move(*path)};
        if (std::holds_alternative<boost::json::value>(operand))
            return error_at(begin, "a literal must be compared with something");
        if (!returns_logical(operand)) return error_at(begin, "the function's result must be compared with something");
        return LogicalExpression{std::move(*std::get<std::unique_ptr<FunctionCall>>(operand))};
    }

    std::optional<Operator> comparison_operator() {
        if (skip("==")) return Operator::equal;
        if (skip("!=")) return Operator::not_equal;
        if (skip("<=")) return Operator::less_or_equal;
        if (skip(">=")) return Operator::greater_or_equal;
        if (skip('<')) return Operator::less;
        if (skip('>')) return Operator::greater;
        return std::nullopt;
    }

    Result<LogicalExpression> comparison_expr(std::size_t begin, Comparable left, Operator op) {
        skip_blanks();
        TRY(check_is_value(begin, left));
        const std::size_t right_begin = offset_;
        Comparable right = TRY(operand());
        TRY(check_is_value(right_begin, right));
        return LogicalExpression{Comparison{op, std::move(left), std::move(right)}};
    }

    Result<void> check_is_value(std::size_t begin, const Comparable& operand) const {
        const auto* path = std::get_if<Path>(&operand);
        if (path && !path->is_singular) return error_at(begin, "a query that may select several nodes is no value");
        if (returns_logical(operand)) return error_at(begin, "the function's result is no value");
        return {};
    }

    // A literal, a query or a function call: what may stand in a comparison, a test or an argument.
    Result<Comparable> operand() {
        if (peek() == '$' || peek() == '@') {
            const bool starts_at_root = text_[offset_++] == '$';
            Path path = TRY(segments());
            path.starts_at_root = starts_at_root;
            return Comparable(std::move(path));
        }
        if (peek() == '\'' || peek() == '"') return Comparable(boost::json::value(TRY(string_literal())));
        if (peek() == '-' || is_digit(peek())) return Comparable(TRY(number()));
        if (is_lowercase(peek())) return word();
        return error("a literal, a query that begins with $ or @, or a function must follow");
    }

    Result<Comparable> word() {
        const std::size_t begin = offset_;
        while (is_lowercase(peek()) || is_digit(peek()) || peek() == '_') ++offset_;
        const std::string_view name = text_.substr(begin, offset_ - begin);
        if (peek() == '(') return function_expr(begin, name);
        if (name == "true") return Comparable(boost::json::value(true));
        if (name == "false") return Comparable(boost::json::value(false));
        if (name == "null") return Comparable(boost::json::value(nullptr));
        return error_at(begin, "an unknown word: strings are quoted, and members begin with @");
    }

    // Exact where it is an integer of 64 bits, as JSON numbers are.
    Result<boost::json::value> number() {
        const std::size_t begin = offset_;
        const bool is_minus_zero = peek() == '-' && peek(1) == '0';
        skip('-');
        if (!is_digit(peek())) return error("a digit is missing");
        if (peek() == '0' && is_digit(peek(1))) return error_at(begin, "no number begins with 0");
        skip_digits();
        bool is_integer = !is_minus_zero;
        if (peek() == '.') {
            is_integer = false;
            ++offset_;
            if (!skip_digits()) return error("a digit is missing");
        }
        if (peek() == 'e' || peek() == 'E') {
            is_integer = false;
            ++offset_;
            if (peek() == '+' || peek() == '-') ++offset_;
            if (!skip_digits()) return error("a digit is missing");
        }
        return as_value(std::string(text_.substr(begin, offset_ - begin)), is_integer);
    }

    bool skip_digits() {
        const std::size_t begin = offset_;
        while (is_digit(peek())) ++offset_;
        return offset_ > begin;
    }

    static boost::json::value as_value(const std::string& digits, bool is_integer) {
        std::int64_t with_sign = 0;
        std::uint64_t without_sign = 0;
        const char* end = digits.data() + digits.size();
        if (is_integer && std::from_chars(digits.data(), end, with_sign).ec == std::errc()) return with_sign;
        if (is_integer && digits[0] != '-' && std::from_chars(digits.data(), end, without_sign).ec == std::errc()) {
            return without_sign;
        }
        return std::strtod(digits.c_str(), nullptr);  // infinite beyond a double, which then compares as it should
    }

    // After the name.
    Result<Comparable> function_expr(std::size_t begin, std::string_view name) {
        const auto signature =
            std::find_if(signatures.begin(), signatures.end(), [&](const auto& known) { return known.name == name; });
        if (signature == signatures.end()) {
            return error_at(begin, "an unknown function: there are length, count, match, search and value");
        }
        TRY(enter());
        FunctionCall call{.function = signature->function, .arguments = TRY(arguments(*signature))};
        leave();
        if (call.arguments.size() != signature->arguments) {
            return error_at(begin, fmt::format("{} takes {} argument{}", name, signature->arguments,
                                               signature->arguments == 1 ? "" : "s"));
        }
        compile_pattern(call);
        return Comparable(std::make_unique<FunctionCall>(std::move(call)));
    }

    Result<std::vector<Comparable>> arguments(const Signature& signature) {
        std::vector<Comparable> arguments;
        skip('(');
        skip_blanks();
        if (skip(')')) return arguments;
        do {
            skip_blanks();
            const std::size_t begin = offset_;
            arguments.push_back(TRY(operand()));
            TRY(check_argument(begin, arguments.back(), signature));
            skip_blanks();
        } while (skip(','));
        if (!skip(')')) return error("a comma or ) is missing");
        return arguments;
    }

    Result<void> check_argument(std::size_t begin, const Comparable& argument, const Signature& signature) const {
        if (!signature.takes_nodes) return check_is_value(begin, argument);
        if (!std::holds_alternative<Path>(argument)) {
            return error_at(begin, fmt::format("{} takes a query that begins with $ or @", signature.name));
        }
        return {};
    }

    void compile_pattern(FunctionCall& call) {
        if (call.function != Function::match && call.function != Function::search) return;
        const auto* literal = std::get_if<boost::json::value>(&call.arguments[1]);
        if (!literal || !literal->is_string() || compiled_patterns_ == compiled_patterns_max) return;
        auto compiled = regex::Regex::compile_iregexp({literal->get_string().data(), literal->get_string().size()});
        if (!compiled.ok()) return;
        call.pattern = std::move(compiled).value();
        ++compiled_patterns_;
    }

    std::string_view text_;
    std::size_t offset_ = 0;
    std::size_t nesting_ = 0;
    std::size_t segments_ = 0;
    std::size_t compiled_patterns_ = 0;
};

}  // namespace

Result<Path> parse(std::string_view text) { return Parser(text).jsonpath_query(); }

}  // namespace jsonpath

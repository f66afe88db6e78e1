// What people see of a text, by the properties that Unicode gives its characters (from ICU). Texts are UTF-8. Pure.

#pragma once

#include <string>
#include <string_view>

// Whether there is nothing to see: no character but White_Space, Default_Ignorable_Code_Point, controls, and U+2800,
// the braille pattern without dots. A required text must not be so.
bool is_blank(std::string_view text);

// Whether it holds what may not stand in a name or a label: a control character, a line or paragraph separator, a
// bidirectional embedding, override or isolate, which turns round what stands beside it. Marks and joiners may: real
// names need them. Texts of several lines may have line feeds, carriage returns and tabs.
enum class Lines { one, several };
bool holds_unprintable(std::string_view text, Lines lines = Lines::one);

// Whether any of its characters cannot be seen: those of is_blank(), and all that direct bidirectional text.
bool holds_invisible(std::string_view text);

// Equal texts for all that a reader takes for the same letters, whatever their case: NFC, full case folding, NFC.
std::string fold_case(std::string_view text);

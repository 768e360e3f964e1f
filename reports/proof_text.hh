// What the reports of proofs have in common.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lint/ask.hh"

namespace fwsim {

// "filter/INPUT/3 (rules.v4:12)"; "no rule" when there is none.
std::string text_of(const RulePlace& place);
nlohmann::ordered_json json_value(const RulePlace& place);
nlohmann::ordered_json json_value(const PieceText& piece);
nlohmann::ordered_json json_value(const AnsweredClass& c);
// "passed", "may be dropped".
std::string_view fate_text(PieceFate fate, bool may);
// A line for each piece, at most `most`, then "and N more".
std::string lines_of(const std::vector<PieceText>& pieces, std::string_view indent, std::size_t most = 12);
// One object, one line.
std::string dump_json(const nlohmann::ordered_json& json);

}  // namespace fwsim

// Where a document names its chains: declarations, the chains of rules, targets of jumps.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/lsp/document.hh"
#include "parser/line_reading.hh"

namespace fwsim {

struct ChainMention {
  enum class How : std::uint8_t { declared, of_rule, jumped_to } how = How::declared;
  std::string name;
  TextSpan span;            // in its line
};

// Of one line, in their order; also of lines with faults, up to the first.
std::vector<ChainMention> mentions_in(std::string_view line, Family family, TableId table);

struct PlacedMention {
  ChainMention mention;
  std::size_t line = 0;     // from 0
  TableId table = TableId::filter;
};
// The chain that is named there.
std::optional<PlacedMention> mention_at(const LspDocument& document, const LspPosition& position);
// Calls for each place that names the chain, until it returns false.
void each_mention(const LspDocument& document, TableId table, std::string_view name, const std::function<bool(PlacedMention&&)>& see);
// All of them.
std::vector<PlacedMention> mentions_of(const LspDocument& document, TableId table, std::string_view name);
Json location_of(const LspDocument& document, const PlacedMention& mention);

// Calls for each line, from 0, with the table that it stands in, until it returns false.
void each_line(const LspDocument& document, const std::function<bool(std::size_t line, std::string_view text, std::optional<TableId> table)>& see);

// The value of an option of a rule line: of the `which`-th of its values, from 0, where it stands, and what it says.
struct ValuePlace {
  TextSpan span;
  std::string_view text;
};
std::optional<ValuePlace> value_of(const LineReading& reading, const OptionPlace& place, std::size_t which = 0);

}  // namespace fwsim

// What -L and -S print of a table.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/listing/layout.hh"
#include "parser/commands/tool.hh"

namespace fwsim {

struct ListCommand {
  std::optional<std::string_view> chain;  // none: all
  std::size_t number = 0;                 // only this rule; 0: all
  ListStyle style;
};

// Both append to `out`; false when there is no such chain.
bool list_chains(const LiveTable& table, Family family, const ListCommand& command, std::string& out);
bool list_rules(const LiveTable& table, Family family, const ListCommand& command, std::string& out);

// -h.
void print_help(Tool& tool, const ReadRule& command);

}  // namespace fwsim

// The commands of an `ipset restore` file by the names that ipset knows them by (lib/ipset.c).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/diagnostic.hh"

namespace fwsim {

enum class IpsetCommand : std::uint8_t {
  create, add, del, test, destroy, list, save, restore, flush, rename, swap, help, version, quit
};

struct IpsetCommandName {
  IpsetCommand command;
  unsigned arguments;  // names or element that must follow
  std::string_view names[3];
};

// Names may be abbreviated: of several commands that begin with `word` the first is meant. Null
// when there is none.
const IpsetCommandName* find_ipset_command(std::string_view word);

// What ipset says of a command with too few arguments; `words` with its name.
ToolWords missing_argument(const IpsetCommandName& command, std::size_t words);

// What to write instead of a word that is no command; empty when there is no guess.
std::string hint_for_ipset_command(std::string_view word);

}  // namespace fwsim

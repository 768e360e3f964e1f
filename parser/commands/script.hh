// A file of plain commands, one a line, cut into words as a shell would do it: quotes, backslashes,
// comments, continued lines. What only a shell understands is a fault.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostic.hh"

namespace fwsim {

struct ScriptCommand {
  std::vector<std::string> argv;
  struct Place {
    unsigned line = 0, column = 0, width = 0;
  };
  std::vector<Place> places;    // of each word
  std::string source{};         // the line where it starts
};

struct Script {
  std::vector<ScriptCommand> commands;
  Diagnostics diagnostics;      // with errors, of the lines that are no commands
};

Script read_script(std::string_view text, const std::string& file);

}  // namespace fwsim

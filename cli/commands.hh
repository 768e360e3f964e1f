// The subcommands. main.cc reads the command line into these; each run_* lives in its own file
// and returns the exit status: 0 clean or passed, 1 findings or not passed, 2 bad usage or input.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/types.hh"

namespace fwsim {

inline constexpr int status_good = 0, status_not = 1, status_bad = 2;

struct Common {
  bool colour = false;     // standard output is a terminal and NO_COLOR is not set
  bool progress = false;   // standard error is a terminal
};

struct FormatArgs {
  std::vector<std::string> files;
  std::optional<Family> family;
  bool counters = false;
  bool keep_order = false;
  bool check_only = false;
};
int run_format(const FormatArgs& args, const Common& common);

}  // namespace fwsim

// fwsim collect: the script that records a host, for people to read before they run it.
#include <fmt/format.h>

#include "cli/commands.hh"
#include "parser/collect.hh"

namespace fwsim {

int run_collect() {
  fmt::print("{}", collect_script());
  return status_good;
}

}  // namespace fwsim

#include "cli/live/this_machine.hh"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/host.hh"
#include "model/diagnostic.hh"
#include "parser/collect.hh"

namespace fwsim {

ThisMachine::~ThisMachine() {
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

HostArgs ThisMachine::describe(HostArgs args) {
  if (is_described(args)) return args;
  if (directory_.empty()) {
    std::error_code ignored;
    std::string name = (std::filesystem::temp_directory_path(ignored) / "fwsim-live-XXXXXX").string();
    if (!mkdtemp(name.data())) throw EnvironmentError(fmt::format("cannot make a directory like {}: {}", name, std::strerror(errno)));
    directory_ = std::move(name);
  }
  collect();
  args.snapshot = snapshot();
  args.just_made = true;
  return args;
}

void ThisMachine::collect() {
  const std::string into = snapshot();
  std::error_code ignored;
  std::filesystem::remove_all(into, ignored);
  FILE* shell = popen(fmt::format("/bin/sh -s -- '{}' >/dev/null 2>&1", into).c_str(), "w");
  if (!shell) throw EnvironmentError("cannot run /bin/sh");
  const std::string_view script = collect_script();
  std::fwrite(script.data(), 1, script.size(), shell);
  if (pclose(shell) != 0 || !std::filesystem::is_directory(into, ignored))
    throw EnvironmentError("this machine cannot be described: run the script of 'fwsim collect' to see why, or give --snapshot or --host");
}

}  // namespace fwsim

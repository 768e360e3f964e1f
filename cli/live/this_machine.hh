// This machine as it is, as a host that rules are run on.
#pragma once

#include <string>

#include "cli/commands.hh"

namespace fwsim {

// Runs the script of `fwsim collect`: interfaces, addresses, routes, sysctls, sets. Keeps its files in a directory that goes
// with it.
class ThisMachine {
 public:
  ThisMachine() = default;
  ~ThisMachine();
  ThisMachine(const ThisMachine&) = delete;
  ThisMachine& operator=(const ThisMachine&) = delete;

  // Adds what this machine is to arguments that describe no host. Throws EnvironmentError, as collect() does.
  HostArgs describe(HostArgs args);
  // Looks again, once it was described: what is found then is a snapshot in that folder.
  void collect();
  std::string snapshot() const { return directory_ + "/host"; }

 private:
  std::string directory_;
};

}  // namespace fwsim

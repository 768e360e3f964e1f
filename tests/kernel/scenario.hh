// A scenario of the kernel differential: a ruleset, a host, and packets, with what a Linux kernel did
// to each of them (expected.json). README.md in this folder describes the format.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/host.hh"
#include "model/json.hh"

namespace fwsim::kernel {

using Json = nlohmann::ordered_json;

struct Scenario {
  std::string directory, name;
  std::string rules4, rules6;         // iptables-save text; empty: none
  Host host;
  bool host_replies = false;          // local_delivery "stack": the host itself answers
  std::vector<std::string> ignored;   // regular expressions on the paths of what is left to chance
  std::vector<Json> setup;            // commands run before the rules are loaded
  std::vector<Json> steps;
  std::vector<std::string> sources;   // interface of the sending side's MAC, by name: see wire()
  Json expected;
  double start = 0;                   // seconds since 1970 when the kernel saw the first packet
};

// Throws EnvironmentError with what is wrong with the files.
Scenario load_scenario(const std::string& directory);

}  // namespace fwsim::kernel

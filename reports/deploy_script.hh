// A shell script that puts rules in force on the machine where it runs, and takes them back unless somebody confirms.
#pragma once

#include <string>
#include <vector>

#include "model/ruleset.hh"

namespace fwsim {

struct Deployment {
  struct Rules {
    const Ruleset* ruleset = nullptr;
    std::string text;            // for iptables-restore
  };
  std::vector<Rules> rules;      // of one family, or of both
  std::string sets;              // for ipset restore; may be empty
  unsigned seconds = 60;         // to confirm
  std::string checked;           // what was proved of them, for the head of the script
};

std::string deploy_script(const Deployment& deployment);

}  // namespace fwsim

// What statements do to packets, as verdicts and targets of iptables.
#pragma once

#include <variant>

#include "parser/nft/objects.hh"

namespace fwsim::nft_json {

struct Call {
  std::string chain;
  bool go = false;
};

struct Deed {
  std::variant<Verdict, Call, TargetUse> what;
  Tests needs{};           // must hold for it to be done
  bool ends = false;       // of packets that come to it none goes on to the next statement
  bool logs = false;       // only writes something down

  bool calls() const { return std::holds_alternative<Call>(what); }
};

// One of several deeds, by a value of the packet: a map of verdicts, or of what is to be set.
struct Choice {
  struct Case {
    std::vector<const json*> keys;
    Deed deed;
  };
  const json* key = nullptr;
  std::vector<Case> cases;
  std::optional<Deed> otherwise{};   // of keys that are in no case: "*"
};

// What a statement does; nothing when it is one that does nothing to packets (`counter`). Throws NotUnderstood.
std::optional<std::variant<Deed, Choice>> deed_of(const json& statement, const Scope& scope);

// "jump x", "accept": of rules and of maps of verdicts; nothing when it is no verdict, or `continue`.
std::optional<Deed> verdict_of(const json& statement);

}  // namespace fwsim::nft_json

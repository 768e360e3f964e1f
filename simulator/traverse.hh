// One packet through one table at one hook (net/ipv4/netfilter/ip_tables.c, ipt_do_table).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/program.hh"
#include "simulator/result.hh"
#include "simulator/world.hh"

namespace fwsim {

struct Traversal {
  enum class End : std::uint8_t { accept, drop, stolen, nat };
  End end = End::accept;
  const Nat* nat = nullptr;          // of End::nat: the mapping asked for
  std::optional<RuleRef> by;         // the rule or policy that ended it
  std::string reason;                // when no rule did, or says more: "malformed header (hotdrop)"
  std::vector<Undecided> undecided;  // rules that might have ended it otherwise
};

// `path`: where to note each rule that matched; may be null.
Traversal traverse(Program& program, Hook hook, Packet& packet, World& world, std::vector<Step>* path);

}  // namespace fwsim

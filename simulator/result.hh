// What became of a packet: its fate, the rule that decided, the way it took, what it caused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/hooks.hh"
#include "model/ruleset.hh"
#include "simulator/effect.hh"
#include "simulator/packet.hh"

namespace fwsim {

enum class Fate : std::uint8_t {
  forwarded, delivered, sent, dropped, stolen,
  queued,    // a fragment that waits for the others
  unknown,   // a rule on the way could not be decided
  bridged,   // from port to port, and no table was asked (bridge-nf-call-iptables is 0, or the frame is tagged)
  ignored    // iptables never sees it: no IP packet, or one the kernel drops before PREROUTING
};
inline constexpr unsigned fate_count = 9;
std::string_view fate_name(Fate fate);

// A place in a ruleset. `index` is the number of rules for the policy or the end of a chain.
struct RuleRef {
  Family family = Family::v4;
  const Table* table = nullptr;
  std::uint32_t chain = 0;
  std::uint32_t index = 0;

  const Chain& in_chain() const { return table->chains[chain]; }
  bool is_rule() const { return index < in_chain().rules.size(); }
  unsigned line() const { return is_rule() ? in_chain().rules[index].line : in_chain().line; }
  std::string name() const { return rule_name(table->id, in_chain(), index); }
};

struct Step {
  Hook hook = Hook::prerouting;
  std::optional<RuleRef> rule;   // a rule that matched, or a policy or end that was reached
  std::string note;              // without a rule: what happened between the tables
};

// A rule whose conditions could not be told for this packet.
struct Undecided {
  RuleRef rule;
  std::string why;
};

// A packet that left by a device.
struct Sent {
  std::string device;
  Packet packet;
  std::uint64_t order = 0;   // among all that one packet caused
  std::optional<u128> gateway;   // the next hop, when it is not the destination
};

struct Result {
  Fate fate = Fate::unknown;
  std::string in_if, out_if;
  std::optional<RuleRef> decided_by;   // the rule or policy that dropped or let it pass, if one did
  std::string reason;                  // why, when no rule did: "no route", "martian source"
  std::optional<Hook> dropped_at;      // the hook whose tables dropped it
  std::optional<Hook> last_hook;       // the last one it entered
  std::optional<CtState> ct_state;     // as PREROUTING or OUTPUT left it; none where conntrack is off
  bool ct_reply = false;
  bool balanced = false;               // by one of several next hops: the kernel may have chosen another (routing.hh)
  std::uint64_t order = 0;             // when its way began
  std::vector<Step> path;              // only when asked for
  std::vector<Undecided> undecided;
  std::vector<Record> records;         // LOG and the like
  std::vector<Sent> out;               // as sent out, for forwarded and sent ones
  std::vector<Result> generated;       // replies and copies, with their own ways
  Packet packet;                       // as it was at the end
  std::string cause;                   // of a generated packet: "REJECT", "TTL exceeded"
};

}  // namespace fwsim

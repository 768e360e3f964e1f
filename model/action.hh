// The core language, half two: what a rule does once it matched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/field.hh"
#include "model/types.hh"

namespace fwsim {

struct TargetUse;

enum class Verdict : std::uint8_t { accept, drop, back, queue };  // `back` is RETURN

struct Jump {
  int chain = -1;     // index into the table's chains
  bool go = false;    // -g: the caller is not remembered
  bool operator==(const Jump&) const = default;
};

// to = clamp(((to & keep) ^ constant ^ moved) + add), where moved = (from & from_mask) shifted.
// Covers MARK, CONNMARK, TOS, DSCP, TTL, HL, CLASSIFY. Does nothing when `to` or `from` is absent.
struct Assign {
  Field to = Field::none;
  u128 keep = 0;
  u128 constant = 0;
  Field from = Field::none;
  u128 from_mask = 0;
  int shift = 0;             // left when positive, of the moved value
  bool shift_result = false; // the shift applies to the result, after keep and constant
  int add = 0;               // clamped to 0..255
};

// SNAT, DNAT, MASQUERADE, REDIRECT, NETMAP: struct nf_nat_range2.
struct Nat {
  enum class Kind : std::uint8_t { snat, dnat, masquerade, redirect, netmap };
  Kind kind = Kind::snat;
  std::optional<Range> address;
  std::optional<Range> ports;
  std::optional<std::uint16_t> port_base;  // --to-destination a:b-c/base
  u128 netmap_mask = 0;
  bool random = false;
  bool persistent = false;
};

// Everything else; simulator/effects/<name>.cc does it. What solvers need to know is here.
struct Effect {
  const TargetUse* use = nullptr;
  bool terminates = false;         // never goes on to the next rule
  bool may_terminate = false;      // ends the chain for some packets
  bool drops_malformed = false;    // drops packets whose header it cannot rewrite; goes on with all others
  enum class End : std::uint8_t { dropped, queued, diverted };   // to a program; to a socket of this host
  End end = End::dropped;          // of what it terminates
  std::optional<std::uint8_t> ct_state;   // what Field::ct_state is afterwards, until connection tracking has its say
  bool attaches_helper = false;    // connections that this one announces will be RELATED
  bool resets = false;             // answers with a TCP RST, which is RELATED to the connection
  std::vector<Field> writes;       // fields that have another value afterwards
};

struct Opaque {  // a target that fwsim does not know
  std::string name;
};

using Action = std::variant<Verdict, Jump, Assign, Nat, Effect, Opaque>;
using Actions = std::vector<Action>;  // done in order; empty: only counts

}  // namespace fwsim

// Assertions about a ruleset, proved for every packet or refuted by one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/ask.hh"
#include "model/diagnostic.hh"
#include "model/policy.hh"

namespace fwsim {

// An assertion with its words understood.
struct Claim {
  const Assertion* assertion = nullptr;
  std::vector<Traffic> traffic;          // `isolated`: both directions
  std::vector<Range> sources;            // only-from
  std::optional<Family> family;          // of sources
  std::optional<Way> way;
  std::vector<Range> to, to_ports;       // must-nat-to
};

// Faults have their place in the policy file; an assertion that has one is left out. The policy must outlive them.
std::vector<Claim> understand(const Policy& policy, Diagnostics& diagnostics);

// Packets for which it is not as asserted, or may not be.
struct Refutation {
  AnsweredClass packets;
  bool replies = false;                  // among what comes back
  std::string why;                       // "is not logged"; empty: the fate says it
  std::vector<std::string> path;         // of the packet: "INPUT filter/INPUT/3 (rules.v4:7)"
};

struct Proof {
  enum class Result : std::uint8_t {
    proved, refuted,
    may_fail,     // it hangs on what cannot be told
    nothing       // no packet is like that
  };
  std::string name;
  Assertion::Kind kind = Assertion::Kind::must_pass;
  Family family = Family::v4;
  Result result = Result::proved;
  bool complete = true;
  unsigned line = 0;                     // in the policy
  std::vector<Refutation> against;
};
std::string_view result_name(Proof::Result result);   // "proved", "refuted", "may fail", "no packet is like that"

// Whether the claim is about packets of this family at all.
bool concerns(const Claim& claim, Family family);
// `host` may be null: then each packet may be for the host or be forwarded, unless devices or `way` say.
Proof prove(const Ruleset& ruleset, const Host* host, const Claim& claim);

}  // namespace fwsim

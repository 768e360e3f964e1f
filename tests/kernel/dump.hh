// What the engine holds and what became of a packet, in the words of expected.json.
#pragma once

#include <string>

#include "simulator/engine.hh"
#include "tests/kernel/scenario.hh"

namespace fwsim::kernel {

// "filter:FORWARD:rule:3", "6:raw:PREROUTING:policy:2", "filter:CHAIN:return:4"
std::string rule_key(Family family, const Table& table, std::uint32_t chain, std::uint32_t index);
std::string rule_key(const RuleRef& rule);

// Counters by key: [packets, bytes].
Json counters_json(const Engine& engine);
Json conntrack_json(Engine& engine);
Json expectations_json(Engine& engine);
Json sets_json(World& world);
Json recent_json(const World& world);

// fate, dropped_at, last_rule, out_if, ctstate, counters aside, journeys, out, log, nflog. `sent`:
// the packet was sent by the host itself.
Json packet_json(const Result& result, bool sent);

}  // namespace fwsim::kernel

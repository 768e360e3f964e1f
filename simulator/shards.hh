// Packets parted by the hosts that speak, so that several engines can each take some: every packet that has a say in what becomes of
// another one comes to the same engine. Where rules or the kernel share more than that, one engine must take them all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "simulator/engine.hh"
#include "simulator/sources/source.hh"

namespace fwsim {

// The part of a frame, below `shards`: by the pair of addresses, of ICMP errors by that of the packet they quote.
unsigned shard_of(const Frame& frame, unsigned shards);

// What lets packets of some hosts decide about those of others, before any has come: "-m limit of filter/INPUT/3"; nothing when
// nothing does.
std::optional<std::string> shared_by_rules(const Engine& engine);
// The same, of what came up while packets were taken.
std::optional<std::string> shared_by_packets(const Engine& engine, std::uint64_t seed);

}  // namespace fwsim

// What a run remembers, kept over a restart: connections, the lists of -m recent, and the sets that rules change. A text
// of sections, each as conntrack -L, /proc/net/xt_recent and ipset save print them:
//   # fwsim live state 1
//   [time 1764201600000000000]
//   [connections]
//   [recent NAME]
//   [sets]
//   [end 4711]          the bytes before this line
// Not kept: what helpers remember and expect, windows and sequence numbers of TCP, connections of SYNPROXY, labels.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/known_connection.hh"
#include "model/ruleset.hh"
#include "parser/ipset.hh"
#include "simulator/oracles/recent.hh"
#include "simulator/world.hh"

namespace fwsim {

struct SavedList {
  std::string name;
  std::vector<RecentList::Entry> entries;
};

struct SavedState {
  std::int64_t time = 0;   // ns since 1970
  std::vector<KnownConnection> connections;
  std::vector<SavedList> lists;
  IpSets sets;
};

// Throws EnvironmentError when the text is damaged or another one's.
SavedState read_state(std::string_view text, const std::string& file);

using RulesOfBoth = std::array<std::shared_ptr<const Ruleset>, 2>;
std::string state_text(World& world, const RulesOfBoth& rules, std::int64_t now);

// Before the first packet. Connections and elements whose time has passed since are left out, and so are lists and sets
// that no rule of now names or changes. How much was taken, for people.
std::string restore(World& world, const RulesOfBoth& rules, SavedState state, std::int64_t now);

}  // namespace fwsim

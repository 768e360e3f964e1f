#include "simulator/ipsets.hh"

#include <optional>

namespace fwsim {
namespace {

struct LiveSets : Shared {
  std::optional<SetStore> store;
};

}  // namespace

SetStore& ipsets(World& world) {
  auto& live = world.get_shared<LiveSets>("ipset");
  if (!live.store) live.store.emplace(world.host.sets, world.now);
  return *live.store;
}

}  // namespace fwsim

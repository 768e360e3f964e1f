// SET: adds to a set, deletes from another, and maps what a third says onto the packet, in this
// order (net/netfilter/xt_set.c, set_target_v3).
#include <optional>
#include <string>

#include "simulator/effect.hh"
#include "simulator/ipsets.hh"
#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

struct Named {
  std::string name;
  SetFlags flags;
};

// "NAME src,dst"
std::optional<Named> read_named(const TargetUse& use, std::string_view option) {
  const std::string_view text = use.text(option);
  const std::size_t space = text.find(' ');
  if (space == text.npos) return std::nullopt;
  const auto flags = read_set_flags(text.substr(space + 1));
  return flags ? std::optional(Named{std::string(text.substr(0, space)), *flags}) : std::nullopt;
}

struct Plan {
  std::optional<Named> add, del, map;
  std::optional<std::uint32_t> timeout;
  bool exist = false, map_mark = false, map_priority = false;
};

Plan read_plan(const TargetUse& use) {
  Plan plan{.add = read_named(use, "add-set"), .del = read_named(use, "del-set"), .map = read_named(use, "map-set")};
  if (use.has("timeout")) plan.timeout = static_cast<std::uint32_t>(use.number("timeout"));
  plan.exist = use.has("exist");
  plan.map_mark = use.has("map-mark");
  plan.map_priority = use.has("map-prio");
  return plan;
}

// The queue that --map-queue asks for decides nothing here.
void apply(const SkbInfo& info, const Plan& plan, Packet& packet) {
  if (plan.map_mark)
    set_field(packet, Field::mark, (packet.fields.number(Field::mark) & ~std::uint64_t{info.mark_mask}) ^ info.mark);
  if (plan.map_priority) set_field(packet, Field::priority, info.priority);
}

std::unique_ptr<Target> make(const TargetUse& use, Family, World&) {
  return make_effect(
      [plan = read_plan(use)](Packet& packet, const Where&, World& world) {
        SetStore& store = ipsets(world);
        const auto known = [&](const std::optional<Named>& set) {
          return set && store.find(set->name) != SetStore::none;
        };
        if (known(plan.add))
          store.add(store.find(plan.add->name), plan.add->flags, packet, plan.timeout, plan.exist, world.now);
        if (known(plan.del)) store.del(store.find(plan.del->name), plan.del->flags, packet, world.now);
        if (!plan.map) return Outcome::next_rule;
        if (!known(plan.map)) return Outcome::unknown;
        SkbInfo info;
        if (store.test(store.find(plan.map->name), plan.map->flags, packet, {}, world.now, &info))
          apply(info, plan, packet);
        return Outcome::next_rule;
      },
      "the set that the packet is mapped by is not known");
}

}  // namespace

extern const TargetKind effect_SET{"SET", make};

}  // namespace fwsim

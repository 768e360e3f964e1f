// Expectations, as ctnetlink dumps them (net/netfilter/nf_conntrack_netlink.c).
#include <array>

#include "simulator/expectation.hh"
#include "tests/kernel/dump.hh"
#include "tests/kernel/dump_parts.hh"

namespace fwsim::kernel {
namespace {

struct Bit {
  std::uint32_t bit;
  const char* name;
};
constexpr std::array flag_bits{Bit{expect_permanent, "PERMANENT"}, Bit{expect_inactive, "INACTIVE"},
                               Bit{expect_userspace, "USERSPACE"}};

Json expectation_json(const Expectation& e, const CtEntry& master, std::int64_t now) {
  const Tuple mask{.family = e.tuple.family, .src = e.mask.src, .dst = address_mask(e.tuple.family),
                   .sport = e.mask.sport, .dport = 0xffff, .proto = e.tuple.proto};
  Json j{{"tuple", tuple_json(e.tuple)}, {"mask", tuple_json(mask)}, {"proto", proto_text(e.tuple.proto)},
         {"master", tuple_json(master.original())}};
  if (const std::string& helper = master.ext().helper; !helper.empty()) j["helper"] = helper;
  j["timeout"] = (e.expires - now) / 1'000'000'000;
  for (const Bit& bit : flag_bits)
    if (e.flags & bit.bit) j["flags"].push_back(bit.name);
  if (e.cls != 0) j["class"] = e.cls;
  if (e.saved_address != 0 || e.saved_port != 0) {
    j["nat"] = tuple_json({.family = e.tuple.family, .src = e.saved_address, .sport = e.saved_port, .proto = master.proto});
    j["nat"]["dir"] = e.dir == Direction::reply ? "reply" : "original";
  }
  if (e.fn && !e.fn->name.empty()) j["fn"] = e.fn->name;
  return j;
}

}  // namespace

Json expectations_json(Engine& engine) {
  const World& world = engine.world();
  Json j = Json::array();
  for (const Expectation* e : world.conntrack.expectations().list(world.now))
    if (const auto master = e->master.lock()) j.push_back(expectation_json(*e, *master, world.now));
  return j;
}

}  // namespace fwsim::kernel

// -m set: whether the packet is in an ipset (net/netfilter/xt_set.c, revision 4). What is in a set
// and what a packet has to do with it is in set_lookup.cc.
#include <fmt/format.h>

#include "simulator/ipsets.hh"
#include "simulator/oracle.hh"

namespace fwsim {
namespace {

SetCounterTest counter_test(const MatchUse& use, std::string_view what) {
  using Kind = SetCounterTest::Kind;
  const std::string equal = fmt::format("{}-eq", what), less = fmt::format("{}-lt", what),
                    greater = fmt::format("{}-gt", what);
  if (use.has(equal)) return {use.inverted(equal) ? Kind::not_equal : Kind::equal, use.number(equal)};
  if (use.has(less)) return {Kind::less, use.number(less)};
  if (use.has(greater)) return {Kind::greater, use.number(greater)};
  return {};
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World& world) {
  const std::string_view given = use.text("match-set");
  const std::size_t space = given.find(' ');
  const std::string name(given.substr(0, space));
  if (!world.host.sets.contains(name))
    return make_unknown(fmt::format("ipset '{}' is not known: give the output of ipset save", name));
  const auto flags = read_set_flags(space == given.npos ? "" : given.substr(space + 1));
  if (!flags) return make_unknown(fmt::format("'{}' is no set with its sides", given));
  const SetTest options{.return_nomatch = use.has("return-nomatch"),
                        .update_counters = !use.has("update-counters"),
                        .update_subcounters = !use.has("update-subcounters"),
                        .packets = counter_test(use, "packets"),
                        .bytes = counter_test(use, "bytes")};
  const bool inverted = use.inverted("match-set");
  return make_oracle([=](Packet& packet, const Where&, World& now) {
    SetStore& store = ipsets(now);
    return answer(store.test(store.find(name), *flags, packet, options, now.now) != inverted);
  });
}

}  // namespace

extern const OracleKind oracle_set{"set", make};

}  // namespace fwsim

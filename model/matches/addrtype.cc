// -m addrtype: what kind of address it is for this host (net/netfilter/xt_addrtype.c). IPv4 asks
// the local table only, so the types of other routes never occur. IPv6 decides some types by the
// address alone and wants all that are listed at once: --src-type LOCAL,UNICAST is both.
#include <array>
#include <utility>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;

// RTN_* of linux/rtnetlink.h, the values of Field::src_type and its like.
enum Type : std::uint64_t { unspec, unicast, local, broadcast, anycast, multicast, blackhole, unreachable };
constexpr std::array<NamedNumber, 12> names{{{"UNSPEC", unspec}, {"UNICAST", unicast}, {"LOCAL", local},
                                            {"BROADCAST", broadcast}, {"ANYCAST", anycast}, {"MULTICAST", multicast},
                                            {"BLACKHOLE", blackhole}, {"UNREACHABLE", unreachable}, {"PROHIBIT", 8},
                                            {"THROW", 9}, {"NAT", 10}, {"XRESOLVE", 11}}};
constexpr std::uint64_t v6_types =
    1U << unspec | 1U << unicast | 1U << local | 1U << anycast | 1U << multicast | 1U << unreachable;
constexpr std::uint64_t v6_routed = 1U << local | 1U << anycast | 1U << unreachable;

// The first name that the word abbreviates counts: U is UNSPEC.
std::optional<ValueError> read_types(const ValueContext& c, Words words, Value& out) {
  Bits set;
  for (std::string_view word : split(words[0], ',')) {
    const NamedNumber* found = nullptr;
    for (const NamedNumber& entry : names)
      if (!found && !word.empty() && equal_ignoring_case(entry.name.substr(0, word.size()), word)) found = &entry;
    if (!found)
      return ValueError{"'" + std::string(word) + "' is not a type of address",
                        "a comma list of LOCAL, UNICAST, BROADCAST, MULTICAST, ANYCAST, UNREACHABLE, ...",
                        refusal(*c.option, word)};
    set.bits |= std::uint64_t{1} << found->number;
  }
  if (c.family == Family::v6 && (set.bits & ~v6_types) != 0)
    return ValueError{"'" + std::string(words[0]) + "' has types that do not exist in IPv6",
                      "the kernel takes UNSPEC, UNICAST, LOCAL, ANYCAST, MULTICAST and UNREACHABLE"};
  out = set;
  return {};
}

constexpr ValueKind types_kind{
    "type[,type...]", 1, read_types,
    [](const ValueContext& c, const Value& value, std::string& out) {
      Option named = *c.option;
      named.names = names;
      kinds::named_set.print({c.family, &named, c.protocol, c.inverted}, value, out);
    }};

// ipv6_addr_type(): everything but ::, mapped IPv4 addresses and multicast.
Pred is_unicast(Field address) {
  return all({present(address), negation(is(address, 0)),
              negation(masked(address, u128{0xffff} << 32, prefix_mask(Family::v6, 96))),
              negation(masked(address, u128{0xff} << 120, u128{0xff} << 120))});
}

Pred test_v6(Field address, Field type, std::uint64_t bits) {
  std::vector<Pred> parts{present(address)};
  if (bits & 1U << multicast) parts.push_back(masked(address, u128{0xff} << 120, u128{0xff} << 120));
  if (bits & 1U << unicast) parts.push_back(is_unicast(address));
  if (bits & 1U << unspec) parts.push_back(is(address, 0));
  if (bits & v6_routed) parts.push_back(value_in_field(type, Bits{bits & v6_routed}, false));
  return all(std::move(parts));
}

Meaning meaning(const MatchUse& use, Family family) {
  const bool in = use.has("limit-iface-in"), out = use.has("limit-iface-out");
  std::vector<Pred> parts;
  for (const Given& given : use.given) {
    const auto* bits = std::get_if<Bits>(&given.value);
    if (!bits) continue;
    const bool source = use.extension->options[given.option].name == "src-type";
    const Field type = source ? (in ? Field::src_type_in : out ? Field::src_type_out : Field::src_type)
                              : (in ? Field::dst_type_in : out ? Field::dst_type_out : Field::dst_type);
    if (family == Family::v4) {
      parts.push_back(value_in_field(type, *bits, given.inverted));
    } else {
      Pred test = test_v6(source ? Field::src : Field::dst, type, bits->bits);
      parts.push_back(given.inverted ? negation(std::move(test)) : std::move(test));
    }
  }
  return {all(std::move(parts)), never()};
}

constexpr Option options[] = {
    {.name = "src-type", .kind = &types_kind, .invertible = true, .help = "type of the source address", .refused = "addrtype: bad type \"{}\""},
    {.name = "dst-type", .kind = &types_kind, .invertible = true, .help = "type of the destination address", .refused = "addrtype: bad type \"{}\""},
    {.name = "limit-iface-in", .excludes = "limit-iface-out",
     .hooks = hooks_of(Hook::prerouting, Hook::input, Hook::forward), .help = "as seen from the input device"},
    {.name = "limit-iface-out", .hooks = hooks_of(Hook::forward, Hook::output, Hook::postrouting),
     .help = "as seen from the output device"},
};

}  // namespace

extern const Extension match_addrtype{.name = "addrtype", .options = options, .groups = "src-type+dst-type", .none_given = "addrtype: you must specify --src-type or --dst-type",
                                      .help = "kind of address", .match = meaning};

}  // namespace fwsim

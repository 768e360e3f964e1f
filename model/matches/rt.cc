// -m rt (IPv6): the routing header. net/ipv6/netfilter/ip6t_rt.c
//
// Fields, for the decoder, all of the first routing header (ipv6header.hh), absent when the packet
// ends before the header does: rt_len (byte[1] + 1) * 8; rt_type byte 2; rt_segsleft byte 3;
// rt_reserved bytes 4..7.
#include "model/matches/rt.hh"

#include <fmt/format.h>

#include "model/extension.hh"
#include "model/matches/ipv6header.hh"

namespace fwsim {

std::vector<u128> read_rt_addresses(std::string_view list) {
  std::vector<u128> addresses;
  for (std::string_view piece : split(list, ',')) {
    const auto address = read_address(Family::v6, piece);
    if (!address) return {};
    addresses.push_back(*address);
  }
  return addresses;
}

namespace {

constexpr std::size_t most = 16;  // IP6T_RT_HOPS

std::optional<ValueError> read_list(const ValueContext&, std::span<const std::string_view> words, Value& out) {
  const auto addresses = read_rt_addresses(words[0]);
  if (addresses.empty()) return ValueError{fmt::format("'{}' is not a list of IPv6 addresses", words[0]), {}};
  if (addresses.size() > most)
    return ValueError{fmt::format("{} addresses are too many: at most {}", addresses.size(), most), {}};
  std::string text;
  for (u128 address : addresses) text += (text.empty() ? "" : ",") + address_text(Family::v6, address);
  out = std::move(text);
  return {};
}

void print_list(const ValueContext&, const Value& value, std::string& out) { out += std::get<std::string>(value); }

constexpr ValueKind addresses_kind{"address[,address...]", 1, read_list, print_list};

void finish(Use& use, CheckContext& c) {
  const bool type_0 = use.has("rt-type") && use.number("rt-type") == 0 && !use.inverted("rt-type");
  for (std::string_view name : {"rt-0-res", "rt-0-addrs"})
    if (use.has(name) && !type_0)
      c.fault(name, fmt::format("--{} needs --rt-type 0, not negated", name), "add --rt-type 0 before it");
}

Meaning meaning(const MatchUse& use, Family family) {
  std::vector<Pred> parts{present(Field::rt_type), options_as_fields(use, family)};
  if (use.has("rt-0-res")) parts.push_back(is(Field::rt_reserved, 0));
  if (use.has("rt-0-addrs")) parts.push_back(oracle(use));
  return {all(std::move(parts)), masked(Field::ipv6_bad_exts, ipv6_ext::routing, ipv6_ext::routing)};
}

constexpr Option options[] = {
    {.name = "rt-type", .kind = &kinds::number, .invertible = true, .field = Field::rt_type, .help = "routing type"},
    {.name = "rt-segsleft", .kind = &kinds::range, .invertible = true, .field = Field::rt_segsleft,
     .saved = Saved::unless_default, .fallback = "0:4294967295", .help = "segments left, or range"},
    {.name = "rt-len", .kind = &kinds::number, .invertible = true, .field = Field::rt_len,
     .help = "bytes of the header"},
    {.name = "rt-0-res", .help = "the reserved field is zero (type 0)"},
    {.name = "rt-0-addrs", .kind = &addresses_kind, .help = "the addresses are exactly these (type 0)"},
    {.name = "rt-0-not-strict", .needs = "rt-0-addrs", .help = "other addresses may stand between them"},
};

}  // namespace

extern const Extension match_rt{.name = "rt", .v4 = false, .options = options, .help = "IPv6 routing header",
                                .finish = finish, .match = meaning};

}  // namespace fwsim

// -m connlimit: number of connections of an address or network (net/netfilter/xt_connlimit.c).
// Options after finish(), for simulator/oracles/connlimit.cc:
//   connlimit-upto or connlimit-above    NumRange, never inverted
//   connlimit-mask                       NumRange, prefix length, always given
//   connlimit-saddr or connlimit-daddr   flag, exactly one is given
#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

// A word that is an address but no netmask counts as the whole address.
constexpr ValueKind mask_kind{
    "length", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      auto error = kinds::mask_length.read(c, words, out);
      if (error)
        error->tool = "connlimit: bad value for option \"--connlimit-mask\", neither a valid network mask nor valid CIDR (0-" +
                      std::to_string(address_bits(c.family)) + ").\n";
      if (!error || kinds::host.read(c, words, out)) return error;
      out = NumRange{address_bits(c.family), address_bits(c.family)};
      return {};
    },
    [](const ValueContext& c, const Value& value, std::string& out) { kinds::mask_length.print(c, value, out); }};

void finish(Use& use, CheckContext& c) {
  const std::string_view given = use.has("connlimit-above") ? "connlimit-above" : "connlimit-upto";
  const bool above = (given == "connlimit-above") != use.inverted(given);
  const std::uint64_t limit = use.number(given);
  use.remove(given);
  use.put(above ? "connlimit-above" : "connlimit-upto", NumRange{limit, limit});
  if (!use.has("connlimit-mask")) use.put("connlimit-mask", NumRange{address_bits(c.family), address_bits(c.family)});
  if (!use.has("connlimit-daddr")) use.put("connlimit-saddr", std::monostate{});
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "connlimit-upto", .kind = &kinds::number, .invertible = true, .help = "true up to so many connections"},
    {.name = "connlimit-above", .kind = &kinds::number, .invertible = true, .help = "true for more connections"},
    {.name = "connlimit-mask", .kind = &mask_kind, .help = "length of the prefix that is counted together"},
    {.name = "connlimit-saddr", .excludes = "connlimit-daddr", .help = "count by source address"},
    {.name = "connlimit-daddr", .help = "count by destination address"},
};

}  // namespace

extern const Extension match_connlimit{
    .name = "connlimit", .options = options, .groups = "connlimit-upto|connlimit-above", .none_given = "You must specify \"--connlimit-above\" or \"--connlimit-upto\".", .conntrack = true,
    .memory = Memory::own, .help = "number of connections of an address", .finish = finish, .match = meaning};

}  // namespace fwsim

// -m set: membership in an ipset (net/netfilter/xt_set.c, ipset/ip_set_core.c). That the set
// exists, its family and its dimensions are checked where the host is known.
// Options after finish(), for simulator/oracles/set.cc:
//   match-set            string "NAME src[,dst...]": name, one space, sides; its inversion is the match's
//   return-nomatch       flag
//   update-counters, update-subcounters   flag, present means: inverted, do not update
//   packets-eq, -lt, -gt, bytes-eq, -lt, -gt   NumRange; only the -eq ones can be inverted
#include <fmt/format.h>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

constexpr std::size_t max_set_name = 31, max_sides = 6;
constexpr std::uint64_t max_counter = ~std::uint64_t{0};

Error read_set(const ValueContext&, Words words, Value& out) {
  if (words[0].size() > max_set_name)
    return ValueError{fmt::format("set name '{}' is longer than {} characters", words[0], max_set_name), {}};
  const auto sides = split(words[1], ',');
  for (std::string_view side : sides)
    if (side != "src" && side != "dst")
      return ValueError{fmt::format("'{}' is not a side of a packet", side), "a comma list of src and dst"};
  if (sides.size() > max_sides)
    return ValueError{fmt::format("'{}' has more than {} sides", words[1], max_sides), {}};
  out = fmt::format("{} {}", words[0], words[1]);
  return {};
}

constexpr ValueKind set_kind{
    "name src|dst[,...]", 2, read_set,
    [](const ValueContext&, const Value& value, std::string& out) { out += std::get<std::string>(value); }};

void finish(Use& use, CheckContext&) {
  for (std::string_view option : {"update-counters", "update-subcounters"})
    if (!use.inverted(option)) use.remove(option);
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "match-set", .kind = &set_kind, .alias = "set", .invertible = true, .required = true,
     .help = "the set, and which side of the packet each of its dimensions means"},
    {.name = "return-nomatch", .help = "true for the elements marked nomatch"},
    {.name = "update-counters", .invertible = true, .help = "count hits in the set"},
    {.name = "update-subcounters", .invertible = true, .help = "count hits in the members of a list"},
    {.name = "packets-eq", .kind = &kinds::number, .invertible = true, .max = max_counter,
     .excludes = "packets-lt,packets-gt", .help = "the element counted so many packets"},
    {.name = "packets-lt", .kind = &kinds::number, .max = max_counter, .excludes = "packets-gt",
     .help = "it counted fewer packets"},
    {.name = "packets-gt", .kind = &kinds::number, .max = max_counter, .help = "it counted more packets"},
    {.name = "bytes-eq", .kind = &kinds::number, .invertible = true, .max = max_counter,
     .excludes = "bytes-lt,bytes-gt", .help = "the element counted so many bytes"},
    {.name = "bytes-lt", .kind = &kinds::number, .max = max_counter, .excludes = "bytes-gt",
     .help = "it counted fewer bytes"},
    {.name = "bytes-gt", .kind = &kinds::number, .max = max_counter, .help = "it counted more bytes"},
};

}  // namespace

extern const Extension match_set{.name = "set", .options = options, .none_given = "You must specify `--match-set' with proper arguments", .help = "member of an ipset", .finish = finish,
                                 .match = meaning};

}  // namespace fwsim

// -m recent: a list of addresses with the times they were seen, shared by name
// (net/netfilter/xt_recent.c). Options after finish(), for simulator/oracles/recent.cc:
//   set, rcheck, update or remove   flag, the inversion is that option's own
//   seconds, hitcount               NumRange, absent: not asked for (hitcount 0 is dropped)
//   reap, rttl                      flags
//   name                            string, always given
//   mask                            AddressRange {mask, mask}, always given
//   rsource or rdest                flag, exactly one is given
#include <fmt/format.h>

#include <iterator>

#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

// iptables prints these with %d.
void print_signed(const ValueContext&, const Value& value, std::string& out) {
  out += fmt::format("{}", static_cast<std::int32_t>(std::get<NumRange>(value).low));
}
constexpr ValueKind signed_number{
    "N", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) {
      return kinds::number.read(c, words, out);
    },
    print_signed};

constexpr std::size_t max_name = 199;

// Both sides may be given, each once; the last one counts. They are repeatable in the table only
// because then `given` keeps their order.
void keep_last_side(Use& use, CheckContext& c) {
  const bool source = !use.has("rdest") || use.extension->options[use.given.back().option].name == "rsource";
  std::size_t sides = 0;
  for (const Given& g : use.given)
    if (use.extension->options[g.option].repeatable) ++sides;
  if (sides > (use.has("rsource") ? 1U : 0U) + (use.has("rdest") ? 1U : 0U))
    c.fault(source ? "rsource" : "rdest", "--rsource and --rdest can be given once");
  use.remove("rsource");
  use.remove("rdest");
  use.put(source ? "rsource" : "rdest", std::monostate{});
}

void finish(Use& use, CheckContext& c) {
  const bool only_lists = use.has("set") || use.has("remove");
  for (std::string_view option : {"seconds", "hitcount", "rttl", "reap"})
    if (only_lists && use.has(option) && !(option == "hitcount" && use.number("hitcount") == 0))
      c.fault(option, fmt::format("--{} has no use with --{}", option, use.has("set") ? "set" : "remove"),
              "it belongs to --rcheck or --update");
  if (use.number("hitcount") == 0) use.remove("hitcount");
  if (!is_proc_name(use.text("name")))
    c.fault("name", fmt::format("'{}' cannot be the name of a file in /proc", use.text("name")));
  else if (use.text("name").size() > max_name)
    use.put("name", std::string(use.text("name").substr(0, max_name)));
  if (!use.has("mask")) use.put("mask", AddressRange{address_mask(c.family), address_mask(c.family)});
  keep_last_side(use, c);
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "set", .invertible = true, .help = "put the address on the list; always true"},
    {.name = "rcheck", .invertible = true, .help = "the address is on the list"},
    {.name = "update", .invertible = true, .help = "like --rcheck, and note that it was seen"},
    {.name = "remove", .invertible = true, .help = "take the address off the list; true when it was there"},
    {.name = "seconds", .kind = &signed_number, .min = 1, .help = "seen within so many seconds", .refused = "recent: bad value for option \"--seconds\", or out of range (1-4294967295).\n"},
    {.name = "reap", .needs = "seconds", .help = "forget what is older than --seconds"},
    {.name = "hitcount", .kind = &signed_number, .max = 65535, .help = "seen at least so many times", .refused = "recent: bad value for option \"--hitcount\", or out of range (0-4294967295).\n"},
    {.name = "rttl", .help = "and with the same TTL"},
    {.name = "name", .kind = &kinds::word, .saved = Saved::always, .fallback = "DEFAULT", .help = "name of the list"},
    {.name = "mask", .kind = &kinds::host, .help = "bits of the address that count"},
    {.name = "rsource", .repeatable = true, .help = "the source address"},
    {.name = "rdest", .repeatable = true, .help = "the destination address"},
};

}  // namespace

extern const Extension match_recent{
    .name = "recent", .options = options, .groups = "set|rcheck|update|remove", .none_given = "recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'",
    .memory = Memory::shared, .help = "addresses seen recently", .finish = finish, .match = meaning};

}  // namespace fwsim

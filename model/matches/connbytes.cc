// -m connbytes: what the connection has carried so far (net/netfilter/xt_connbytes.c).
// For simulator/oracles/connbytes.cc:
//   connbytes        NumRange; its inversion is the match's (a:a is never inverted: the kernel
//                    keeps an inverted range with its ends swapped, so a:a loses it)
//   connbytes-mode   NumRange 0 packets, 1 bytes, 2 avgpkt
//   connbytes-dir    NumRange 0 original, 1 reply, 2 both
#include <fmt/format.h>

#include <iterator>

#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

constexpr std::uint64_t most = ~std::uint64_t{0};
constexpr NamedNumber modes[] = {{"packets", 0}, {"bytes", 1}, {"avgpkt", 2}};
constexpr NamedNumber directions[] = {{"original", 0}, {"reply", 1}, {"both", 2}};

// A single number is the lower end.
Error read_range(const ValueContext&, Words words, Value& out) {
  const std::size_t colon = words[0].find(':');
  NumRange range{0, most};
  const std::string_view low = words[0].substr(0, colon);
  const std::string_view high = colon == words[0].npos ? std::string_view() : words[0].substr(colon + 1);
  for (const auto& [word, end] : {std::pair{low, &range.low}, std::pair{high, &range.high}}) {
    if (word.empty() && colon != words[0].npos) continue;
    if (word.empty() && end == &range.high) continue;
    const auto number = read_number(word);
    if (!number) return ValueError{fmt::format("'{}' is not a number", word), {}};
    *end = *number;
  }
  if (range.low > range.high)
    return ValueError{fmt::format("range '{}' is empty: its end is below its start", words[0]), {},
                      fmt::format("{} should be less than {}", range.low, range.high)};
  out = range;
  return {};
}
void print_range(const ValueContext&, const Value& value, std::string& out) {
  const auto& range = std::get<NumRange>(value);
  out += fmt::format("{}", range.low);
  if (range.high != most) out += fmt::format(":{}", range.high);
}

constexpr ValueKind range_kind{"N[:N]", 1, read_range, print_range};

void finish(Use& use, CheckContext&) {
  const NumRange range = *use.get<NumRange>("connbytes");
  if (range.low == range.high) use.put("connbytes", range);
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "connbytes",
     .kind = &range_kind,
     .invertible = true,
     .required = true,
     .help = "lowest and highest amount", .refused = "connbytes: bad value for option \"--connbytes\" near \"{}\", or out of range (0-18446744073709551615).\n"},
    {.name = "connbytes-mode", .kind = &kinds::exact_choice, .names = modes, .required = true, .help = "what is counted", .refused = "Unknown --connbytes-mode `{}'"},
    {.name = "connbytes-dir", .kind = &kinds::exact_choice, .names = directions, .required = true, .help = "which way", .refused = "Unknown --connbytes-dir `{}'"},
};

}  // namespace

extern const Extension match_connbytes{.name = "connbytes", .options = options, .conntrack = true,
                                       .memory = Memory::elsewhere, .help = "traffic of the connection so far", .finish = finish, .match = meaning};

}  // namespace fwsim

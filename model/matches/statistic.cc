// -m statistic: by chance, or every n-th packet that reaches the rule (net/netfilter/xt_statistic.c).
// Options after finish(), for simulator/oracles/statistic.cc:
//   mode          NumRange 0 random, 1 nth
//   probability   NumRange, of 2^31; its inversion is the match's
//   every         NumRange n; its inversion is the match's
//   packet        NumRange 0..n-1, given with every
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <iterator>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

constexpr double scale = 2147483648.0;  // 2^31: the kernel compares with 31 random bits

Error read_probability(const ValueContext&, Words words, Value& out) {
  const std::string word(words[0]);
  char* end = nullptr;
  const double p = std::strtod(word.c_str(), &end);
  if (word.empty() || *end != 0 || !(p >= 0 && p <= 1))
    return ValueError{fmt::format("'{}' is not a probability", word), "0 to 1, like 0.25"};
  const auto number = static_cast<std::uint64_t>(std::llround(p * scale));
  out = NumRange{number, number};
  return {};
}
void print_probability(const ValueContext&, const Value& value, std::string& out) {
  out += fmt::format("{:.11f}", static_cast<double>(std::get<NumRange>(value).low) / scale);
}

Error read_mode(const ValueContext&, Words words, Value& out) {
  if (words[0] != "random" && words[0] != "nth")
    return ValueError{fmt::format("'{}' is not a mode", words[0]), "random or nth"};
  const std::uint64_t mode = words[0] == "nth" ? 1 : 0;
  out = NumRange{mode, mode};
  return {};
}
void print_mode(const ValueContext&, const Value& value, std::string& out) {
  out += std::get<NumRange>(value).low == 1 ? "nth" : "random";
}

constexpr ValueKind probability_kind{"0..1", 1, read_probability, print_probability};
constexpr ValueKind mode_kind{"random|nth", 1, read_mode, print_mode};

void finish(Use& use, CheckContext& c) {
  if (use.number("mode") == 0) {
    if (!use.has("probability")) c.fault("mode", "--mode random needs --probability", {}, "--probability must be specified when using random mode");
    return;
  }
  if (!use.has("every")) return c.fault("mode", "--mode nth needs --every and --packet", {}, "--every and --packet must be specified when using nth mode");
  if (use.number("packet") >= use.number("every"))
    c.fault("packet", fmt::format("--packet counts from 0: with --every {} it is at most {}", use.number("every"),
                                  use.number("every") - 1), {}, "the --packet p must be 0 <= p <= n-1");
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "mode", .kind = &mode_kind, .required = true, .help = "random or nth", .refused = "Bad mode \"{}\""},
    {.name = "probability", .kind = &probability_kind, .invertible = true, .excludes = "every,packet",
     .help = "share of packets that match", .refused = "statistic: bad value for option \"--probability\", or out of range (0-1).\n"},
    {.name = "every", .kind = &kinds::number, .invertible = true, .min = 1, .needs = "packet",
     .help = "one packet of so many matches"},
    {.name = "packet", .kind = &kinds::number, .help = "which of them, counted from 0"},
};

}  // namespace

extern const Extension match_statistic{.name = "statistic", .options = options, .memory = Memory::own, .help = "chance or every n-th packet",
                                       .finish = finish, .match = meaning};

}  // namespace fwsim

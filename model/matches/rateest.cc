// -m rateest: compares rates that -j RATEEST measures (net/netfilter/xt_rateest.c). The estimators
// must exist when the rule is loaded. Options after finish(): rateest, rateest2; rateest-bps and
// rateest-pps (NumRange bytes or packets a second; flags when two estimators are compared without
// --rateest-delta); with rateest-delta also rateest-bps1 and rateest-pps1.
#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

struct Unit {
  std::string_view name;
  double bits;
};
constexpr double k = 1000, ki = 1024;
constexpr std::array<Unit, 18> units{{{"bit", 1},
                                      {"kibit", ki},
                                      {"kbit", k},
                                      {"mibit", ki* ki},
                                      {"mbit", k* k},
                                      {"gibit", ki* ki* ki},
                                      {"gbit", k* k* k},
                                      {"tibit", ki* ki* ki* ki},
                                      {"tbit", k* k* k* k},
                                      {"bps", 8},
                                      {"kibps", 8 * ki},
                                      {"kbps", 8 * k},
                                      {"mibps", 8 * ki* ki},
                                      {"mbps", 8 * k* k},
                                      {"gibps", 8 * ki* ki* ki},
                                      {"gbps", 8 * k* k* k},
                                      {"tibps", 8 * ki* ki* ki* ki},
                                      {"tbps", 8 * k* k* k* k}}};

// The kernel has 32 bits for bytes a second; what is more wraps.
NumRange to_bytes(double bits) {
  const auto bytes = static_cast<std::uint64_t>(bits / 8) & 0xffffffff;
  return {bytes, bytes};
}

Error read_bits(const ValueContext&, Words words, Value& out) {
  const std::string word(words[0]);
  char* end = nullptr;
  const double number = std::strtod(word.c_str(), &end);
  const std::string_view suffix(end);
  const bool good = end != word.c_str() && number >= 0 && number < 1e6 * k * k * k;
  if (good && suffix.empty()) {
    out = to_bytes(number);
    return {};
  }
  for (const Unit& unit : units)
    if (good && equal_ignoring_case(unit.name, suffix)) {
      out = to_bytes(number * unit.bits);
      return {};
    }
  return ValueError{fmt::format("'{}' is not a rate", word), "like 8kbit, 1.5mbit or 200kbps"};
}

void print_bits(const ValueContext&, const Value& value, std::string& out) {
  const double bits = static_cast<double>(std::get<NumRange>(value).low) * 8;
  if (bits >= k * k * k)
    out += fmt::format("{:.0f}Mbit", bits / k / k);
  else if (bits >= k * k)
    out += fmt::format("{:.0f}Kbit", bits / k);
  else
    out += fmt::format("{:.0f}bit", bits);
}

constexpr ValueKind bits_kind{"rate", 1, read_bits, print_bits};

std::uint64_t value_of(const Use& use, std::string_view option) { return use.number(option); }

void finish(Use& use, CheckContext& c) {
  const bool delta = use.has("rateest-delta"), two = use.has("rateest2");
  for (const auto& [total, first] :
       {std::pair{"rateest-bps", "rateest-bps1"}, std::pair{"rateest-pps", "rateest-pps1"}}) {
    if (!use.has(total) && !use.has(first)) continue;
    const std::uint64_t second = value_of(use, total), before = value_of(use, first);
    use.remove(first);
    if (two && !delta) {
      use.put(total, std::monostate{});
      continue;
    }
    use.put(total, NumRange{second, second});
    if (delta) use.put(first, NumRange{before, before});
  }
  if (!use.has("rateest-bps") && !use.has("rateest-pps"))
    c.fault("rateest", "rateest needs --rateest-bps or --rateest-pps");
}

void print_option(const Use& use, std::string_view option, std::string_view as, Family family, std::string& out) {
  const Given* given = use.find(option);
  const Option& row = use.extension->options[given->option];
  out += fmt::format(" --{}", as);
  if (std::holds_alternative<std::monostate>(given->value)) return;
  out += ' ';
  row.kind->print({.family = family, .option = &row}, given->value, out);
}

// The comparison stands between the names or, with differences, between the two rates.
void print(const Use& use, Family family, std::string& out) {
  const bool delta = use.has("rateest-delta"), two = use.has("rateest2");
  if (delta) out += " --rateest-delta";
  print_option(use, "rateest", two ? "rateest1" : "rateest", family, out);
  for (const std::string_view unit : {"bps", "pps"}) {
    const std::string total = fmt::format("rateest-{}", unit), first = total + "1";
    if (!use.has(total)) continue;
    if (delta) print_option(use, first, first, family, out);
    for (const std::string_view order : {"rateest-lt", "rateest-gt", "rateest-eq"})
      if (use.has(order)) out += fmt::format("{} --{}", use.inverted(order) ? " !" : "", order);
    print_option(use, total, delta ? total + "2" : total, family, out);
  }
  if (two) print_option(use, "rateest2", "rateest2", family, out);
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "rateest-delta", .help = "compare how far the rates are below given ones"},
    {.name = "rateest", .kind = &kinds::word, .alias = "rateest1", .required = true, .help = "name of the estimator"},
    {.name = "rateest-lt", .invertible = true, .help = "the rate is lower"},
    {.name = "rateest-gt", .invertible = true, .help = "the rate is higher"},
    {.name = "rateest-eq", .invertible = true, .help = "the rate is the same"},
    {.name = "rateest-bps1", .kind = &bits_kind, .value_optional = true, .help = "rate from which the first is taken"},
    {.name = "rateest-bps", .kind = &bits_kind, .alias = "rateest-bps2", .value_optional = true,
     .help = "compare bytes: with this rate, or with the second estimator"},
    {.name = "rateest-pps1", .kind = &kinds::number, .value_optional = true, .help = "the same of packets"},
    {.name = "rateest-pps", .kind = &kinds::number, .alias = "rateest-pps2", .value_optional = true,
     .help = "compare packets: with this rate, or with the second estimator"},
    {.name = "rateest2", .kind = &kinds::word, .help = "name of the second estimator"},
};

}  // namespace

extern const Extension match_rateest{
    .name = "rateest", .options = options, .groups = "rateest-lt|rateest-gt|rateest-eq", .memory = Memory::own, .help = "measured rate", .finish = finish,
    .print = print, .match = meaning};

}  // namespace fwsim

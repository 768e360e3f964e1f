// -j RATEEST: counts packets for -m rateest; nothing happens to the packet. xt_RATEEST.c
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <string>

#include "model/extension.hh"

namespace fwsim {
namespace {

// Times are microseconds.
constexpr double second = 1e6;
constexpr std::uint64_t shortest = 250000;  // the kernel estimates every 0.25 s * 2^n
constexpr std::size_t max_name = 15;

std::optional<std::uint64_t> read_time(std::string_view word) {
  const std::string text(word);
  char* end = nullptr;
  double number = std::strtod(text.c_str(), &end);
  if (end == text.c_str()) return std::nullopt;
  const std::string_view unit(end);
  bool known = unit.empty();
  for (const auto& [names, scale] :
       {std::pair{std::array{"s", "sec", "secs"}, second}, std::pair{std::array{"ms", "msec", "msecs"}, second / 1e3},
        std::pair{std::array{"us", "usec", "usecs"}, 1.0}})
    for (const char* name : names)
      if (!known && equal_ignoring_case(unit, name)) {
        number *= scale;
        known = true;
      }
  if (!known || !(number >= 0) || number > 1e18) return std::nullopt;
  return static_cast<std::uint64_t>(number) & 0xffffffff;  // iptables keeps 32 bits
}

constexpr ValueKind time_kind{
    "time", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      const auto time = read_time(words[0]);
      if (!time) return ValueError{fmt::format("'{}' is not a time", words[0]), "like 250ms or 0.5s"};
      out = NumRange{*time, *time};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      const auto time = static_cast<double>(std::get<NumRange>(value).low);
      out += time >= second ? fmt::format("{:.1f}s", time / second) : fmt::format("{:.1f}ms", time / 1000);
    }};

// The kernel keeps exponents only: interval = 0.25 s * 2^n, and the weight of the average as the
// largest power of two whose time constant does not exceed what was asked for.
void finish(Use& use, CheckContext& c) {
  std::string name(use.text("rateest-name"));
  if (name.size() > max_name) name.resize(max_name);
  use.put("rateest-name", std::move(name));
  const std::uint64_t asked = use.number("rateest-interval"), constant = use.number("rateest-ewmalog");
  std::uint64_t interval = shortest;
  while (interval < asked && interval < shortest << 5) interval *= 2;
  if (asked > interval) return c.fault("rateest-interval", "the interval is too long", "at most 8s");
  unsigned log = 1;
  while (log < 32 &&
         !(static_cast<double>(asked) / -std::log(1.0 - 1.0 / std::pow(2.0, log)) > static_cast<double>(constant)))
    ++log;
  --log;
  if (log == 0 || log >= 31)
    return c.fault("rateest-ewmalog", "--rateest-ewmalog must be longer than the interval, by less than 2^30",
                   "both --rateest-interval and --rateest-ewmalog are needed");
  use.put("rateest-interval", NumRange{interval, interval});
  use.put("rateest-ewmalog", NumRange{interval << log, interval << log});
}

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use}}; }

constexpr Option options[] = {
    {.name = "rateest-name", .kind = &kinds::word, .required = true, .help = "name of the estimator"},
    {.name = "rateest-interval", .kind = &time_kind, .help = "time between estimates"},
    {.name = "rateest-ewmalog", .kind = &time_kind, .help = "time constant of the average"},
};

}  // namespace

extern const Extension target_RATEEST{.name = "RATEEST",
                                      .is_target = true,
                                      .options = options,
                                      .memory = Memory::shared, .help = "estimate the rate of packets",
                                      .finish = finish,
                                      .act = act};

}  // namespace fwsim

#include "model/rate.hh"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>

#include "model/value.hh"

namespace fwsim {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t seconds;
};
constexpr std::array<Unit, 4> units{{{"day", 86400}, {"hour", 3600}, {"min", 60}, {"sec", 1}}};
constexpr std::array<std::string_view, 4> long_names{"day", "hour", "minute", "second"};

}  // namespace

std::optional<std::uint64_t> leading_number(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  return number;
}

std::uint64_t rate_unit(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return 1;
  const std::string_view unit = text.substr(slash + 1);
  if (unit.empty()) return 0;
  for (std::size_t i = 0; i < units.size(); ++i)
    if (unit.size() <= long_names[i].size() && equal_ignoring_case(unit, long_names[i].substr(0, unit.size())))
      return units[i].seconds;
  return 0;
}

std::optional<std::uint64_t> read_rate(std::string_view text, std::uint64_t scale) {
  const std::uint64_t seconds = rate_unit(text);
  const auto rate = leading_number(text.substr(0, text.find('/')));
  if (seconds == 0 || !rate || *rate == 0) return std::nullopt;
  const std::uint64_t interval = scale * seconds / *rate;
  if (interval == 0) return std::nullopt;
  return interval;
}

std::string refused_rate(std::string_view text) {
  const bool fast = rate_unit(text) != 0 && leading_number(text.substr(0, text.find('/'))).value_or(0) != 0;
  return fast ? fmt::format("Rate too fast \"{}\"", text) : fmt::format("bad rate \"{}\"'", text);
}

std::string rate_text(std::uint64_t interval, std::uint64_t scale) {
  if (interval == 0) return "0";
  std::size_t i = 1;
  for (; i < units.size(); ++i) {
    const std::uint64_t unit = units[i].seconds * scale;
    if (interval > unit || unit / interval < unit % interval) break;
  }
  return fmt::format("{}/{}", units[i - 1].seconds * scale / interval, units[i - 1].name);
}

std::uint32_t limit_credits(std::uint64_t interval) {
  const auto x = static_cast<std::uint32_t>(interval);
  const auto hz = static_cast<std::uint32_t>(kernel_hz);
  if (x > 0xffffffffU / (hz * limit_credits_per_jiffy))
    return x / static_cast<std::uint32_t>(limit_scale) * hz * limit_credits_per_jiffy;
  return x * hz * limit_credits_per_jiffy / static_cast<std::uint32_t>(limit_scale);
}

std::uint64_t hashlimit_credits(std::uint64_t interval) {
  return interval * (kernel_hz * hashlimit_credits_per_jiffy / hashlimit_scale);
}

std::uint64_t byte_interval(std::uint64_t bytes_per_second) { return 0xffffffff / (bytes_per_second / 16 + 1); }
std::uint64_t interval_bytes(std::uint64_t interval) { return (0xffffffff / interval - 1) * 16; }
std::uint64_t byte_credits(std::uint64_t interval) { return (interval * kernel_hz * hashlimit_bytes_per_jiffy) >> 32; }

}  // namespace fwsim

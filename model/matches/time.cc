// -m time: the clock when the packet is looked at, in UTC (net/netfilter/xt_time.c).
// Options after finish(), for simulator/oracles/time.cc; an absent one does not limit:
//   timestart, timestop   NumRange, seconds of the day, both or neither (then 0 and 86399)
//   monthdays             Bits 1..31, inversion already applied
//   weekdays              Bits 1 (Monday) .. 7 (Sunday), inversion already applied
//   datestart, datestop   NumRange, seconds since 1970, inclusive; datestop is always given
//   kerneltz, contiguous  flags
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <iterator>
#include <utility>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

constexpr std::uint64_t last_second = 86399, all_monthdays = 0xfffffffe, all_weekdays = 0xfe;

// A decimal number, empty for 0, up to one of `ends` or the end of the text; takes both away.
// `stopped` is the character that ended it, 0 at the end.
std::optional<std::uint64_t> take_number(std::string_view& text, std::string_view ends, std::uint64_t max,
                                         char& stopped) {
  std::string_view digits = text.substr(0, text.find_first_of(ends));
  stopped = digits.size() == text.size() ? '\0' : text[digits.size()];
  text.remove_prefix(digits.size() + (stopped != 0 ? 1 : 0));
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  std::uint64_t number = 0;
  for (char c : digits) {
    if (c < '0' || c > '9' || number > max) return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (number > max) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> read_time(std::string_view text) {
  char stopped = 0;
  const auto hours = take_number(text, ":", 23, stopped);
  if (!hours || stopped != ':') return std::nullopt;
  const auto minutes = take_number(text, ":", 59, stopped);
  if (!minutes) return std::nullopt;
  const auto seconds = take_number(text, "", 59, stopped);
  if (!seconds) return std::nullopt;
  return *hours * 3600 + *minutes * 60 + *seconds;
}

// YYYY[-MM[-DD[Thh[:mm[:ss]]]]]. A month or day 0 is the one before the first, the 31st of a
// shorter month one of the next, as mktime(3) counts them.
std::optional<std::int64_t> read_date(std::string_view text) {
  constexpr std::array<std::string_view, 6> ends{"-", "-", "T", ":", ":", ""};
  constexpr std::array<std::uint64_t, 6> limits{2038, 12, 31, 23, 59, 59};
  std::array<std::int64_t, 6> part{0, 1, 1, 0, 0, 0};
  char stopped = '-';
  for (std::size_t i = 0; i < part.size() && stopped != 0; ++i) {
    const auto number = take_number(text, ends[i], limits[i], stopped);
    if (!number) return std::nullopt;
    part[i] = static_cast<std::int64_t>(*number);
  }
  if (part[0] < 1970) return std::nullopt;
  using namespace std::chrono;
  const auto month_start = year{static_cast<int>(part[0])} / January / 1 + months{part[1] - 1};
  const std::int64_t day = (sys_days{month_start} + days{part[2] - 1}).time_since_epoch().count();
  const std::int64_t seconds = day * 86400 + part[3] * 3600 + part[4] * 60 + part[5];
  if (seconds < 0) return std::nullopt;
  return seconds;
}

std::string date_text(std::uint64_t seconds) {
  using namespace std::chrono;
  const sys_days day{days{static_cast<std::int64_t>(seconds / 86400)}};
  const year_month_day date{day};
  const std::uint64_t rest = seconds % 86400;
  return fmt::format("{}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), rest / 3600,
                     rest / 60 % 60, rest % 60);
}

constexpr ValueKind time_kind{
    "hh:mm[:ss]", 1,
    [](const ValueContext&, Words words, Value& out) -> Error {
      const auto seconds = read_time(words[0]);
      if (!seconds) return ValueError{fmt::format("'{}' is not a time of day", words[0]), "00:00 to 23:59:59"};
      out = NumRange{*seconds, *seconds};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      const std::uint64_t s = std::get<NumRange>(value).low;
      out += fmt::format("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    }};

constexpr ValueKind date_kind{
    "YYYY[-MM[-DD[Thh[:mm[:ss]]]]]", 1,
    [](const ValueContext&, Words words, Value& out) -> Error {
      const auto seconds = read_date(words[0]);
      if (!seconds)
        return ValueError{fmt::format("'{}' is not a date", words[0]), "like 2025-12-31T23:59:59, from 1970 to 2038"};
      out = NumRange{static_cast<std::uint64_t>(*seconds), static_cast<std::uint64_t>(*seconds)};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) { out += date_text(std::get<NumRange>(value).low); }};

// iptables keeps two characters of each piece, so "011" is the first.
constexpr ValueKind monthdays_kind{
    "day[,day...]", 1,
    [](const ValueContext&, Words words, Value& out) -> Error {
      Bits set;
      for (std::string_view piece : split(words[0], ',')) {
        if (piece.empty()) continue;
        const auto day = read_number(piece.substr(0, 2));
        if (!day || *day > 31) return ValueError{fmt::format("'{}' is not a day of a month", piece), "1 to 31"};
        set.bits |= std::uint64_t{1} << *day;
      }
      out = set;
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      bool first = true;
      for (unsigned day = 1; day <= 31; ++day)
        if ((std::get<Bits>(value).bits >> day) & 1) {
          if (!std::exchange(first, false)) out += ',';
          out += fmt::format("{}", day);
        }
    }};

constexpr std::array<std::string_view, 8> day_names{"", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

std::optional<std::uint64_t> read_weekday(std::string_view word) {
  if (const auto number = read_number(word.substr(0, 3))) return *number == 0 ? std::nullopt : number;
  for (std::uint64_t i = 1; i < day_names.size(); ++i)
    if (word.substr(0, 2) == day_names[i].substr(0, 2)) return i;
  return std::nullopt;
}

constexpr ValueKind weekdays_kind{
    "day[,day...]", 1,
    [](const ValueContext&, Words words, Value& out) -> Error {
      Bits set;
      std::string_view list = words[0];
      if (!list.empty() && list.back() == ',') list.remove_suffix(1);
      if (!list.empty())
        for (std::string_view piece : split(list, ',')) {
          const auto day = read_weekday(piece);
          if (!day) return ValueError{fmt::format("'{}' is not a day of the week", piece), "Mon to Sun, or 1 to 7"};
          if (*day <= 7) set.bits |= std::uint64_t{1} << *day;  // others are never the day
        }
      out = set;
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      bool first = true;
      for (unsigned day = 1; day <= 7; ++day)
        if ((std::get<Bits>(value).bits >> day) & 1) {
          if (!std::exchange(first, false)) out += ',';
          out += day_names[day];
        }
    }};

void apply_inversion(Use& use, std::string_view option, std::uint64_t every) {
  const Given* given = use.find(option);
  if (!given) return;
  const std::uint64_t bits = std::get<Bits>(given->value).bits ^ (given->inverted ? every : 0);
  if (bits == every)
    use.remove(option);
  else
    use.put(option, Bits{bits});
}

void finish(Use& use, CheckContext& c) {
  const std::uint64_t start = use.number("timestart", 0), stop = use.number("timestop", last_second);
  if (use.has("contiguous") && start < stop)
    c.fault("contiguous", "--contiguous only makes sense when --timestop is before --timestart");
  use.remove("timestart");
  use.remove("timestop");
  if (start != 0 || stop != last_second) {
    use.put("timestart", NumRange{start, start});
    use.put("timestop", NumRange{stop, stop});
  }
  apply_inversion(use, "monthdays", all_monthdays);
  apply_inversion(use, "weekdays", all_weekdays);
  if (use.has("localtz")) use.put("kerneltz", std::monostate{});
  use.remove("localtz");
  use.remove("utc");
}

void print(const Use& use, Family family, std::string& out) {
  for (const Given& given : use.given) {
    // iptables prints no date that is 0, though it matters as a stop.
    const auto* date = std::get_if<NumRange>(&given.value);
    if (date && date->low == 0 && use.extension->options[given.option].kind == &date_kind) continue;
    print_given(use, given, family, out);
  }
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "timestart", .kind = &time_kind, .help = "from this time of day", .refused = "invalid time \"{}\" specified, should be hh:mm[:ss] format and within the boundaries"},
    {.name = "timestop", .kind = &time_kind, .help = "to this time of day, inclusive", .refused = "invalid time \"{}\" specified, should be hh:mm[:ss] format and within the boundaries"},
    {.name = "monthdays", .kind = &monthdays_kind, .invertible = true, .help = "days of the month", .refused = "{} is not a valid day for --monthdays"},
    {.name = "weekdays", .kind = &weekdays_kind, .invertible = true, .help = "days of the week", .refused = "{} is not a valid day specifier"},
    {.name = "datestart", .kind = &date_kind, .saved = Saved::unless_default, .fallback = "1970-01-01",
     .help = "from this date", .refused = "Invalid date \"{}\" specified. Should be YYYY[-MM[-DD[Thh[:mm[:ss]]]]]"},
    {.name = "datestop", .kind = &date_kind, .saved = Saved::always, .fallback = "2038-01-19T03:14:07",
     .help = "to this date and second, inclusive", .refused = "Invalid date \"{}\" specified. Should be YYYY[-MM[-DD[Thh[:mm[:ss]]]]]"},
    {.name = "kerneltz", .excludes = "utc", .help = "the kernel's time zone instead of UTC"},
    {.name = "contiguous", .help = "a time past midnight belongs to the day on which it began"},
    {.name = "utc", .excludes = "kerneltz,localtz", .help = "times are in UTC (the default)"},
    {.name = "localtz", .help = "old name of --kerneltz"},
};

}  // namespace

extern const Extension match_time{
    .name = "time", .options = options, .help = "time of day, days and dates", .finish = finish, .print = print,
    .match = meaning};

}  // namespace fwsim

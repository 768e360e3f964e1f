// -m time: the clock when the packet is looked at (net/netfilter/xt_time.c): World::now, in UTC
// or in the time zone that the kernel was told.
#include <chrono>

#include "simulator/oracle.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr std::int64_t day_seconds = 86400;

struct Times {
  std::int64_t date_start = 0, date_stop = 0xffffffff;
  std::int64_t start = 0, stop = day_seconds - 1;  // seconds of the day
  std::uint64_t weekdays = 0xfe, monthdays = 0xfffffffe;
  bool contiguous = false;
};

std::int64_t seconds_of(const MatchUse& use, std::string_view option, std::int64_t otherwise) {
  return static_cast<std::int64_t>(use.number(option, static_cast<std::uint64_t>(otherwise)));
}

Times times_of(const MatchUse& use) {
  Times t;
  t.date_start = seconds_of(use, "datestart", t.date_start);
  t.date_stop = seconds_of(use, "datestop", t.date_stop);
  t.start = seconds_of(use, "timestart", t.start);
  t.stop = seconds_of(use, "timestop", t.stop);
  if (const auto* days = use.get<Bits>("weekdays")) t.weekdays = days->bits;
  if (const auto* days = use.get<Bits>("monthdays")) t.monthdays = days->bits;
  t.contiguous = use.has("contiguous");
  return t;
}

bool on_day(const Times& t, std::int64_t day) {
  using namespace std::chrono;
  const sys_days date{days{day}};
  const unsigned monthday = static_cast<unsigned>(year_month_day{date}.day());
  return ((t.weekdays >> weekday{date}.iso_encoding()) & 1) != 0 && ((t.monthdays >> monthday) & 1) != 0;
}

bool within(const Times& t, std::int64_t seconds) {
  if (seconds < t.date_start || seconds > t.date_stop) return false;
  const std::int64_t time = seconds % day_seconds;
  std::int64_t day = seconds / day_seconds;
  if (t.start < t.stop) {
    if (time < t.start || time > t.stop) return false;
  } else {  // past midnight
    if (time < t.start && time > t.stop) return false;
    if (t.contiguous && time <= t.stop) --day;
  }
  return on_day(t, day);
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World& world) {
  std::int64_t west = 0;
  if (use.has("kerneltz")) {
    if (!world.host.minutes_west)
      return make_unknown("the time zone of the host's kernel is not known (--kerneltz)");
    west = *world.host.minutes_west;
  }
  return make_oracle([times = times_of(use), west](Packet&, const Where&, World& now) {
    return answer(within(times, now.now / 1'000'000'000 - west * 60));
  });
}

}  // namespace

extern const OracleKind oracle_time{"time", make};

}  // namespace fwsim

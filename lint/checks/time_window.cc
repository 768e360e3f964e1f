#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr std::uint64_t day = 86400, never_ends = 0x7fffffff;

std::string clock(std::uint64_t seconds) { return fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60); }

void run(const Facts& facts, Findings& findings) {
  std::vector<RuleId> in_utc;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* use = match_of(rule, "time");
    if (!use || facts.never(id)) return;
    const std::uint64_t start = use->number("timestart", 0), stop = use->number("timestop", day - 1), end = use->number("datestop", never_ends);
    const bool days = use->has("weekdays") || use->has("monthdays");
    if (days && start > stop && !use->has("contiguous")) {
      findings.add(id, fmt::format("counts the hours until {} to the day on which they are, not to the one before: each of its days has two pieces, 00:00-{} and {}-24:00", clock(stop), clock(stop), clock(start))).hint =
          "--contiguous makes one night of them, which belongs to the day on which it begins";
    } else if (end != 0 && end != never_ends && end % day == 0 && use->number("datestart", 0) != end) {
      Finding& f = findings.add(id, "ends as the day of its --datestop begins: a date without a time means 00:00:00");
      f.severity = Severity::note;
      f.hint = "--datestop ...T23:59:59, when the day is meant to count";
    } else if ((days || use->has("timestart")) && !use->has("kerneltz")) {
      in_utc.push_back(id);
    }
  });
  if (in_utc.empty()) return;
  const std::vector<RuleId> more(in_utc.begin() + 1, in_utc.end());
  const MatchUse& use = *match_of(facts.rules().source(in_utc.front()), "time");
  const std::string what = use.has("timestart") ? clock(use.number("timestart")) + "-" + clock(use.number("timestop", day - 1)) : "its days";
  Finding& f = findings.add(in_utc.front(), fmt::format("means {} in UTC, not in local time{}", what, facts.so_do(more)), more);
  f.severity = Severity::note;
  f.hint = "write the time in UTC; --kerneltz takes the kernel's time zone, which does not follow summer time";
}

}  // namespace

const Check time_window{
    .id = "FW625", .name = "time-window",
    .title = "a rule holds at other times than its words seem to say",
    .why = "-m time counts in UTC; a night is two pieces of two days; a date without a time is midnight.",
    .bad = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -p tcp -m time --timestart 22:00:00 --timestop 06:00:00 --weekdays Fri,Sat --kerneltz -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -p tcp -m time --timestart 22:00:00 --timestop 06:00:00 --weekdays Fri,Sat --kerneltz --contiguous -j DROP\n"
           "COMMIT\n",
    .covers = "traps:E22",
    .run = run};

}  // namespace fwsim::checks

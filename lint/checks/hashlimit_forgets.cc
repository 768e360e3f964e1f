#include <fmt/format.h>

#include <set>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"
#include "model/rate.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  std::set<std::string> tables;   // the first rule of a name sets its table up
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* use = match_of(rule, "hashlimit");
    if (!use || logs(rule) || !tables.insert(std::string(use->text("hashlimit-name"))).second) return;
    const Masked* rate = use->get<Masked>(use->has("hashlimit-above") ? "hashlimit-above" : "hashlimit-upto");
    const Masked* burst = use->get<Masked>("hashlimit-burst");
    if (!rate || !burst || rate->mask == 0 || burst->mask == 0 || use->has("hashlimit-rate-match") || facts.never(id)) return;   // of bytes, or without a burst
    const double forgotten = static_cast<double>(use->number("hashlimit-htable-expire")) / 1000;
    const double full = static_cast<double>(rate->value) * static_cast<double>(burst->value) / static_cast<double>(hashlimit_scale);
    if (full < 4 * forgotten) return;   // less is no matter
    findings.add(id, fmt::format("forgets a sender after {:.0f} s without packets, long before its burst is full again ({:.0f} s): who pauses that long gets {} packets each time, {:.0f} times the rate of {}",
                                 forgotten, full, burst->value, full / forgotten, rate_text(rate->value, hashlimit_scale))).hint =
        fmt::format("--hashlimit-htable-expire {:.0f}, or a smaller burst", full * 1000);
  });
}

}  // namespace

const Check hashlimit_forgets{
    .id = "FW628", .name = "hashlimit-forgets",
    .title = "a hashlimit forgets senders before their burst is full again",
    .why = "Who is forgotten begins with a full burst. The time is that of --hashlimit-htable-expire; without it, one unit of the rate: a minute for 1/minute.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m hashlimit --hashlimit-upto 1/minute --hashlimit-burst 10 --hashlimit-mode srcip --hashlimit-name ssh -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m hashlimit --hashlimit-upto 1/minute --hashlimit-burst 10 --hashlimit-mode srcip --hashlimit-name ssh --hashlimit-htable-expire 600000 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "traps:E6",
    .run = run};

}  // namespace fwsim::checks

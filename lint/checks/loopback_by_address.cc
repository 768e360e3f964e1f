#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

// What programs say to each other by 127.0.0.1, and by other addresses of their host: both take lo.
constexpr Asked asked[] = {
    {Way::input, "tcp 127.0.0.1 -> 127.0.0.1:53,3306,5432,8080 in lo", Family::v4},
    {Way::input, "tcp 1.0.0.0-126.255.255.255,128.0.0.0-223.255.255.255 -> 1.0.0.0-126.255.255.255,128.0.0.0-223.255.255.255:53,3306,5432,8080 in lo", Family::v4},
    {Way::input, "tcp ::1 -> [::1]:53,3306,5432,8080 in lo", Family::v6},
    {Way::input, "tcp 2000::/3,fc00::/7 -> [2000::/3,fc00::/7]:53,3306,5432,8080 in lo", Family::v6},
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const bool v4 = facts.ruleset().family == Family::v4;
  const Answered &local = answers.of(asked[v4 ? 0 : 2]), &own = answers.of(asked[v4 ? 1 : 3]);
  if (!local.all_pass() || !own.all_stop() || !own.stopped.front().by) return;
  const auto let = std::find_if(local.passed.begin(), local.passed.end(), [](const Class& c) { return c.by.has_value(); });
  if (let == local.passed.end()) return;
  Finding& f = findings.add(*let->by, fmt::format("lets this host speak to itself by {} only: what it sends to its other addresses takes lo too, and {} drops it", v4 ? "127.0.0.1" : "::1", facts.names({*own.stopped.front().by})),
                            {*own.stopped.front().by});
  f.witness = answers.packet(own.stopped.front());
  f.hint = "ask for the device instead of the address: -i lo -j ACCEPT";
}

}  // namespace

const Check loopback_by_address{
    .id = "FW212", .name = "loopback-by-address",
    .title = "the loopback device is known by the address 127.0.0.1 only",
    .why = "A host that connects to an address of its own (by its name, mostly) does so over lo, with that address as the source.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 127.0.0.1/32 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 127.0.0.1/32 -j ACCEPT\n"
           "-A INPUT -i lo -s 192.0.2.1/32 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "traps:C2",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks

#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "tcp 127.0.0.1 -> 127.0.0.1:53,3306,5432,8080 in lo", Family::v4},
    {Way::output, "tcp 127.0.0.1 -> 127.0.0.1:53,3306,5432,8080 out lo", Family::v4},
    {Way::input, "tcp ::1 -> [::1]:53,3306,5432,8080 in lo", Family::v6},
    {Way::output, "tcp ::1 -> [::1]:53,3306,5432,8080 out lo", Family::v6},
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  for (const Asked& question : asked) {
    const Answered& answered = answers.of(question);
    if (!answered.all_stop() || !answered.stopped.front().by) continue;
    Finding& f = findings.add(*answered.stopped.front().by, fmt::format("drops connections of this host to its own services over lo (tcp 53, 3306, 5432, 8080), as they {}", question.way == Way::input ? "come in" : "leave"));
    f.witness = answers.packet(answered.stopped.front());
    f.hint = question.way == Way::input ? "-A INPUT -i lo -j ACCEPT, as the first rule" : "-A OUTPUT -o lo -j ACCEPT, as the first rule";
  }
}

}  // namespace

const Check loopback_dropped{
    .id = "FW206", .name = "loopback-dropped",
    .title = "what programs of this host say to each other is dropped",
    .why = "Name resolvers, databases and many services are reached over lo.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i lo -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "D01 D03 F06 traps:C1",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks

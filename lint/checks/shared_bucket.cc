#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "tcp any -> any"},
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  for (const Class& c : answers.of(asked[0]).passed) {
    if (!c.by || c.by->table != TableId::filter || c.by->index >= chain_of(facts, *c.by).rules.size()) continue;
    const Rule& rule = chain_of(facts, *c.by).rules[c.by->index];
    if (!accepts(rule) || !match_of(rule, "limit") || !from_anywhere(answers.space(), outside(answers, c))) continue;
    findings.add(*c.by, "counts the connections of everybody in one bucket: who sends most gets them, and the others none").hint =
        "-m hashlimit --hashlimit-mode srcip counts each source by itself";
  }
}

}  // namespace

const Check shared_bucket{
    .id = "FW615", .name = "shared-bucket",
    .title = "one limit for all: whoever fills it first locks out the others",
    .why = "-m limit counts the packets of everybody in one bucket. An attacker who sends a little more than the rate takes nearly all of it.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 --tcp-flags FIN,SYN,RST,ACK SYN -m limit --limit 25/sec -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 --tcp-flags FIN,SYN,RST,ACK SYN -m hashlimit --hashlimit-upto 25/sec --hashlimit-mode srcip --hashlimit-name web -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "L03 F04 traps:E3 traps:E44",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks

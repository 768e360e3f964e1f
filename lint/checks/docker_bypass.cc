#include <fmt/format.h>

#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_through,
};

void run(const Facts& facts, Findings& findings) {
  const Table* filter = facts.ruleset().find(TableId::filter);
  const Chain* user = filter ? filter->find("DOCKER-USER") : nullptr;
  if (user && std::any_of(user->rules.begin(), user->rules.end(), [](const Rule& rule) { return !ends_with(rule, Verdict::back); })) return;
  const Answers& answers = facts.answers();
  std::vector<RuleId> by;
  const Class* first = nullptr;
  for (const Class& c : answers.of(new_through).passed) {
    if (!c.by || !from_anywhere(answers.space(), outside(answers, c)) || from_strangers(facts, outside(answers, c)) == Outside::no) continue;
    const Chain& chain = chain_of(facts, *c.by);
    if (c.by->table != TableId::filter || !chain.name.starts_with("DOCKER") || c.by->index >= chain.rules.size() || !accepts(chain.rules[c.by->index])) continue;
    if (!match_of(chain.rules[c.by->index], "tcp") && !match_of(chain.rules[c.by->index], "udp")) continue;   // a published port
    if (!first) first = &c;
    if (by.empty() || by.back() != *c.by) by.push_back(*c.by);
  }
  if (!first) return;
  Finding& f = findings.add(by.front(), by.size() == 1 ? "a port that Docker publishes is open to everybody, whatever INPUT says"
                                                        : fmt::format("{} ports that Docker publishes are open to everybody, whatever INPUT says: {}", by.size(), facts.names(by)),
                            std::vector<RuleId>(by.begin() + 1, by.end()));
  f.witness = answers.packet(*first, outside(answers, *first));
  f.hint = "publish on 127.0.0.1, or drop in DOCKER-USER what does not come from where it should";
}

}  // namespace

const Check docker_bypass{
    .id = "FW403", .name = "docker-bypass",
    .title = "ports that Docker publishes are open to everybody",
    .why = "They are translated before INPUT is asked and then forwarded: no rule of INPUT, ufw or the like applies to them. DOCKER-USER is the place for rules of your own, and it is empty.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":DOCKER - [0:0]\n"
           "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n"
           "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\n"
           "COMMIT\n"
           "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":FORWARD DROP [0:0]\n"
           ":DOCKER - [0:0]\n"
           ":DOCKER-USER - [0:0]\n"
           "-A FORWARD -j DOCKER-USER\n"
           "-A FORWARD -o docker0 -j DOCKER\n"
           "-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT\n"
           "-A DOCKER-USER -j RETURN\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":DOCKER - [0:0]\n"
           "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n"
           "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\n"
           "COMMIT\n"
           "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":FORWARD DROP [0:0]\n"
           ":DOCKER - [0:0]\n"
           ":DOCKER-USER - [0:0]\n"
           "-A FORWARD -j DOCKER-USER\n"
           "-A FORWARD -o docker0 -j DOCKER\n"
           "-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT\n"
           "-A DOCKER-USER ! -s 10.0.0.0/8 -i eth0 -j DROP\n"
           "COMMIT\n",
    .covers = "B14 S01 G03 traps:D3",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks

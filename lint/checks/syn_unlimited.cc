#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lint/checks.hh"
#include "lint/checks/exposed.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  // With SYN cookies the kernel keeps nothing of connections that are not answered.
  const Host* host = facts.host();
  if (host && host->sysctls.contains("net.ipv4.tcp_syncookies") && host->sysctl("net.ipv4.tcp_syncookies", 1) != 0) return;
  bool proxied = false;
  for_rules(facts, [&](const RuleId&, const Rule& rule) { proxied = proxied || target_of(rule, "SYNPROXY"); });
  if (proxied) return;
  const Answers& answers = facts.answers();
  std::vector<RuleId> found;
  std::set<std::pair<u128, u128>> reached;
  for (const Class& c : answers.of(new_in).passed) {
    if (!c.by || c.vague || wide_open(answers, c) || std::find(found.begin(), found.end(), *c.by) != found.end()) continue;   // a limit makes it "may"
    std::vector<Piece> tcp;
    for (const Piece& piece : open_to_all(answers, c))
      if (const auto part = part_of(answers.space(), piece, Field::proto, {{6, 6}})) tcp.push_back(*part);
    if (!from_anywhere(answers.space(), tcp)) continue;
    const Var v = answers.space().of(Field::dport);
    for (const Range& r : answers.space().ranges(v, hull(tcp)[v])) reached.emplace(r.low, r.high);
    found.push_back(*c.by);
  }
  if (found.empty()) return;
  std::string ports;
  for (const auto& [low, high] : reached) ports += (ports.empty() ? "" : ", ") + ports_text({low, high});
  const std::vector<RuleId> more(found.begin() + 1, found.end());
  findings.add(found.front(), fmt::format("lets anybody begin connections to tcp {} at any rate{}", ports, facts.so_do(more)), more).hint =
      "net.ipv4.tcp_syncookies=1 is enough for most; or -m hashlimit --hashlimit-above, or SYNPROXY";
}

}  // namespace

const Check syn_unlimited{
    .id = "FW618", .name = "syn-unlimited",
    .title = "nothing holds back a flood of SYN packets to an open port",
    .why = "Each forged SYN takes a place in the queue of connections that wait, unless SYN cookies are on or a rule limits them.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 -m hashlimit --hashlimit-above 50/sec --hashlimit-mode srcip --hashlimit-name syn -j DROP\n"
           "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "L08",
    .asks = new_from_outside,
    .run = run};

}  // namespace fwsim::checks

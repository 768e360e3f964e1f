#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_through,
    new_in,
};

// Whether connections to this port of the node are forwarded for anybody, from where strangers are.
Outside open(const Facts& facts, const Range& port, u128 protocol) {
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  std::vector<Piece> pieces;
  for (const Class& c : answers.of(new_through).passed)
    for (const Piece& piece : outside(answers, c))
      if (const auto of_protocol = part_of(space, piece, Field::proto, {{protocol, protocol}}))
        if (const auto part = part_of(space, *of_protocol, Field::dport, {port})) pieces.push_back(*part);
  return from_anywhere(space, pieces) ? from_strangers(facts, pieces) : Outside::no;
}

void run(const Facts& facts, Findings& findings) {
  // Where everything may come in, that these do too is nothing new.
  if (!wide_openings(facts.answers(), Way::input).empty()) return;
  std::vector<RuleId> rules;
  std::string ports;
  for_rules(facts, TableId::nat, [&](const RuleId& id, const Rule& rule) {
    if (chain_of(facts, id).name != "KUBE-NODEPORTS" || rule.basic.not_proto || (rule.basic.proto != 6 && rule.basic.proto != 17) || facts.never(id)) return;
    const MatchUse* use = match_of(rule, rule.basic.proto == 6 ? "tcp" : "udp");
    const auto* port = use && !use->inverted("dport") ? use->get<NumRange>("dport") : nullptr;
    if (!port || open(facts, {port->low, port->high}, rule.basic.proto) == Outside::no) return;
    const std::string text = ports_text({port->low, port->high});
    if (rules.size() < 6 && ports.find(text) == ports.npos) ports += (ports.empty() ? "" : ", ") + text;
    rules.push_back(id);
  });
  if (rules.empty()) return;
  Finding& f = findings.add(rules.front(), fmt::format("{} open to everybody, whatever INPUT says: {}{}", rules.size() == 1 ? "a NodePort is" : "NodePorts are", ports, rules.size() > 6 ? " and others" : ""),
                            std::vector<RuleId>(rules.begin() + 1, rules.end()));
  if (!facts.host()) f.certainty = Certainty::may;
  f.hint = "kube-proxy --nodeport-addresses, or drop them in mangle PREROUTING by the device where strangers are";
}

}  // namespace

const Check kube_nodeport{
    .id = "FW848", .name = "kube-nodeport",
    .title = "NodePorts of Kubernetes are open to everybody",
    .why = "They are translated before INPUT is asked and then forwarded: no rule of INPUT, ufw or the like applies to them.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":KUBE-NODEPORTS - [0:0]\n"
           ":KUBE-SEP-A - [0:0]\n"
           ":KUBE-SERVICES - [0:0]\n"
           "-A PREROUTING -j KUBE-SERVICES\n"
           "-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS\n"
           "-A KUBE-NODEPORTS -p tcp -m tcp --dport 30080 -j KUBE-SEP-A\n"
           "-A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.244.1.7:8080\n"
           "COMMIT\n"
           "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":FORWARD DROP [0:0]\n"
           "-A FORWARD -d 10.244.0.0/16 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*mangle\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING ! -s 10.0.0.0/8 -p tcp -m tcp --dport 30080 -j DROP\n"
           "COMMIT\n"
           "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":KUBE-NODEPORTS - [0:0]\n"
           ":KUBE-SEP-A - [0:0]\n"
           ":KUBE-SERVICES - [0:0]\n"
           "-A PREROUTING -j KUBE-SERVICES\n"
           "-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS\n"
           "-A KUBE-NODEPORTS -p tcp -m tcp --dport 30080 -j KUBE-SEP-A\n"
           "-A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.244.1.7:8080\n"
           "COMMIT\n"
           "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":FORWARD DROP [0:0]\n"
           "-A FORWARD -d 10.244.0.0/16 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "S07",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks

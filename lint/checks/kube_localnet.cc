#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "any any -> 127.0.0.0/8", Family::v4, true},
};

void run(const Facts& facts, Findings& findings) {
  const Table* nat = facts.ruleset().find(TableId::nat);
  if (facts.ruleset().family != Family::v4 || !nat || !nat->find("KUBE-SERVICES")) return;
  constexpr const char* setting = "net.ipv4.conf.all.route_localnet";
  const bool known = facts.host() && facts.host()->sysctls.contains(setting);
  if (known && facts.host()->sysctl(setting, 0) == 0) return;
  const Answers& answers = facts.answers();
  for (const Class& c : answers.of(asked[0]).passed) {
    // What is open by itself is so at other addresses too; and a NodePort goes elsewhere.
    if (!c.by || !wide_open(answers, c)) continue;
    Finding& f = findings.add(*c.by, "lets packets from other hosts to 127.0.0.0/8 in, which kube-proxy has the kernel take (route_localnet)");
    if (!known || c.vague) f.certainty = Certainty::may;
    f.hint = "-I INPUT ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP, as in the kubelet's KUBE-FIREWALL";
    return;
  }
}

}  // namespace

const Check kube_localnet{
    .id = "FW846", .name = "kube-localnet",
    .title = "neighbours of a Kubernetes node reach what listens on 127.0.0.1",
    .why = "kube-proxy sets route_localnet for NodePorts on 127.0.0.1: the kernel no longer drops such packets from the wire (CVE-2020-8558).",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":KUBE-SERVICES - [0:0]\n"
           "-A PREROUTING -j KUBE-SERVICES\n"
           "COMMIT\n"
           "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -s 192.0.2.0/24 -j DROP\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":KUBE-SERVICES - [0:0]\n"
           "-A PREROUTING -j KUBE-SERVICES\n"
           "COMMIT\n"
           "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           ":KUBE-FIREWALL - [0:0]\n"
           "-A INPUT -j KUBE-FIREWALL\n"
           "-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP\n"
           "COMMIT\n",
    .covers = "S03",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks

#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_through,
};

void run(const Facts& facts, Findings& findings) {
  const Host* host = facts.host();
  if (!host || !facts.ruleset().find(TableId::filter)) return;
  const bool v4 = facts.ruleset().family == Family::v4;
  const std::string setting = fmt::format("net.bridge.bridge-nf-call-{}", v4 ? "iptables" : "ip6tables");
  const bool shown = host->sysctl(setting, 0) != 0;
  for (const Interface& bridge : host->interfaces) {
    if (bridge.kind != "bridge" || (!shown && !bridge.bridge_nf_call[v4 ? 0 : 1])) continue;
    const auto ports = std::count_if(host->interfaces.begin(), host->interfaces.end(), [&](const Interface& i) { return i.master == bridge.name; });
    if (ports < 2) continue;
    const Answers& answers = facts.answers();
    const Answered& all = answers.of(new_through);
    const u128 name = name_word(bridge.name);
    const auto within = [&](const std::vector<Class>& list) {
      return std::find_if(list.begin(), list.end(), [&](const Class& c) {
        return std::any_of(c.pieces.begin(), c.pieces.end(), [&](const Piece& piece) {
          const auto in = part_of(answers.space(), piece, Field::in_if, {{name, name}});
          return in && part_of(answers.space(), *in, Field::out_if, {{name, name}});
        });
      });
    };
    if (!all.complete || within(all.passed) != all.passed.end() || within(all.other) != all.other.end()) continue;
    const auto stopped = within(all.stopped);
    if (stopped == all.stopped.end() || !stopped->by) continue;
    findings.add(*stopped->by, fmt::format("stops whatever the {} ports of {} send each other: the kernel shows bridged packets to FORWARD ({})", ports, bridge.name, shown ? setting + " is 1" : "nf_call of the bridge is 1")).hint =
        fmt::format("-I FORWARD -i {0} -o {0} -j ACCEPT, or sysctl -w {1}=0 where no program needs it", bridge.name, setting);
  }
}

}  // namespace

const Check bridge_cut{
    .id = "FW723", .name = "bridge-cut",
    .title = "stations on a bridge cannot talk to each other",
    .why = "With br_netfilter (Docker and Kubernetes load it) bridged packets come to FORWARD as if they were routed: a policy of DROP cuts virtual machines off from their neighbours.",
    .bad = "*filter\n"
           ":FORWARD DROP [0:0]\n"
           "-A FORWARD -i br0 -o eth0 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD DROP [0:0]\n"
           "-A FORWARD -m physdev --physdev-is-bridged -j ACCEPT\n"
           "-A FORWARD -i br0 -o eth0 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "traps:E63",
    .host = "[interfaces.br0]\n"
           "kind = \"bridge\"\n"
           "addresses = [\"10.0.0.1/24\"]\n"
           "[interfaces.vnet0]\n"
           "master = \"br0\"\n"
           "[interfaces.vnet1]\n"
           "master = \"br0\"\n"
           "[interfaces.eth0]\n"
           "addresses = [\"192.0.2.1/24\"]\n"
           "[sysctl]\n"
           "\"net.bridge.bridge-nf-call-iptables\" = 1\n"
           "\"net.ipv4.ip_forward\" = 1\n",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks

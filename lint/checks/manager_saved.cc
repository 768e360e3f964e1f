#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"
#include "lint/managers.hh"

namespace fwsim::checks {
namespace {

// Names under which distributions keep what the boot loads.
bool of_the_boot(std::string_view file) {
  const std::string_view name = file.substr(file.rfind('/') + 1);
  for (std::string_view known : {"rules.v4", "rules.v6", "iptables.up.rules", "ip6tables.up.rules", "rules-save"})
    if (name == known) return true;
  return file.ends_with("sysconfig/iptables") || file.ends_with("sysconfig/ip6tables") || file.ends_with("/etc/iptables/iptables.rules") || file.ends_with("/etc/iptables/ip6tables.rules");
}

// What such a program writes for one ban, container or service: it comes and goes while the host runs.
bool passing(std::string_view manager, const Chain& chain, const Rule& rule) {
  if (manager == "fail2ban" || manager == "sshguard") return rule.basic.src.mask != 0;
  if (manager == "docker" || manager == "netavark" || manager == "cni") return target_of(rule, "DNAT") != nullptr;
  return manager == "kubernetes" && chain.name.starts_with("KUBE-SEP-") && target_of(rule, "DNAT");
}

void run(const Facts& facts, Findings& findings) {
  struct Passing {
    RuleId first;
    std::size_t rules = 0;
  };
  std::map<std::string_view, Passing> saved;
  const Chain* last = nullptr;   // rules come chain by chain
  const Manager* manager = nullptr;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const Chain& chain = chain_of(facts, id);
    if (const Chain* called = chain.hook ? called_by(facts, id, rule) : nullptr) {
      const Manager* of_called = manager_of(facts.ruleset(), called->name);
      const auto twin = of_called && does_something(*called) ? facts.twin(id) : std::nullopt;
      if (twin)
        findings.add(id, fmt::format("jumps to {} once more, as {} does: saved rules were loaded, and {} has added its own", called->name, facts.names({*twin}), of_called->name), {*twin}).hint =
            fmt::format("delete it here, and leave the rules of {} out of what is saved", of_called->name);
      return;
    }
    if (last != &chain) manager = manager_of(facts.ruleset(), chain.name);
    last = &chain;
    if (!manager || !passing(manager->name, chain, rule)) return;
    ++saved.try_emplace(manager->name, Passing{id, 0}).first->second.rules;
    // Two containers with one published port: the first of them is gone.
    if (chain.name != "DOCKER" || !facts.never(id)) return;
    const Cover& cover = facts.cover(id);
    if (cover.kind != Cover::Kind::one || !target_of(facts.rules().source(cover.by.front()), "DNAT")) return;
    findings.add(id, fmt::format("is for a container that nothing reaches: {} sends the same port elsewhere, a rule that was saved for a container of before", facts.names(cover.by)), cover.by).hint =
        "delete that rule, restart Docker, and leave its rules out of what is saved";
  });
  if (!of_the_boot(facts.ruleset().file)) return;
  for (const auto& [name, written] : saved) {
    Finding& f = findings.add(written.first, fmt::format("is {} that {} writes while it runs, in a file that the boot loads: of then, not of now", written.rules == 1 ? "a rule" : fmt::format("one of {} rules", written.rules), name));
    f.severity = Severity::note;
    f.hint = fmt::format("save the rules while {} is stopped", name);
  }
}

}  // namespace

const Check manager_saved{
    .id = "FW843", .name = "manager-saved",
    .title = "rules of docker, fail2ban and the like were saved and loaded again",
    .why = "Their programs add them again after a boot: packets pass them twice, addresses of containers that are gone take the ports of those that are there, bans are never lifted.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           ":f2b-sshd - [0:0]\n"
           "-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd\n"
           "-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd\n"
           "-A f2b-sshd -s 198.51.100.5/32 -j REJECT --reject-with icmp-port-unreachable\n"
           "-A f2b-sshd -j RETURN\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           ":f2b-sshd - [0:0]\n"
           "-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd\n"
           "-A INPUT -p tcp -m multiport --dports 2222 -j f2b-sshd\n"
           "-A f2b-sshd -s 198.51.100.5/32 -j REJECT --reject-with icmp-port-unreachable\n"
           "-A f2b-sshd -j RETURN\n"
           "COMMIT\n",
    .covers = "B12",
    .run = run};

}  // namespace fwsim::checks

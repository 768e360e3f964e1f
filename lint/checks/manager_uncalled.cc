#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"
#include "lint/glob.hh"
#include "lint/managers.hh"

namespace fwsim::checks {
namespace {

// Chains that their program always calls from a built-in one, by itself or by another chain of its own.
struct Entry {
  std::string_view manager, chains, from;
  TableId table = TableId::filter;
};
constexpr Entry entries[] = {
    {"docker", "DOCKER-USER", "FORWARD"},
    {"docker", "DOCKER", "FORWARD"},
    {"docker", "DOCKER-FORWARD", "FORWARD"},
    {"docker", "DOCKER-ISOLATION-STAGE-1", "FORWARD"},
    {"docker", "DOCKER", "PREROUTING", TableId::nat},
    {"kubernetes", "KUBE-SERVICES", "PREROUTING", TableId::nat},
    {"kubernetes", "KUBE-POSTROUTING", "POSTROUTING", TableId::nat},
    {"kubernetes", "KUBE-FIREWALL", "INPUT"},
    {"kubernetes", "KUBE-FORWARD", "FORWARD"},
    {"calico", "cali-INPUT", "INPUT"},
    {"calico", "cali-FORWARD", "FORWARD"},
    {"calico", "cali-OUTPUT", "OUTPUT"},
    {"netavark", "NETAVARK_FORWARD", "FORWARD"},
    {"netavark", "NETAVARK-HOSTPORT-DNAT", "PREROUTING", TableId::nat},
    {"cni", "CNI-FORWARD", "FORWARD"},
    {"cni", "CNI-HOSTPORT-DNAT", "PREROUTING", TableId::nat},
    {"libvirt", "LIBVIRT_INP", "INPUT"},
    {"libvirt", "LIBVIRT_FW?", "FORWARD"},
    {"libvirt", "LIBVIRT_PRT", "POSTROUTING", TableId::nat},
    {"ufw", "ufw-before-input ufw-user-input ufw6-before-input ufw6-user-input", "INPUT"},
    {"ufw", "ufw-before-forward ufw-user-forward ufw6-before-forward ufw6-user-forward", "FORWARD"},
    {"ufw", "ufw-before-output ufw-user-output ufw6-before-output ufw6-user-output", "OUTPUT"},
    {"firewalld", "INPUT_ZONES", "INPUT"},
    {"fail2ban", "f2b-* fail2ban-*", "INPUT"},
    {"sshguard", "sshguard", "INPUT"},
};

bool one_of(std::string_view patterns, std::string_view name) {
  const auto words = split(patterns, ' ');
  return std::any_of(words.begin(), words.end(), [&](std::string_view pattern) { return glob(pattern, name); });
}

void run(const Facts& facts, Findings& findings) {
  for (const Table& table : facts.ruleset().tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      const auto index = static_cast<std::uint16_t>(c);
      if (chain.hook || !does_something(chain) || facts.entered(table.id, index)) continue;
      const Manager* manager = manager_of(facts.ruleset(), chain.name);
      const auto entry = std::find_if(std::begin(entries), std::end(entries), [&](const Entry& e) { return manager && e.manager == manager->name && e.table == table.id && one_of(e.chains, chain.name); });
      if (entry == std::end(entries)) continue;
      // "f2b-postfix-log" is called by a chain that says more.
      const auto& callers = facts.callers(table.id, index);
      if (std::any_of(callers.begin(), callers.end(), [&](const RuleId& caller) { return !table.chains[caller.chain].hook; })) continue;
      const std::string rules = chain.rules.size() == 1 ? "its rule is" : fmt::format("its {} rules are", chain.rules.size());
      findings.add_chain(table.id, index, fmt::format("belongs to {}, and {}: {} in vain", manager->name, callers.empty() ? "no rule jumps there" : "no packet comes to the rules that jump there: " + facts.names(callers), rules), callers).hint =
          fmt::format("-t {} -I {} -j {}, or let {} write its rules again (restart it)", table_name(table.id), entry->from, chain.name, manager->name);
    }
}

}  // namespace

const Check manager_uncalled{
    .id = "FW841", .name = "manager-uncalled",
    .title = "chains of docker, ufw, fail2ban and the like are never asked",
    .why = "The program believes that its rules work: fail2ban bans and nobody is kept out, ufw allows and nothing opens. Mostly something else flushed INPUT or FORWARD, or loaded a file after it.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           ":f2b-sshd - [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A f2b-sshd -s 198.51.100.5/32 -j REJECT --reject-with icmp-port-unreachable\n"
           "-A f2b-sshd -j RETURN\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           ":f2b-nginx - [0:0]\n"
           ":f2b-sshd - [0:0]\n"
           "-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A f2b-nginx -j RETURN\n"
           "-A f2b-sshd -s 198.51.100.5/32 -j REJECT --reject-with icmp-port-unreachable\n"
           "-A f2b-sshd -j RETURN\n"
           "COMMIT\n",
    .covers = "B13",
    .run = run};

}  // namespace fwsim::checks

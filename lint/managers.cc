#include "lint/managers.hh"

#include <algorithm>

#include "lint/glob.hh"
#include "model/value.hh"

namespace fwsim {
namespace {

constexpr Manager list[] = {
    {.name = "docker", .chains = "DOCKER DOCKER-* DOCKER_OUTPUT DOCKER_POSTROUTING", .users = "DOCKER-USER", .devices = "docker0 br-????????????"},
    {.name = "kubernetes", .chains = "KUBE-*"},
    {.name = "calico", .chains = "cali-* felix-*"},
    {.name = "cilium", .chains = "CILIUM_* OLD_CILIUM_*"},
    {.name = "flannel", .chains = "FLANNEL-*"},
    {.name = "cni", .chains = "CNI-* CNI_*"},
    {.name = "netavark", .chains = "NETAVARK-* NETAVARK_*"},
    {.name = "libvirt", .chains = "LIBVIRT_*"},
    {.name = "ufw", .chains = "ufw-* ufw6-*", .users = "ufw-user-* ufw6-user-* ufw-before-*-user ufw-after-*-user"},
    {.name = "firewalld",
     .chains = "*_direct *_ZONES *_ZONES_SOURCE *_POLICIES_pre *_POLICIES_post *_IN_ZONES *_OUT_ZONES *_IN_ZONES_SOURCE *_OUT_ZONES_SOURCE "
               "IN_* FWD_* FWDI_* FWDO_* PRE_* POST_*",
     .users = "*_direct", .whole = true, .signs = "INPUT_direct INPUT_ZONES"},
    {.name = "fail2ban", .chains = "f2b-* fail2ban-*"},
    {.name = "sshguard", .chains = "sshguard"},
    {.name = "neutron", .chains = "neutron-* nova-*", .signs = "neutron-filter-top"},
    {.name = "istio", .chains = "ISTIO_*"},
    {.name = "sshuttle", .chains = "sshuttle-*"},
    {.name = "openwrt", .chains = "*", .users = "*_rule", .whole = true, .signs = "syn_flood input_rule zone_lan_ACCEPT"},
    // Compiles the whole ruleset: what no other program made is its own.
    {.name = "shorewall", .chains = "*", .whole = true, .signs = "dynamic logflags"},
};

bool one_of(std::string_view patterns, std::string_view name) {
  const auto words = split(patterns, ' ');
  return std::any_of(words.begin(), words.end(), [&](std::string_view pattern) { return glob(pattern, name); });
}

bool has_chain(const Ruleset& ruleset, std::string_view name) {
  return std::any_of(ruleset.tables.begin(), ruleset.tables.end(), [&](const Table& table) { return table.find(name) != nullptr; });
}

bool signed_by(const Ruleset& ruleset, const Manager& manager) {
  if (manager.signs.empty()) return true;
  const auto signs = split(manager.signs, ' ');
  return std::all_of(signs.begin(), signs.end(), [&](std::string_view sign) { return has_chain(ruleset, sign); });
}

}  // namespace

std::span<const Manager> all_managers() { return list; }

const Manager* manager_of(const Ruleset& ruleset, std::string_view chain) {
  if (find_hook(chain)) return nullptr;
  for (const Manager& manager : list)
    if (one_of(manager.chains, chain) && signed_by(ruleset, manager)) return &manager;
  return nullptr;
}

const Manager* manager_of_device(const Ruleset& ruleset, std::string_view device) {
  for (const Manager& manager : list) {
    if (!one_of(manager.devices, device)) continue;
    for (const Table& table : ruleset.tables)
      if (std::any_of(table.chains.begin(), table.chains.end(), [&](const Chain& chain) { return one_of(manager.chains, chain.name); })) return &manager;
  }
  return nullptr;
}

const Manager* manager_of_whole(const Ruleset& ruleset) {
  for (const Manager& manager : list)
    if (manager.whole && signed_by(ruleset, manager)) return &manager;
  return nullptr;
}

bool holds_user_rules(const Manager& manager, std::string_view chain) { return one_of(manager.users, chain); }

}  // namespace fwsim

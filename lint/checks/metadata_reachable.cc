#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"
#include "lint/glob.hh"

namespace fwsim::checks {
namespace {

constexpr u128 metadata = 0xa9fea9fe;   // 169.254.169.254
constexpr Asked asked[] = {
    {Way::forward, "tcp any -> 169.254.169.254:80", Family::v4},
};

bool is_metadata(const Prefix& p) { return p.mask == 0xffffffff && p.address == metadata; }

// Devices behind which programs run that are not to have what the host has.
bool of_workloads(std::string_view device) {
  for (std::string_view pattern : {"docker*", "br-????????????", "podman*", "cni*", "virbr*", "lxcbr*", "lxdbr*", "incusbr*", "cali*", "veth*", "lxc*", "flannel*", "cilium_*"})
    if (glob(pattern, device)) return true;
  return false;
}

void run(const Facts& facts, Findings& findings) {
  if (facts.ruleset().family != Family::v4) return;
  // Whether there is such a service here: rules or routes know of it. And whether a proxy stands before it.
  bool there = false, redirected = false;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    if (!is_metadata(rule.basic.dst)) return;
    there = true;
    redirected = redirected || id.table == TableId::nat;
  });
  if (facts.host())
    for (const Route& r : facts.host()->routes) there = there || (r.family == Family::v4 && is_metadata(r.destination));
  if (!there || redirected) return;
  std::vector<std::string> devices;
  const auto add = [&](const std::string& name) {
    if (of_workloads(name) && std::find(devices.begin(), devices.end(), name) == devices.end()) devices.push_back(name);
  };
  for_rules(facts, [&](const RuleId&, const Rule& rule) {
    for (const Prefix& device : {rule.basic.in(), rule.basic.out()})
      if (device.mask == all_ones) add(std::string(name_text(device.address)));
  });
  if (facts.host())
    for (const Interface& i : facts.host()->interfaces) add(i.name);
  const Answers& answers = facts.answers();
  for (const Class& c : answers.of(asked[0]).passed) {
    if (!c.by) continue;
    std::string names;
    std::vector<Piece> pieces;
    for (const std::string& device : devices)
      for (const Piece& piece : c.pieces)
        if (const auto part = part_of(answers.space(), piece, Field::in_if, {{name_word(device), name_word(device)}})) {
          pieces.push_back(*part);
          names += (names.empty() ? "" : ", ") + device;
          break;
        }
    if (pieces.empty()) continue;
    Finding& f = findings.add(*c.by, fmt::format("lets what runs behind {} reach 169.254.169.254, where the cloud tells this host's credentials", names));
    if (c.vague) f.certainty = Certainty::may;
    f.witness = answers.packet(c, pieces);
    f.hint = "drop it in FORWARD (with Docker in DOCKER-USER): -d 169.254.169.254 -j DROP";
    return;
  }
}

}  // namespace

const Check metadata_reachable{
    .id = "FW308", .name = "metadata-reachable",
    .title = "containers reach the metadata service of the cloud",
    .why = "Whoever takes over a container gets the credentials of the machine. What OUTPUT forbids is not asked of them: they are forwarded.",
    .bad = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           ":OUTPUT ACCEPT [0:0]\n"
           "-A FORWARD -i docker0 ! -o docker0 -j ACCEPT\n"
           "-A OUTPUT -d 169.254.169.254/32 -m owner ! --uid-owner 0 -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           ":OUTPUT ACCEPT [0:0]\n"
           "-A FORWARD -d 169.254.169.254/32 -i docker0 -j DROP\n"
           "-A FORWARD -i docker0 ! -o docker0 -j ACCEPT\n"
           "-A OUTPUT -d 169.254.169.254/32 -m owner ! --uid-owner 0 -j DROP\n"
           "COMMIT\n",
    .covers = "D12",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks

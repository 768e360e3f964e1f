#include "lint/network/parts.hh"

#include <utility>

namespace fwsim {

Spot spot_of(const Explorer& explorer, const RuleId& id) {
  const Symbolic& rules = explorer.rules();
  return {.rule = id, .name = rules.name(id), .file = rules.ruleset->file, .line = rules.line(id)};
}

Spot spot_of(const RuleRef& rule, const Ruleset& ruleset) {
  return {.rule = {rule.table->id, static_cast<std::uint16_t>(rule.chain), rule.index}, .name = rule.name(), .file = ruleset.file, .line = rule.line()};
}

Finding network_finding(const Check& check, Spot place, std::string text) {
  Finding finding{.id = std::string(check.id), .check = std::string(check.name), .severity = check.severity};
  finding.place = std::move(place);
  finding.text = std::move(text);
  return finding;
}

std::optional<PathAnswer> shown(const NetworkToLint& net, const Witness& witness) {
  Internetwork fresh(net.topology, net.members);
  std::string why;
  Packet packet = witness.packet;
  packet.time = 1'700'000'000'000'000'000;   // any moment
  packet.number = 1;
  const auto from = place_of(fresh, packet.family, packet.fields.get(Field::src), why);
  if (!from) return std::nullopt;
  return follow(fresh, std::move(packet), *from);
}

std::string path_question(const Witness& witness) {
  std::string text = witness.question;
  for (const std::string& word : {" in " + witness.in, " out " + witness.out})
    if (const std::size_t at = text.find(word); word.size() > 5 && at != std::string::npos) text.erase(at, word.size());
  return text;
}

bool decided(const PathHop& hop, const RuleId& id, const Ruleset& ruleset) {
  const auto& by = hop.result.decided_by;
  return by && by->table == ruleset.find(id.table) && by->chain == id.chain && by->index == id.index;
}

}  // namespace fwsim

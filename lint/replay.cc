// Witnesses shown to be right: sent through the simulator, on a host on which they can go their way.
#include <algorithm>

#include "lint/witness.hh"
#include "simulator/engine.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

// Devices that carry a packet of this length.
void make_room(Host& host, unsigned length) {
  for (Interface& i : host.interfaces) i.mtu = std::max(i.mtu, length);
}

// Where DNAT may send packets.
std::vector<u128> new_destinations(const Ruleset& ruleset) {
  std::vector<u128> list;
  if (const Table* nat = ruleset.find(TableId::nat))
    for (const Chain& chain : nat->chains)
      for (const Rule& rule : chain.rules)
        if (const auto* use = std::get_if<TargetUse>(&rule.target))
          for (const Action& action : actions_of(*use, ruleset.family))
            if (const auto* to = std::get_if<Nat>(&action); to && to->kind == Nat::Kind::dnat && to->address) list.push_back(to->address->low);
  return list;
}

void disown(Host& host, Family family, u128 address) {
  for (Interface& i : host.interfaces)
    std::erase_if(i.addresses, [&](const InterfaceAddress& a) { return a.family == family && a.address == address; });
}

// A packet that is delivered after its destination was changed needs a host with that address; and over IPv4 from one
// address to the same it comes from the wire only where the host does not have that.
void own_destinations(Host& host, const std::string& device, const Ruleset& ruleset, u128 sender) {
  const auto in = std::find_if(host.interfaces.begin(), host.interfaces.end(), [&](const Interface& i) { return i.name == device; });
  if (in == host.interfaces.end()) return;
  bool moved = false;
  for (u128 to : new_destinations(ruleset))
    if (to != sender || device == "lo" || ruleset.family == Family::v6) {
      in->addresses.push_back({.family = ruleset.family, .address = to, .length = address_bits(ruleset.family), .prefix_route = false});
      moved = true;
    }
  if (moved && device != "lo" && ruleset.family == Family::v4) disown(host, Family::v4, sender);
}

}  // namespace

Result replay(const Witness& witness, const Ruleset& ruleset) {
  QuestionFault fault;
  auto question = read_question(witness.question, fault);
  const Ruleset *v4 = ruleset.family == Family::v4 ? &ruleset : nullptr, *v6 = v4 ? nullptr : &ruleset;
  Host host = witness.host;
  if (!is_described(host)) {
    describe_by_question(host, *question, v4, v6);
    make_room(host, static_cast<unsigned>(question->packet.bytes.size()));
    const u128 sender = question->packet.fields.get(Field::src);
    if (witness.way == Way::input) own_destinations(host, witness.in, ruleset, sender);
    // What is sent back to its sender leaves the host only where the sender's address is another's.
    const std::vector<u128> to = new_destinations(ruleset);
    if (witness.way == Way::output && std::find(to.begin(), to.end(), sender) != to.end()) {
      disown(host, ruleset.family, sender);
      question->sent = true;
    }
  }
  Engine engine(v4, v6, std::move(host), {.paths = true});
  return answer(*question, engine);
}

bool passed_by(const Result& result, const Ruleset& ruleset, const RuleId& id) {
  const Table* table = ruleset.find(id.table);
  return std::any_of(result.path.begin(), result.path.end(), [&](const Step& step) {
    return step.rule && step.rule->table == table && step.rule->chain == id.chain && step.rule->index == id.index;
  });
}

std::optional<Witness> confirmed_witness(const Explorer& explorer, const Explorer::Reached& reached, const RuleId& id, const Host* host) {
  for (unsigned nth = 0; nth < 6; ++nth)
    if (auto witness = make_witness(explorer.space(), reached.way, reached.packets, host, nth))
      if (passed_by(replay(*witness, *explorer.rules().ruleset), *explorer.rules().ruleset, id)) return witness;
  // Others, of more kinds than the one that was found first.
  std::optional<Witness> found;
  ExploreOptions options;
  options.apart = true;   // what a rule with memory does not look at comes for certain
  options.confirm = [&](Way way, const Piece& piece) {
    for (unsigned nth = 0; nth < 4 && !found; ++nth)
      if (auto witness = make_witness(explorer.space(), way, piece, host, nth))
        if (passed_by(replay(*witness, *explorer.rules().ruleset), *explorer.rules().ruleset, id)) found = std::move(witness);
    return found.has_value();
  };
  explorer.reach(id, options);
  return found;
}

}  // namespace fwsim

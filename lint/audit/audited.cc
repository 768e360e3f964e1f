#include "lint/audit/audited.hh"

#include <fmt/format.h>

#include <algorithm>

#include "lint/checks/judge.hh"
#include "lint/managers.hh"

namespace fwsim {
namespace {

constexpr unsigned nearly_all_ports = 60'000;

std::vector<Asked> joined(std::vector<Asked> a, const std::vector<Asked>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

Audited::Audited(const Ruleset& ruleset, const Host* host, const Settings& settings, std::vector<Asked> asked)
    : around_(ruleset.family, host, settings), facts_(ruleset, host, settings, joined(std::move(asked), around_.asked)) {}

std::string Audited::name(const RuleId& rule) const { return name(facts_.place(rule)); }

std::string Audited::name(Spot spot) const {
  if (const std::size_t slash = spot.file.rfind('/'); slash != std::string::npos) spot.file.erase(0, slash + 1);
  return spot.text();
}

std::string Audited::name(const Class& c) const { return c.by ? name(*c.by) : "no rule"; }

std::string Audited::names(const std::vector<const Class*>& list) const {
  std::vector<RuleId> ids;
  for (const Class* c : list)
    if (c->by && std::find(ids.begin(), ids.end(), *c->by) == ids.end()) ids.push_back(*c->by);
  return ids.empty() ? "no rule" : names(ids);
}

std::string Audited::names(const std::vector<RuleId>& list) const {
  constexpr std::size_t most = 5;
  const std::size_t shown = list.size() <= most ? list.size() : most - 1;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : i + 1 == list.size() ? " and " : ", ") + name(list[i]);
  if (shown < list.size()) text += fmt::format(" and {} more", list.size() - shown);
  return text;
}

bool Audited::is_policy(const RuleId& rule) const {
  const Table* table = ruleset().find(rule.table);
  return table && rule.index >= table->chains[rule.chain].rules.size();
}

std::string Audited::remove(const RuleId& rule) const {
  const Chain& chain = ruleset().find(rule.table)->chains[rule.chain];
  const std::string table = rule.table == TableId::filter ? "" : fmt::format(" -t {}", table_name(rule.table));
  if (is_policy(rule)) return fmt::format("{}{} -P {} DROP", tool(), table, chain.name);
  const Manager* manager = manager_of(ruleset(), chain.name);
  const std::string note = manager && !holds_user_rules(*manager, chain.name) ? fmt::format("   # {} writes this chain: change it there", manager->name) : "";
  return fmt::format("{}{} -D {} {}{}", tool(), table, chain.name, rule.index + 1, note);
}

namespace {

std::optional<Piece> by_external(const Audited& audited, Way way, const Piece& piece) {
  std::vector<Range> names;
  for (const Prefix& device : audited.around().external) names.push_back({device.address & device.mask, (device.address & device.mask) | ~device.mask});
  return part_of(audited.space(), piece, way == Way::output ? Field::out_if : Field::in_if, names);
}

}  // namespace

Side side_of(const Audited& audited, Way way, const Piece& piece) {
  const Space& space = audited.space();
  const Var v = space.of(way == Way::output ? Field::out_if : Field::in_if);
  const AtomSet lo = AtomSet::one(space.atom_of(v, name_word("lo")));
  if ((piece[v] - lo).empty()) return Side::inside;
  if (!audited.around().external.empty()) return by_external(audited, way, piece) ? Side::outside : Side::inside;
  const AtomSet all = audited.answers().explorer().plan(way).start[v] - lo;
  if (piece[v].covers(all) || piece[v].contains(space.atom_of(v, name_word("~")))) return Side::outside;
  return Side::unclear;
}

std::vector<Piece> on_side(const Audited& audited, const Class& c, Side side) {
  std::vector<Piece> pieces = outside(audited.answers(), c);
  std::erase_if(pieces, [&](const Piece& piece) { return side_of(audited, c.way, piece) != side; });
  if (side == Side::outside && !audited.around().external.empty())
    for (Piece& piece : pieces) piece = *by_external(audited, c.way, piece);
  return pieces;
}

Class really(Class c) {
  if (!c.real.empty()) c.pieces = c.real;
  return c;
}

std::vector<Piece> from_elsewhere(const Audited& audited, const Class& c) {
  std::vector<Piece> pieces = on_side(audited, c, Side::outside);
  for (Piece& piece : on_side(audited, c, Side::unclear)) pieces.push_back(std::move(piece));
  return pieces;
}

std::vector<Piece> of_protocol(const Space& space, const std::vector<Piece>& pieces, unsigned protocol) {
  std::vector<Piece> out;
  for (const Piece& piece : pieces)
    if (auto part = part_of(space, piece, Field::proto, {{protocol, protocol}})) out.push_back(std::move(*part));
  return out;
}

u128 ports_of(const Space& space, Field field, const std::vector<Piece>& pieces) {
  return space.of(field) == no_var && !pieces.empty() ? 65536 : values_of(space, field, pieces);
}

std::vector<Piece> ordinary(const Audited& audited, Way way, std::vector<Piece> pieces) {
  const Space& space = audited.space();
  const Piece& start = audited.answers().explorer().plan(way).start;
  std::erase_if(pieces, [&](const Piece& piece) {
    for (Var v = 0; v < space.vars().size(); ++v) {
      const Variable& var = space[v];
      if (var.kind == Variable::Kind::boolean && !piece[v].contains(0)) return true;
      // A header that most packets have not.
      constexpr Field of_protocols[] = {Field::sport, Field::dport, Field::tcp_flags, Field::icmp, Field::l4_len, Field::ct_state, Field::proto};
      if (var.optional && std::find(std::begin(of_protocols), std::end(of_protocols), var.field) == std::end(of_protocols) && start[v].contains(var.absent()) &&
          !piece[v].contains(var.absent()))
        return true;
      for (Field field : {Field::uid, Field::gid, Field::mac_src, Field::mark, Field::tos, Field::ttl, Field::length})
        if (var.field == field && var.kind != Variable::Kind::boolean && piece[v].size() == 1 && start[v].size() > 1) return true;
    }
    return false;
  });
  return pieces;
}

bool nearly_all(const Audited& audited, Way way, const std::vector<Piece>& pieces) {
  std::vector<Piece> any_port;
  for (const Piece& piece : pieces)
    if (ports_of(audited.space(), Field::sport, {piece}) >= nearly_all_ports) any_port.push_back(piece);
  return wide(audited, way, any_port);
}

bool wide(const Audited& audited, Way way, const std::vector<Piece>& pieces) {
  std::vector<Piece> list;
  for (const Piece& piece : ordinary(audited, way, pieces))
    if (ports_of(audited.space(), Field::dport, {piece}) >= nearly_all_ports) list.push_back(piece);
  return from_anywhere(audited.space(), list);
}

Evidence shown(const Audited& audited, std::string text, const Class& c, const std::vector<Piece>& pieces) {
  Evidence e{.text = std::move(text), .by = {}, .packet = audited.answers().packet(c, pieces)};
  if (c.by) e.by.push_back(audited.facts().place(*c.by));
  return e;
}

std::string_view chain_of(Way way) {
  constexpr std::string_view names[] = {"INPUT", "FORWARD", "OUTPUT"};
  return names[static_cast<std::size_t>(way)];
}

const Asked& new_on(Way way) { return way == Way::input ? new_in : way == Way::forward ? new_through : new_out; }

std::vector<Kind> common_protocols(Family family) {
  return {{6, "TCP"}, {17, "UDP"}, family == Family::v4 ? Kind{1, "ICMP"} : Kind{58, "ICMPv6"}};
}

}  // namespace fwsim

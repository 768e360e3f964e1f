#include "simulator/shards.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "simulator/defrag.hh"
#include "simulator/quoted.hh"
#include "simulator/sources/link_layer.hh"

namespace fwsim {
namespace {

constexpr unsigned linktype_ethernet = 1;
constexpr std::size_t ethernet_header = 14;

// The same for both directions.
unsigned part_of(u128 a, u128 b, unsigned shards) {
  const auto mixed = [](u128 x) { return (static_cast<std::uint64_t>(x) ^ static_cast<std::uint64_t>(x >> 64) * 0xc2b2ae3d27d4eb4fU) * 0x9e3779b97f4a7c15U; };
  const std::uint64_t hash = (mixed(a) ^ mixed(b)) * 0xff51afd7ed558ccdU;
  return static_cast<unsigned>((hash >> 32) * shards >> 32);
}

// Packets in Ethernet that quote no other one: by the addresses, where their header has them.
std::optional<unsigned> plain_part(const Frame& frame, unsigned shards) {
  constexpr std::size_t v4_header = 20, v6_header = 40;
  constexpr unsigned tcp = 6, udp = 17;
  const auto plain = [](unsigned protocol) { return protocol == tcp || protocol == udp; };
  if (frame.link_type != linktype_ethernet || frame.bytes.size() < ethernet_header + v4_header) return std::nullopt;
  const Bytes b = frame.bytes.subspan(ethernet_header);
  switch (be16(frame.bytes, 12)) {
    case 0x0800: return plain(b[9]) ? std::optional(part_of(be32(b, 12), be32(b, 16), shards)) : std::nullopt;
    case 0x86dd:
      if (b.size() < v6_header || !plain(b[6])) return std::nullopt;
      return part_of(address_at(Family::v6, b, 8), address_at(Family::v6, b, 24), shards);
    default: return std::nullopt;
  }
}

// What does something else than look at its packet, and keeps nothing that other packets meet.
constexpr std::array<std::string_view, 9> harmless_targets{"AUDIT", "ECN", "HMARK", "LOG", "NFLOG", "NOTRACK", "REJECT", "TCPMSS", "TCPOPTSTRIP"};
// What is only read.
constexpr std::array<std::string_view, 4> harmless_state{"geoip/", "osf", "ipset", "fragments"};

std::string place(const Program& program, const RuleCode& code, std::string_view what) {
  return fmt::format("{} of {}", what, rule_name(program.table->id, program.table->chains[code.chain], code.index));
}

std::optional<std::string> shared_by_target(const Program& program, const RuleCode& code) {
  for (const Action& action : code.actions) {
    if (std::holds_alternative<Nat>(action)) return place(program, code, "translation");
    const auto* effect = std::get_if<Effect>(&action);
    if (effect && std::find(harmless_targets.begin(), harmless_targets.end(), effect->use->name) == harmless_targets.end())
      return place(program, code, fmt::format("-j {}", effect->use->name));
  }
  return std::nullopt;
}

// The first match that remembers packets, in the code of this rule.
bool remembers(const Program& program, std::uint32_t first, std::uint32_t next) {
  for (std::uint32_t at = first; at < next; ++at) {
    const Op& op = program.ops[at];
    if (op.kind == Op::Kind::oracle && program.oracles[op.a]->remembers()) return true;
  }
  return false;
}

}  // namespace

unsigned shard_of(const Frame& frame, unsigned shards) {
  if (const auto part = plain_part(frame, shards)) return *part;
  Packet packet;
  if (strip_link_layer(frame, packet).kind != Stripped::Kind::packet || !decode(packet)) return 0;
  constexpr std::size_t icmp_header = 8;
  const auto quoted = is_icmp_error(packet) ? read_quoted(packet, packet.l4 + icmp_header) : std::nullopt;
  if (quoted) return part_of(quoted->src, quoted->dst, shards);
  return part_of(packet.fields.get(Field::src), packet.fields.get(Field::dst), shards);
}

std::optional<std::string> shared_by_rules(const Engine& engine) {
  for (const Family family : {Family::v4, Family::v6})
    for (std::size_t t = 0; t < table_count; ++t) {
      const Program* program = engine.program(family, static_cast<TableId>(t));
      if (!program) continue;
      for (std::uint32_t r = 0; r < program->rules.size(); ++r) {
        const RuleCode& code = program->rules[r];
        if (auto what = shared_by_target(*program, code)) return what;
        if (remembers(*program, program->first_op(r), code.next)) return place(*program, code, "a match that counts");
      }
    }
  for (const auto& [name, set] : engine.host().sets)
    if (set.counters) return fmt::format("counters of the set {}", name);
  if (!engine.host().connections.empty()) return "connections that the host had before";
  return std::nullopt;
}

std::optional<std::string> shared_by_packets(const Engine& engine, std::uint64_t seed) {
  const World& world = engine.world();
  const auto is_harmless = [](const std::string& name) {
    return std::any_of(harmless_state.begin(), harmless_state.end(), [&](std::string_view known) { return name.compare(0, known.size(), known) == 0; });
  };
  for (const auto& [name, state] : world.shared) {
    if (!is_harmless(name)) return name;
    if (name == "fragments" && static_cast<const FragmentQueues&>(*state).used()) return "fragments";
  }
  if (world.random != std::mt19937_64(seed)) return "chance";
  return std::nullopt;
}

}  // namespace fwsim

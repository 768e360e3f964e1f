#include "simulator/engine.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/carry_over.hh"
#include "simulator/conntrack_import.hh"
#include "simulator/icmp_error.hh"
#include "simulator/journey.hh"

namespace fwsim {

std::string_view fate_name(Fate fate) {
  switch (fate) {
    case Fate::forwarded: return "forwarded";
    case Fate::delivered: return "delivered";
    case Fate::sent: return "sent";
    case Fate::dropped: return "dropped";
    case Fate::stolen: return "stolen";
    case Fate::queued: return "queued";
    case Fate::unknown: return "unknown";
    case Fate::bridged: return "bridged";
    case Fate::ignored: return "ignored";
  }
  return {};
}

Engine::Engine(const Ruleset* v4, const Ruleset* v6, Host host, EngineOptions options, std::uint64_t seed)
    : rulesets_{v4, v6}, options_(options) {
  world_.host = std::move(host);
  world_.random.seed(seed);
  // Loading a connbytes rule turns accounting on (xt_connbytes.c, connbytes_mt_check).
  for (const Ruleset* ruleset : rulesets_)
    if (ruleset && uses_match(*ruleset, "connbytes")) world_.host.sysctls["net.netfilter.nf_conntrack_acct"] = "1";
  world_.conntrack.configure(world_.host);
  world_.sockets.configure(world_.host);
  routing_ = std::make_unique<Routing>(world_.host);
  world_.routing = routing_.get();
  load(Family::v4);
  load(Family::v6);
}

void Engine::load(Family family) {
  const auto f = static_cast<std::size_t>(family);
  if (!rulesets_[f]) return;
  world_.conntrack.active[f] = needs_conntrack(*rulesets_[f]);
  defrag_[f] = needs_defrag(*rulesets_[f]);
  asks_address_types_[f] = false;
  for (const Table& table : rulesets_[f]->tables) {
    auto program = std::make_unique<Program>(compile(table, family, world_, options_.lookup));
    asks_address_types_[f] = asks_address_types_[f] || std::any_of(program->ops.begin(), program->ops.end(), [](const Op& op) {
      return op.field >= Field::src_type && op.field <= Field::dst_type_out;
    });
    programs_[f][static_cast<std::size_t>(table.id)] = std::move(program);
  }
}

void Engine::replace(Family family, const Ruleset* ruleset, bool keep_memory) {
  const auto f = static_cast<std::size_t>(family);
  auto old = std::exchange(programs_[f], {});
  rulesets_[f] = ruleset;
  load(family);
  for (std::size_t t = 0; t < table_count; ++t)
    if (old[t] && programs_[f][t]) carry_over(*old[t], *programs_[f][t], keep_memory);
}

void Engine::renumber(Host host) {
  Host& mine = world_.host;
  mine.interfaces = std::move(host.interfaces);
  mine.routes = std::move(host.routes);
  mine.rules = std::move(host.rules);
  mine.routes_complete = host.routes_complete;
  mine.rules_complete = host.rules_complete;
  mine.neighbours = std::move(host.neighbours);
  routing_ = std::make_unique<Routing>(mine);
  world_.routing = routing_.get();
  const auto has = [&](const std::string& device, u128 address) {
    const Interface* i = mine.find(device);
    return i && i->up && std::any_of(i->addresses.begin(), i->addresses.end(), [&](const InterfaceAddress& a) { return a.address == address; });
  };
  for (const auto& entry : world_.conntrack.entries(world_.now))
    if (const std::string& device = world_.conntrack.masquerade_device(*entry); !device.empty() && !has(device, entry->reply().dst))
      world_.conntrack.forget(entry);
}

const Program* Engine::program(Family family, TableId table) const {
  return programs_[static_cast<std::size_t>(family)][static_cast<std::size_t>(table)].get();
}

Ruleset Engine::with_counters(Family family) const {
  const Ruleset* source = rulesets_[static_cast<std::size_t>(family)];
  Ruleset copy = source ? *source : Ruleset{.family = family};
  for (Table& table : copy.tables) {
    const Program* p = program(family, table.id);
    for (const RuleCode& code : p->rules) table.chains[code.chain].rules[code.index].counters = code.counters;
    for (std::size_t c = 0; c < table.chains.size(); ++c)
      if (table.chains[c].hook) table.chains[c].counters = p->policies[c];
  }
  return copy;
}

// The recorded connections are as old as the first packet.
void Engine::take_known_connections(std::int64_t now) {
  for (const KnownConnection& known : std::exchange(world_.host.connections, {}))
    if (world_.conntrack.active[static_cast<std::size_t>(known.family)]) world_.conntrack.insert(make_known(world_.conntrack, known, now));
}

Result Engine::receive(Packet packet, const std::string& device) {
  take_known_connections(packet.time);
  Result result{.packet = std::move(packet)};
  Journey(*this, result).receive(device);
  return result;
}

void Engine::at_hook(Hook hook, Result& result, const std::string& in, const std::string& out) {
  take_known_connections(result.packet.time);
  result.fate = Fate::unknown;
  result.dropped_at.reset();
  result.reason.clear();
  Journey(*this, result).at_hook(hook, in, out);
}

Result Engine::send(Packet packet) {
  take_known_connections(packet.time);
  Result result{.packet = std::move(packet)};
  Journey(*this, result).send();
  return result;
}

}  // namespace fwsim

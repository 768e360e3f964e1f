#include "simulator/engine.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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
  for (std::size_t f = 0; f < 2; ++f) {
    if (!rulesets_[f]) continue;
    world_.conntrack.active[f] = needs_conntrack(*rulesets_[f]);
    defrag_[f] = needs_defrag(*rulesets_[f]);
    for (const Table& table : rulesets_[f]->tables)
      programs_[f][static_cast<std::size_t>(table.id)] =
          std::make_unique<Program>(compile(table, static_cast<Family>(f), world_));
  }
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

Result Engine::receive(Packet packet, const std::string& device) {
  return Journey(*this, std::move(packet)).receive(device);
}

Result Engine::send(Packet packet) { return Journey(*this, std::move(packet)).send(); }

}  // namespace fwsim

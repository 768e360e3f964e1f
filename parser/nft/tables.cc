#include "parser/nft/tables.hh"

#include <fmt/format.h>

#include <deque>

#include "model/nft.hh"
#include "parser/nft/rule_maker.hh"

namespace fwsim::nft_json {
namespace {

// One table. A chain that packets of several base chains come to is written once for each way in which `accept` there
// goes on.
class TableMaker {
 public:
  TableMaker(TableId id, Family family, const Objects& objects, const Report& report) : family_(family), objects_(objects), report_(report) {
    table_.id = id;
    for (std::size_t i = 0; i < hook_count; ++i)
      if (const Hook hook = static_cast<Hook>(i); table_hooks(id) & set_of(hook))
        table_.chains.push_back({.name = std::string(hook_name(hook)), .hook = hook, .rules = {}});
  }

  // The base chains of one hook, in their order.
  void add(Hook hook, const std::vector<BaseChain>& bases) {
    const std::size_t first = index_of(hook);
    Chain& built_in = table_.chains[first];
    built_in.policy = bases.front().chain->policy;
    built_in.line = static_cast<unsigned>(bases.front().chain->handle);
    std::vector<std::size_t> chains{first};
    for (std::size_t i = 1; i < bases.size(); ++i) chains.push_back(fresh(bases[i].chain->name, bases[i].table->name));
    for (std::size_t i = 0; i < bases.size(); ++i) {
      Way way{.table = bases[i].table, .number = bases.size() == 1 ? 0 : ++ways_, .accepted = Verdict::accept, .returned = Verdict::back};
      if (i + 1 < bases.size()) way.accepted = Jump{static_cast<int>(chains[i + 1]), true};
      const bool drops = bases[i].chain->policy == Verdict::drop;
      if (bases.size() > 1) way.returned = drops ? std::variant<Verdict, Jump>(Verdict::drop) : way.accepted;
      todo_.push_back({chains[i], bases[i].chain, way, bases.size() > 1});
    }
    work();
  }

  void add_unknown(Hook hook, const std::string& text) {
    auto& rules = table_.chains[index_of(hook)].rules;
    Rule rule;
    rule.target = unknown_nft_target(text);
    rules.insert(rules.begin(), std::move(rule));
  }

  Table take() { return std::move(table_); }

 private:
  struct Way {
    const ListedTable* table = nullptr;
    unsigned number = 0;   // 0: `accept` is the end of this table
    std::variant<Verdict, Jump> accepted, returned;
  };
  struct Work {
    std::size_t chain;
    const ListedChain* listed;
    Way way;
    bool closes;           // its end is not that of the built-in chain
  };

  std::size_t index_of(Hook hook) const {
    for (std::size_t i = 0; i < table_.chains.size(); ++i)
      if (table_.chains[i].hook == hook) return i;
    return 0;
  }

  std::size_t fresh(const std::string& name, const TableName& table) {
    std::string unique = name;
    for (unsigned n = 1; table_.index(unique) >= 0; ++n) unique = n == 1 ? fmt::format("{}/{}", table.name, name) : fmt::format("{}/{}#{}", table.name, name, n);
    table_.chains.push_back({.name = std::move(unique), .rules = {}});
    return table_.chains.size() - 1;
  }

  int called(const std::string& name, const Way& way) {
    const ListedChain* listed = way.table->find(name);
    if (!listed || listed->is_base()) throw NotUnderstood(fmt::format("chain '{}', which is not there", name));
    const auto [at, fresh_one] = known_.try_emplace({listed, way.number}, 0);
    if (fresh_one) {
      at->second = fresh(name, way.table->name);
      table_.chains[at->second].line = static_cast<unsigned>(listed->handle);
      Way inner = way;
      inner.returned = Verdict::back;
      todo_.push_back({at->second, listed, inner, false});
    }
    return static_cast<int>(at->second);
  }

  void work() {
    while (!todo_.empty()) {
      const Work w = todo_.front();
      todo_.pop_front();
      for (std::size_t i = 0; i < w.listed->rules.size(); ++i) rule(w, i);
      if (!w.closes) continue;
      Rule end;
      end.line = static_cast<unsigned>(w.listed->handle);
      if (const auto* verdict = std::get_if<Verdict>(&w.way.returned))
        end.target = *verdict;
      else
        end.target = std::get<Jump>(w.way.returned);
      table_.chains[w.chain].rules.push_back(std::move(end));
    }
  }

  void rule(const Work& w, std::size_t i) {
    const ListedRule& listed = w.listed->rules[i];
    Surroundings where;
    where.scope = {family_, w.way.table->name, &objects_, listed.handle};
    where.place = fmt::format("table {} {}, chain {}, handle {}", w.way.table->name.family, w.way.table->name.name, w.listed->name, listed.handle);
    where.chain = w.chain;
    where.rules = [this](std::size_t chain) -> std::vector<Rule>& { return table_.chains[chain].rules; };
    where.helper = [&] { return fresh(fmt::format("{}_{}", w.listed->name, listed.handle), w.way.table->name); };
    where.called = [&](const std::string& name) { return called(name, w.way); };
    where.accepted = w.way.accepted;
    where.returned = w.way.returned;
    where.report = [&](const std::string& text) { report_(where.place, text); };
    make_rules(listed, i + 1 < w.listed->rules.size() ? &w.listed->rules[i + 1] : nullptr, where);
  }

  Table table_;
  Family family_;
  const Objects& objects_;
  const Report& report_;
  std::deque<Work> todo_;
  std::map<std::pair<const ListedChain*, unsigned>, std::size_t> known_;
  unsigned ways_ = 0;
};

}  // namespace

std::vector<Table> tables_of(const Listing& listing, Family family, const Report& report) {
  const Placed placed = place_chains(listing, family);
  std::vector<Table> out;
  for (TableId id : {TableId::raw, TableId::mangle, TableId::nat, TableId::filter, TableId::security}) {
    TableMaker maker(id, family, listing.objects, report);
    bool any = false;
    for (const auto& [slot, bases] : placed.slots)
      if (slot.first == id) {
        maker.add(slot.second, bases);
        any = true;
      }
    for (const auto& [base, hook] : placed.misfits) {
      // Any table with this hook will do: nothing is known of its packets.
      const TableId table = hook == Hook::prerouting ? TableId::raw : TableId::mangle;
      if (table != id) continue;
      const std::string text = fmt::format("chain {} at {} {}", base.chain->name, base.chain->hook, base.chain->priority);
      report(fmt::format("table {} {}, chain {}", base.table->name.family, base.table->name.name, base.chain->name),
             fmt::format("no table of iptables runs at hook {} with priority {}", base.chain->hook, base.chain->priority));
      maker.add_unknown(hook, text);
      any = true;
    }
    if (any) out.push_back(maker.take());
  }
  return out;
}

}  // namespace fwsim::nft_json

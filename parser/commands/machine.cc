#include "parser/commands/machine.hh"

#include <fmt/format.h>

#include <algorithm>

#include "parser/commands/tool.hh"

namespace fwsim {
namespace {

// What the tools are called, and what they call themselves.
struct Name {
  std::string_view name;
  void (*run)(Tool&);
  Family family;
  std::string_view itself;
  std::string_view variant;
};

constexpr Name names[] = {
    {"iptables", run_iptables, Family::v4, "iptables", "legacy"},
    {"iptables-legacy", run_iptables, Family::v4, "iptables", "legacy"},
    {"iptables-nft", run_iptables, Family::v4, "iptables", "nf_tables"},
    {"ip6tables", run_iptables, Family::v6, "ip6tables", "legacy"},
    {"ip6tables-legacy", run_iptables, Family::v6, "ip6tables", "legacy"},
    {"ip6tables-nft", run_iptables, Family::v6, "ip6tables", "nf_tables"},
    {"iptables-save", run_save, Family::v4, "iptables-save", "legacy"},
    {"iptables-legacy-save", run_save, Family::v4, "iptables-save", "legacy"},
    {"iptables-nft-save", run_save, Family::v4, "iptables-save", "nf_tables"},
    {"ip6tables-save", run_save, Family::v6, "ip6tables-save", "legacy"},
    {"ip6tables-legacy-save", run_save, Family::v6, "ip6tables-save", "legacy"},
    {"ip6tables-nft-save", run_save, Family::v6, "ip6tables-save", "nf_tables"},
    {"iptables-restore", run_restore, Family::v4, "iptables-restore", "legacy"},
    {"iptables-legacy-restore", run_restore, Family::v4, "iptables-restore", "legacy"},
    {"iptables-nft-restore", run_restore, Family::v4, "iptables-restore", "nf_tables"},
    {"ip6tables-restore", run_restore, Family::v6, "ip6tables-restore", "legacy"},
    {"ip6tables-legacy-restore", run_restore, Family::v6, "ip6tables-restore", "legacy"},
    {"ip6tables-nft-restore", run_restore, Family::v6, "ip6tables-restore", "nf_tables"},
    {"ipset", run_ipset, Family::v4, "ipset", ""},
};

const Name* find_name(std::string_view command) {
  const std::string_view name = command.substr(command.rfind('/') + 1);
  const auto found = std::find_if(std::begin(names), std::end(names), [&](const Name& n) { return n.name == name; });
  return found == std::end(names) ? nullptr : found;
}

}  // namespace

LiveTable& LiveTables::use(TableId id) {
  for (LiveTable& table : tables_)
    if (table.id() == id) return table;
  return tables_.emplace_back(id);
}

const LiveTable* LiveTables::find(TableId id) const {
  for (const LiveTable& table : tables_)
    if (table.id() == id) return &table;
  return nullptr;
}

bool Machine::knows(std::string_view name) { return find_name(name) != nullptr; }

CommandResult Machine::run(const CommandCall& call) {
  const Name* name = call.argv.empty() ? nullptr : find_name(call.argv[0]);
  if (!name)
    return {.err = fmt::format("{}: command not found\n", call.argv.empty() ? "" : call.argv[0]), .status = 127, .word = 0};
  Tool tool{.machine = *this, .call = call, .family = name->family, .name = std::string(name->itself), .variant = std::string(name->variant)};
  name->run(tool);
  return std::move(tool.result);
}

std::size_t Machine::rules_naming(std::string_view set) const {
  std::size_t count = 0;
  for (const LiveTables& tables : tables_)
    for (const LiveTable& table : tables.all())
      for (const Chain& chain : table.chains())
        for (const Rule& rule : chain.rules)
          for (const std::string_view name : set_names(rule)) count += name == set ? 1 : 0;
  return count;
}

void Machine::load(const Ruleset& ruleset) {
  auto& all = tables(ruleset.family).all();
  for (const Table& table : ruleset.tables) {
    std::erase_if(all, [&](const LiveTable& there) { return there.id() == table.id; });
    all.emplace_back(table);
  }
}

Ruleset Machine::ruleset(Family family) const {
  Ruleset ruleset{.family = family};
  for (const LiveTable& table : tables(family).all()) ruleset.tables.push_back(table.finish());
  return ruleset;
}

}  // namespace fwsim

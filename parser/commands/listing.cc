#include "parser/commands/listing.hh"

#include <fmt/format.h>

#include "parser/print.hh"

namespace fwsim {
namespace {

std::string policy_line(const Chain& chain, bool counters) {
  if (!chain.hook) return fmt::format("-N {}\n", chain.name);
  std::string out = fmt::format("-P {} {}", chain.name, chain.policy == Verdict::drop ? "DROP" : "ACCEPT");
  if (counters) out += fmt::format(" -c {} {}", chain.counters.packets, chain.counters.bytes);
  return out + '\n';
}

// The chains that are asked for, in the order of listing; none: there is no such chain.
std::vector<std::size_t> chosen(const LiveTable& table, const ListCommand& command) {
  if (!command.chain) return table.order();
  const int chain = table.find(*command.chain);
  if (chain < 0) return {};
  return {static_cast<std::size_t>(chain)};
}

}  // namespace

bool list_chains(const LiveTable& table, Family family, const ListCommand& command, std::string& out) {
  const auto chains = chosen(table, command);
  bool first = true;
  for (const std::size_t at : chains) {
    if (!first) out += '\n';
    first = false;
    if (command.number == 0) out += list_header(table.raw(), at, command.style);
    const auto& rules = table.chains()[at].rules;
    for (std::size_t i = 0; i < rules.size(); ++i)
      if (command.number == 0 || command.number == i + 1) out += list_row(rules[i], table.raw(), i + 1, family, command.style);
  }
  return !chains.empty();
}

bool list_rules(const LiveTable& table, Family family, const ListCommand& command, std::string& out) {
  const auto chains = chosen(table, command);
  if (command.number == 0)
    for (const std::size_t at : chains) out += policy_line(table.chains()[at], command.style.verbose);
  for (const std::size_t at : chains) {
    const Chain& chain = table.chains()[at];
    for (std::size_t i = 0; i < chain.rules.size(); ++i)
      if (command.number == 0 || command.number == i + 1)
        out += print_rule(chain.rules[i], chain, table.raw(), family, command.style.verbose) + '\n';
  }
  return !chains.empty();
}

void print_help(Tool& tool, const ReadRule&) { tool.result.out += tool.version() + "\n"; }

}  // namespace fwsim

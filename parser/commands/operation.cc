// A command on a table: its steps, and what the library and the kernel say where they refuse it
// (libiptc/libiptc.c; iptables/iptables.c).
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "model/listing/layout.hh"
#include "parser/commands/listing.hh"
#include "parser/commands/tool.hh"
#include "parser/parse.hh"

namespace fwsim {

Refused kernel_refusal(int number) {
  return {number, number == ENOENT ? "No chain/target/match by that name" : std::strerror(number)};
}

namespace {

// What the library says of an error of one of its operations; else it is what the system says.
struct Strange {
  Basic command;
  bool by_number;
  int number;
  std::string_view text;
};
constexpr std::string_view bad_rule = "Bad rule (does a matching rule exist in that chain?)";
constexpr Strange strange[] = {
    {Basic::new_chain, false, EEXIST, "Chain already exists"},
    {Basic::insert, false, E2BIG, "Index of insertion too big"},
    {Basic::replace, false, E2BIG, "Index of replacement too big"},
    {Basic::remove, true, E2BIG, "Index of deletion too big"},
    {Basic::zero, false, E2BIG, "Index of counter too big"},
    {Basic::remove, false, ENOENT, bad_rule},
    {Basic::check, false, ENOENT, bad_rule},
    {Basic::policy, false, ENOENT, "Bad built-in chain name"},
    {Basic::policy, false, EINVAL, "Bad policy name"},
};

Refused refused(const ReadRule& command, int number, bool chain_missing) {
  if (number == 0) return {};
  // Looking the target up makes the library forget what it was about, unless it is a verdict.
  const bool by_rule = (command.command == Basic::remove && !command.argument) || command.command == Basic::check;
  const auto* rule = command.rules.empty() ? nullptr : &command.rules.front();
  if (by_rule && number == ENOENT && !chain_missing && rule &&
      (std::holds_alternative<Jump>(rule->target) || std::holds_alternative<TargetUse>(rule->target)))
    return kernel_refusal(number);
  for (const Strange& s : strange)
    if (s.command == command.command && s.number == number && (s.command != Basic::remove || s.by_number == command.argument.has_value()))
      return {number, std::string(s.text)};
  return kernel_refusal(number);
}

class Operation {
 public:
  Operation(Tool& tool, LiveTable& table, ReadRule& command) : tool_(tool), table_(table), command_(command) {}

  int run() {
    switch (command_.command) {
      case Basic::append:
      case Basic::insert: return insert();
      case Basic::remove: return command_.argument ? remove_number() : remove();
      case Basic::check: return check();
      case Basic::replace: return replace();
      case Basic::list:
      case Basic::list_rules: return list();
      case Basic::flush: return for_chains("Flushing", &LiveTable::flush);
      case Basic::zero: return command_.argument ? zero_rule() : for_chains("Zeroing", &LiveTable::zero);
      case Basic::new_chain: return table_.add_chain(command_.chain.text, tool_.call.line);
      case Basic::delete_chain: return delete_chains();
      case Basic::rename_chain: return rename();
      case Basic::policy: return policy();
      default: return 0;
    }
  }

  // The sets that the rule names must be there.
  bool find_sets() {
    if (command_.rules.empty()) return true;
    for (const std::string_view name : set_names(command_.rules.front())) {
      const SetTable* found = tool_.machine.sets().find(name);
      if (found && (found->set.type->families == SetType::Families::none || found->set.family == tool_.family)) continue;
      tool_.fail({!found ? fmt::format("Set {} doesn't exist.\n", name)
                         : fmt::format("The protocol family of set {} is {}, which is not applicable.\n", name, found->set.family == Family::v4 ? "IPv4" : "IPv6")});
      return false;
    }
    return true;
  }

  // The target as a chain of the table, once that is known. False: the tool has failed.
  bool resolve() {
    if (!command_.jump_to) return true;
    const std::string_view name = command_.jump_to->text;
    const int chain = table_.find(name);
    if (chain >= 0) {
      for (Rule& rule : command_.rules) std::get<Jump>(rule.target).chain = chain;
      return true;
    }
    tool_.result.word = word_at(command_.jump_to->column);
    const bool go = !command_.rules.empty() && std::get<Jump>(command_.rules.front().target).go;
    tool_.fail({go ? fmt::format("goto '{}' is not a chain", name) : fmt::format("Couldn't load target `{}':No such file or directory\n", name)});
    return false;
  }

 private:
  int chain() const { return table_.find(command_.chain.text); }
  const std::vector<Rule>& rules(int chain) const { return table_.chains()[static_cast<std::size_t>(chain)].rules; }
  std::size_t number() const { return command_.argument ? static_cast<std::size_t>(*read_number(command_.argument->text)) : 1; }
  bool to_builtin() const {
    const auto* jump = command_.rules.empty() ? nullptr : std::get_if<Jump>(&command_.rules.front().target);
    return jump && table_.chains()[static_cast<std::size_t>(jump->chain)].hook.has_value();
  }

  void announce(const Rule& rule) {
    if (command_.verbose > 0) tool_.result.out += announce_rule(rule, target_name(rule, table_.raw()), tool_.family);
  }

  // All are tried, even after one that is refused.
  int insert() {
    const int at = chain();
    const bool append = command_.command == Basic::append, builtin = to_builtin();
    int status = 0;
    for (Rule& rule : command_.rules) {
      announce(rule);
      if (at < 0)
        status = ENOENT;
      else if (!append && number() > rules(at).size() + 1)
        status = E2BIG;
      else if (builtin)
        status = EINVAL;
      else
        table_.insert(at, append ? rules(at).size() : number() - 1, std::move(rule));
    }
    return status;
  }

  int replace() {
    const int at = chain();
    announce(command_.rules.front());
    if (at < 0) return ENOENT;
    if (number() > rules(at).size()) return E2BIG;
    if (to_builtin()) return EINVAL;
    table_.replace(at, number() - 1, std::move(command_.rules.front()));
    return 0;
  }

  // All are tried, even after one is missing.
  int remove() {
    const int at = chain();
    if (at >= 0 && to_builtin()) {
      for (const Rule& rule : command_.rules) announce(rule);
      return EINVAL;
    }
    int status = 0;
    for (const Rule& rule : command_.rules) {
      announce(rule);
      const int found = at < 0 ? -1 : table_.find_rule(at, rule);
      if (found < 0)
        status = ENOENT;
      else
        table_.remove(at, static_cast<std::size_t>(found));
    }
    return status;
  }

  int check() {
    const int at = chain();
    if (at >= 0 && to_builtin()) {
      for (const Rule& rule : command_.rules) announce(rule);
      return EINVAL;
    }
    int status = 0;
    for (const Rule& rule : command_.rules) {
      announce(rule);
      if (at < 0 || table_.find_rule(at, rule) < 0) status = ENOENT;
    }
    return status;
  }

  int remove_number() {
    const int at = chain();
    if (at < 0) return ENOENT;
    if (number() > rules(at).size()) return E2BIG;
    table_.remove(at, number() - 1);
    return 0;
  }

  int zero_rule() {
    const int at = chain();
    if (at < 0) return ENOENT;
    if (number() > rules(at).size()) return E2BIG;
    table_.zero_rule(at, number() - 1);
    return 0;
  }

  int list() {
    const ListCommand listing{.chain = command_.chain.column ? std::optional(command_.chain.text) : std::nullopt,
                              .number = command_.argument ? number() : 0,
                              .style = {.verbose = command_.verbose > 0, .numeric = command_.numeric, .exact = command_.exact, .line_numbers = command_.line_numbers}};
    const bool good = command_.command == Basic::list ? list_chains(table_, tool_.family, listing, tool_.result.out)
                                                      : list_rules(table_, tool_.family, listing, tool_.result.out);
    if (!good) return ENOENT;
    if (!command_.zero) return 0;
    return for_chains("Zeroing", &LiveTable::zero);
  }

  int for_chains(std::string_view word, void (LiveTable::*change)(int)) {
    const auto one = [&](int at, std::string_view name) {
      if (command_.verbose > 0) tool_.result.out += fmt::format("{} chain `{}'\n", word, name);
      if (at >= 0) (table_.*change)(at);
      return at >= 0 ? 0 : ENOENT;
    };
    if (command_.chain.column != 0) return one(chain(), command_.chain.text);
    for (const std::size_t at : table_.order()) one(static_cast<int>(at), table_.chains()[at].name);
    return 0;
  }

  int delete_chains() {
    const auto one = [&](int at, std::string_view name) {
      if (command_.verbose > 0) tool_.result.out += fmt::format("Deleting chain `{}'\n", name);
      return at >= 0 ? table_.remove_chain(at) : ENOENT;
    };
    if (command_.chain.column != 0) return one(chain(), command_.chain.text);
    int status = 0;
    for (const std::size_t at : table_.order()) {
      const Chain& c = table_.chains()[at];
      if (c.hook) continue;
      const std::string name = c.name;
      if (const int bad = one(static_cast<int>(at), name)) status = bad;
    }
    return status;
  }

  int rename() {
    if (table_.find(command_.argument->text) >= 0) return EEXIST;
    const int at = chain();
    return at < 0 ? ENOENT : table_.rename_chain(at, command_.argument->text);
  }

  int policy() {
    const int at = chain();
    const std::string_view name = command_.argument->text;
    if (at < 0 || !table_.chains()[static_cast<std::size_t>(at)].hook) return ENOENT;
    if (name != "ACCEPT" && name != "DROP") return EINVAL;
    table_.set_policy(at, name == "DROP" ? Verdict::drop : Verdict::accept, command_.counters.value_or(Counters{}));
    return 0;
  }

  Tool& tool_;
  LiveTable& table_;
  ReadRule& command_;
};

}  // namespace

namespace {

// Most commands add one rule, which need not make the whole table be looked at again, if it is no jump.
const TableStep* only_addition(const LiveTable& table) {
  if (table.steps().size() != 1 || table.steps()[0].kind != TableStep::Kind::rule_added) return nullptr;
  const TableStep& step = table.steps()[0];
  const Rule& rule = table.chains()[static_cast<std::size_t>(step.chain)].rules[step.at];
  return std::holds_alternative<Jump>(rule.target) ? nullptr : &step;
}

}  // namespace

Refused carry_out(Tool& tool, LiveTable& table, ReadRule& command) {
  Operation operation(tool, table, command);
  if (!operation.find_sets() || !operation.resolve()) return {-1};
  const int number = operation.run();
  if (number != 0) table.undo();
  return refused(command, number, table.find(command.chain.text) < 0);
}

Refused commit(Tool& tool, LiveTable& table) {
  if (tool.refused_by_kernel != 0) {
    table.undo();
    return kernel_refusal(tool.refused_by_kernel);
  }
  Diagnostics diagnostics;
  if (const TableStep* added = only_addition(table))
    check_added(table.raw(), static_cast<std::size_t>(added->chain), added->at, diagnostics);
  else
    check_loading(table.raw(), diagnostics);
  // The kernel looks for loops before it asks the extensions.
  std::stable_partition(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) { return d.id == "loop"; });
  for (const Diagnostic& d : diagnostics) {
    if (d.severity != Severity::error || d.id == "nat-filtering") continue;
    const int number = d.id == "loop" ? ELOOP : EINVAL;
    table.undo();
    return kernel_refusal(number);
  }
  return {};
}

}  // namespace fwsim

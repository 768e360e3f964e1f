// iptables and ip6tables: one command on one table (iptables/iptables.c, do_command4).
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "model/listing/layout.hh"
#include "parser/commands/listing.hh"
#include "parser/commands/tool.hh"
#include "parser/parse.hh"
#include "parser/print.hh"

namespace fwsim {
namespace {

constexpr unsigned word_width = 1U << 16;  // columns that a word of a command line has

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

Refused kernel_refusal(int number) {
  return {number, number == ENOENT ? "No chain/target/match by that name" : std::strerror(number)};
}

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
    for (const std::string_view name : set_names(command_.rules.front()))
      if (!tool_.machine.sets().find(name)) {
        tool_.fail({fmt::format("Set {} doesn't exist.\n", name)});
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

void refuse(Tool& tool, const Refused& refused) {
  tool.result.err += fmt::format("{}: {}.{}\n", tool.name, refused.text, refused.number == EINVAL ? " Run `dmesg' for more information." : "");
  tool.result.status = 1;
}

std::string try_help(const Tool& tool) {
  std::string text;
  if (tool.line > 0) text = fmt::format("Error occurred at line: {}\n", tool.line);
  return text + fmt::format("Try `{0} -h' or '{0} --help' for more information.\n", tool.name);
}

}  // namespace

std::vector<std::string_view> set_names(const Rule& rule) {
  std::vector<std::string_view> names;
  const auto add = [&](const Use& use, std::string_view option) {
    const std::string_view text = use.text(option);
    if (!text.empty()) names.push_back(text.substr(0, text.find(' ')));
  };
  for (const MatchUse& match : rule.matches)
    if (match.name == "set") add(match, "match-set");
  if (const auto* target = std::get_if<TargetUse>(&rule.target); target && target->name == "SET")
    for (const std::string_view option : {"add-set", "del-set", "map-set"}) add(*target, option);
  return names;
}

std::string Tool::version() const { return fmt::format("{} v1.8.9 ({})", name, variant); }

void Tool::fail(ToolWords words) {
  if (const std::size_t at = words.text.find("{tool}"); at != words.text.npos) words.text.replace(at, 6, name);
  if (words.bare)
    result.err += words.text;
  else if (!words.text.empty())
    result.err += fmt::format("{}: {}\n", version(), words.text);
  if (words.status == 2) result.err += try_help(*this);
  if (words.status == 3) result.err += fmt::format("Perhaps {} or your kernel needs to be upgraded.\n", name);
  result.status = words.status;
}

Line line_of(const std::vector<std::string>& words) {
  Line line{.kind = Line::Kind::rule};
  unsigned column = 1;
  for (const std::string& word : words) {
    const std::string& kept = line.storage.emplace_back(word);
    line.words.push_back({kept, column, column + static_cast<unsigned>(std::min<std::size_t>(word.size(), word_width - 1)), false});
    column += word_width;
  }
  return line;
}

std::size_t word_at(unsigned column) { return (column - 1) / word_width; }

bool read_command(Tool& tool, const Line& line, TableId table, ReadAs as, ReadRule& out) {
  Diagnostics diagnostics;
  Reporter reporter({}, diagnostics);
  reporter.at_line(tool.call.line != 0 ? tool.call.line : tool.line, {});
  const bool good = read_rule(line, {}, tool.family, table, reporter, out, as);
  for (Diagnostic& d : diagnostics) {
    if (d.severity == Severity::warning) tool.result.err += d.tool.text;
    if (d.severity != Severity::error) continue;
    tool.result.word = word_at(d.column);
    tool.result.hint = d.hint;
    if (d.tool.number != 0) {
      tool.refused_by_kernel = d.tool.number;
      tool.result.err += d.tool.text;
      continue;
    }
    if (d.tool.text.empty()) d.tool.text = d.text;
    tool.fail(std::move(d.tool));
    return false;
  }
  return good;
}

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
  check_loading(table.raw(), diagnostics);
  for (const Diagnostic& d : diagnostics) {
    if (d.severity != Severity::error || d.id == "nat-filtering") continue;
    const int number = d.id == "loop" ? ELOOP : EINVAL;
    table.undo();
    return kernel_refusal(number);
  }
  return {};
}

void tell_effects(Tool& tool, const LiveTable& table) {
  using Kind = CommandEffect::Kind;
  for (const TableStep& step : table.steps()) {
    const Chain& chain = table.chains()[static_cast<std::size_t>(step.chain)];
    CommandEffect effect{.kind = static_cast<Kind>(step.kind), .family = tool.family, .table = table.id(), .chain = chain.name};
    switch (step.kind) {
      case TableStep::Kind::rule_added:
        effect.number = step.at + 1;
        if (step.at < chain.rules.size()) effect.text = print_rule_body(chain.rules[step.at], table.raw(), tool.family);
        break;
      case TableStep::Kind::rule_removed:
        effect.number = step.at + 1;
        effect.text = print_rule_body(step.rule, table.raw(), tool.family);
        break;
      case TableStep::Kind::chain_renamed:
        effect.text = std::exchange(effect.chain, step.name);
        break;
      case TableStep::Kind::chain_removed: effect.chain = step.name; break;
      case TableStep::Kind::policy_set: effect.text = chain.policy == Verdict::drop ? "DROP" : "ACCEPT"; break;
      default: break;
    }
    tool.result.effects.push_back(std::move(effect));
  }
}

void run_iptables(Tool& tool) {
  const std::vector<std::string> words(tool.call.argv.begin() + 1, tool.call.argv.end());
  const Line line = line_of(words);
  ReadRule command;
  const bool good = read_command(tool, line, TableId::filter, ReadAs::command, command);
  if (tool.result.word) ++*tool.result.word;  // the name of the tool
  if (!good && tool.refused_by_kernel != 0 && !tool.failed()) return refuse(tool, kernel_refusal(tool.refused_by_kernel));
  if (!good) return;
  if (command.version) {
    tool.result.out += tool.version() + "\n";
    return;
  }
  if (command.help) return print_help(tool, command);
  if (command.other_family) return tool.fail({.text = {}, .bare = true});
  const std::string_view name = command.table ? command.table->text : "filter";
  const auto id = find_table(name);
  if (!id) {
    if (command.table) tool.result.word = word_at(command.table->column) + 1;
    return tool.fail({.text = fmt::format("can't initialize {} table `{}': Table does not exist (do you need to insmod?)", tool.name, name), .status = 3});
  }
  LiveTable& table = tool.machine.tables(tool.family).use(*id);
  table.start();
  Refused refused = carry_out(tool, table, command);
  if (refused.number < 0) {
    if (tool.result.word) ++*tool.result.word;
    return;
  }
  if (refused.number == 0 && !table.steps().empty()) refused = commit(tool, table);
  if (refused.number != 0) return refuse(tool, refused);
  tell_effects(tool, table);
  table.start();
}

}  // namespace fwsim

#include "parser/commands/tool.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "parser/print.hh"

namespace fwsim {
namespace {

constexpr unsigned word_width = 1U << 16;  // columns that a word of a command line has

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

}  // namespace fwsim

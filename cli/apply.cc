// fwsim apply: what a file of commands makes of a ruleset.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "cli/load.hh"
#include "cli/write_file.hh"
#include "parser/commands/machine.hh"
#include "parser/commands/script.hh"
#include "parser/ipset.hh"
#include "parser/print.hh"

namespace fwsim {
namespace {

// By its name, or by its first word that is no comment.
bool is_set_file(const std::string& path, std::string_view text) {
  if (path.ends_with(".ipset")) return true;
  while (!text.empty() && (text[0] == '#' || text[0] == '\n')) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.starts_with("create ") || text.starts_with("add ");
}

// Rulesets and sets to begin with. False when one has errors, which are printed.
bool load_start(const std::vector<std::string>& files, const Common& common, Machine& machine) {
  IpSets sets;
  for (const std::string& path : files) {
    const std::string text = read_file(path);
    if (is_set_file(path, text)) {
      ParsedSets parsed = parse_ipset(text, {.file = path});
      print_diagnostics(parsed.diagnostics, common);
      if (has_errors(parsed.diagnostics)) return false;
      sets.merge(parsed.sets);
    } else if (const auto ruleset = load_ruleset(path, text, std::nullopt, common)) {
      machine.load(*ruleset);
    } else {
      return false;
    }
  }
  machine.sets().load(sets);
  return true;
}

// "Try `iptables -h' ..." helps nobody here, and the first line says what is wrong.
std::string said(const CommandResult& result) {
  std::string text;
  for (std::string_view rest = result.err; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty() || line.starts_with("Try `")) continue;
    text += (text.empty() ? "" : " ") + std::string(line);
  }
  return text.empty() ? fmt::format("the command fails with status {}", result.status) : text;
}

Diagnostic fault_of(const ScriptCommand& command, const CommandResult& result, const std::string& file) {
  const std::size_t word = std::min(result.word.value_or(0), command.places.size() - 1);
  const ScriptCommand::Place place = command.places[word];
  return {.file = file, .line = place.line, .column = place.column, .width = std::max(1U, place.width), .id = "command-failed", .text = said(result), .hint = result.hint,
          .source = place.line == command.places[0].line ? command.source : std::string()};
}

void show(std::string_view text, bool on_output) { fmt::print(on_output ? stdout : stderr, "{}", text); }

void deliver(const std::string& path, const std::string& text) {
  if (path.empty() || path == "-")
    fmt::print("{}", text);
  else
    write_file(path, text);
}

}  // namespace

int run_apply(const ApplyArgs& args, const Common& common) {
  Machine machine;
  machine.read_file = [](const std::string& path) -> std::optional<std::string> {
    try {
      return read_file(path);
    } catch (const EnvironmentError&) {
      return std::nullopt;
    }
  };
  if (!load_start(args.from, common, machine)) return status_bad;
  const Script script = read_script(read_file(args.commands), args.commands);
  print_diagnostics(script.diagnostics, common);
  if (has_errors(script.diagnostics)) return status_bad;
  if (script.commands.empty()) fmt::print(stderr, "note: {} has no command: nothing changes\n", args.commands);

  const bool output_free = !args.to.empty() && args.to != "-" && args.to6 != "-" && args.sets != "-";
  Diagnostics faults;
  for (const ScriptCommand& command : script.commands) {
    const CommandResult result = machine.run({.argv = command.argv, .line = command.places[0].line});
    show(result.out, output_free);
    if (result.status == 0) {
      show(result.err, false);
      continue;
    }
    faults.push_back(fault_of(command, result, args.commands));
    if (!args.keep_going) break;
  }
  print_diagnostics(faults, common);
  if (!faults.empty() && !args.keep_going) {
    fmt::print(stderr, "nothing is written; --keep-going goes on after a command that fails\n");
    return status_bad;
  }

  const Ruleset v4 = machine.ruleset(Family::v4), v6 = machine.ruleset(Family::v6);
  const PrintOptions style{.counters = args.counters};
  const bool only_v6 = v4.tables.empty() && !v6.tables.empty() && args.to6.empty();
  deliver(args.to, print_ruleset(only_v6 ? v6 : v4, style));
  if (!args.to6.empty())
    deliver(args.to6, print_ruleset(v6, style));
  else if (!only_v6 && !v6.tables.empty())
    fmt::print(stderr, "the IPv6 rules are not written: --to6 FILE names where\n");
  const IpSets sets = machine.sets().copy();
  if (!args.sets.empty())
    deliver(args.sets, print_ipsets(sets));
  else if (!sets.empty())
    fmt::print(stderr, "the ipsets are not written: --sets FILE names where\n");
  return status_good;
}

}  // namespace fwsim

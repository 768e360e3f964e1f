#include "parser/command_check.hh"

#include <fmt/format.h>

#include <algorithm>

#include "model/value.hh"

namespace fwsim {
namespace {

constexpr std::string_view blanks = " \t\n\v\f\r";

bool refuse(Reporter& reporter, const Word& at, std::string_view id, std::string text, std::string hint, ToolWords words) {
  reporter.error(at, id, std::move(text), std::move(hint), std::move(words));
  return false;
}

}  // namespace

bool good_rule_number(const Word& word, Reporter& reporter) {
  const auto number = read_number(word.text);
  if (number && *number >= 1 && *number <= 0x7fffffff) return true;
  return refuse(reporter, word, "bad-rule-number", fmt::format("'{}' is not the number of a rule", word.text), "rules are counted from 1",
              {fmt::format("Invalid rule number `{}'", word.text)});
}

bool good_new_chain(const Word& word, Family family, Reporter& reporter) {
  const std::string_view name = word.text;
  if (!name.empty() && (name[0] == '-' || name[0] == '!'))
    return refuse(reporter, word, "bad-chain-name", "a chain name cannot start with '-' or '!'", {},
                {fmt::format("chain name not allowed to start with `{}'", name[0])});
  if (name.empty() || find_verdict(name) || find_target(name, family))
    return refuse(reporter, word, "bad-chain-name", fmt::format("a chain cannot be named like the target '{}'", name), {},
                {"chain name may not clash with target name"});
  if (name.find_first_of(blanks) != name.npos)
    return refuse(reporter, word, "bad-chain-name", "a chain name cannot hold blanks", {}, {fmt::format("Invalid chain name `{}'", name)});
  return true;
}

bool good_target_name(const Word& name, Reporter& reporter) {
  if (name.text.empty()) return refuse(reporter, name, "missing-value", "a target is expected here", {}, {"Invalid target name (too short)"});
  if (name.text.size() > longest_chain_name)
    return refuse(reporter, name, "bad-target", "no target has so long a name", {},
                {fmt::format("Invalid target name `{}' (28 chars max)", name.text)});
  if (name.text.find_first_of(blanks) == name.text.npos) return true;
  return refuse(reporter, name, "bad-target", "no target has blanks in its name", {}, {fmt::format("Invalid target name `{}'", name.text)});
}

bool is_rule_command(Basic command) {
  return command == Basic::append || command == Basic::insert || command == Basic::replace ||
         command == Basic::check || command == Basic::remove;
}

bool options_suit(const ReadRule& command, std::string_view letters, const Word& last, Reporter& reporter) {
  std::string_view allowed;
  switch (command.command) {
    case Basic::append:
    case Basic::insert:
    case Basic::replace: allowed = "sdpjiocf"; break;
    case Basic::check: allowed = "sdpjiof"; break;
    case Basic::remove: allowed = command.argument ? "" : "sdpjiof"; break;
    case Basic::list: allowed = "nx0"; break;
    case Basic::policy: allowed = "c"; break;
    default: break;
  }
  for (const char letter : letters)
    if (allowed.find(letter) == allowed.npos)
      return refuse(reporter, last, "stray-option", fmt::format("-{} does not go with this command", letter), {},
                  {fmt::format("Illegal option `-{}' with this command", letter)});
  return true;
}

bool chain_names_fit(const ReadRule& command, Reporter& reporter) {
  for (const Word* name : {&command.chain, command.command == Basic::rename_chain && command.argument ? &*command.argument : nullptr})
    if (name && name->text.size() > longest_chain_name)
      return refuse(reporter, *name, "bad-chain-name", fmt::format("chain name '{}' is longer than {} characters", name->text, longest_chain_name), {},
                  {fmt::format("chain name `{}' too long (must be under {} chars)", name->text, longest_chain_name + 1)});
  return true;
}

// -Z may stand with -L or -S; else a line holds one command.
bool commands_suit(const ReadRule& first, Basic second, const Word& at, bool tool, Reporter& reporter) {
  if (!first.has_command) return true;
  const auto lists = [](Basic b) { return b == Basic::list || b == Basic::list_rules; };
  if (tool && (second == Basic::zero ? lists(first.command) && !first.zero : lists(second) && first.command == Basic::zero)) return true;
  return refuse(reporter, at, "two-commands", "a line holds one command", {},
              {fmt::format("Cannot use -{} with -{}", basic_letter(second), basic_letter(first.command))});
}

ToolWords unknown_option(const Word& word) { return {fmt::format("unknown option \"{}\"", word.text)}; }

ToolWords argument_missing(const Word& word) {
  return {fmt::format("option \"{}\" requires an argument", word.text)};
}

ToolWords second_missing(const Word& word) {
  const bool rename = word.text.substr(0, 2) == "-E" || word.text.substr(0, 3) == "--r";
  return {rename ? "-E requires old-chain-name and new-chain-name" : "-P requires a chain and a policy"};
}

}  // namespace fwsim

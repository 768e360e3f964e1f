#include "parser/ipset_commands.hh"

#include <fmt/format.h>

#include <vector>

#include "model/diagnostic.hh"

namespace fwsim {
namespace {

// In ipset's order.
constexpr IpsetCommandName command_names[] = {
    {IpsetCommand::create, 2, {"create", "new", "-N"}},
    {IpsetCommand::add, 2, {"add", "-A", ""}},
    {IpsetCommand::del, 2, {"del", "-D", ""}},
    {IpsetCommand::test, 2, {"test", "-T", ""}},
    {IpsetCommand::destroy, 0, {"destroy", "x", "-X"}},
    {IpsetCommand::list, 0, {"list", "-L", ""}},
    {IpsetCommand::save, 0, {"save", "-S", ""}},
    {IpsetCommand::restore, 0, {"restore", "-R", ""}},
    {IpsetCommand::flush, 0, {"flush", "-F", ""}},
    {IpsetCommand::rename, 2, {"rename", "e", "-E"}},
    {IpsetCommand::swap, 2, {"swap", "w", "-W"}},
    {IpsetCommand::help, 0, {"help", "-h", "-H"}},
    {IpsetCommand::version, 0, {"version", "-v", "-V"}},
    {IpsetCommand::quit, 0, {"quit", "", ""}},
};

}  // namespace

const IpsetCommandName* find_ipset_command(std::string_view word) {
  if (word == "-") return nullptr;
  if (word.substr(0, 2) == "--") word.remove_prefix(2);
  if (word.empty()) return nullptr;
  for (const IpsetCommandName& entry : command_names)
    for (std::string_view name : entry.names)
      if (name.substr(0, word.size()) == word) return &entry;
  return nullptr;
}

ToolWords missing_argument(const IpsetCommandName& command, std::size_t words) {
  return {fmt::format("Missing {}mandatory argument to command {}", words == 1 ? "" : "second ", command.names[0])};
}

std::string hint_for_ipset_command(std::string_view word) {
  if (word == "ipset") return "the lines of a restore file begin with the command: leave 'ipset' out";
  std::vector<std::string_view> names;
  for (const IpsetCommandName& entry : command_names) names.push_back(entry.names[0]);
  const std::string meant = did_you_mean(word, names);
  return meant.empty() ? "" : fmt::format("did you mean '{}'?", meant);
}

}  // namespace fwsim

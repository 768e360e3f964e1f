// iptables and ip6tables: one command on one table (iptables/iptables.c, do_command4).
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "parser/commands/listing.hh"
#include "parser/commands/tool.hh"

namespace fwsim {
namespace {

void refuse(Tool& tool, const Refused& refused) {
  tool.result.err += fmt::format("{}: {}.{}\n", tool.name, refused.text, refused.number == EINVAL ? " Run `dmesg' for more information." : "");
  tool.result.status = 1;
}

}  // namespace

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
  if (command.verbose > 1) tool.result.err += "fwsim: what -vv prints of the kernel's memory is left out\n";
  tell_effects(tool, table);
  table.start();
}

}  // namespace fwsim

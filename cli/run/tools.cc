#include "cli/run/tools.hh"

#include <algorithm>
#include <cmath>

namespace fwsim {
namespace {

std::array<std::span<const ToolEntry>, 5> all_tools() { return {netfilter_tools(), service_tools(), system_tools(), time_tools(), sysctl_tools()}; }

bool changes_sets(const CommandCall& call) {
  const std::string_view name = std::string_view(call.argv[0]).substr(call.argv[0].rfind('/') + 1);
  if (name != "ipset") return false;
  constexpr std::array looks = std::to_array<std::string_view>({"list", "save", "test", "version", "help", "-L", "-S", "-T", "-V", "-h", "--list", "--save", "--test", "--version", "--help"});
  return std::none_of(call.argv.begin(), call.argv.end(), [&](const std::string& word) { return std::find(looks.begin(), looks.end(), word) != looks.end(); });
}

}  // namespace

const ToolEntry* find_tool(std::string_view name) {
  for (const auto& list : all_tools())
    for (const ToolEntry& tool : list)
      if (tool.name == name) return &tool;
  return nullptr;
}

std::vector<std::string> tool_names() {
  std::vector<std::string> names;
  for (const auto& list : all_tools())
    for (const ToolEntry& tool : list) names.emplace_back(tool.name);
  return names;
}

int ToolCall::left_out(std::string why) {
  step.left_out = std::move(why);
  return 0;
}

const Caller::Read& ToolCall::text_of(const std::string& path) const {
  const auto found = texts.find(path);
  if (found == texts.end()) throw WantsText{path};
  return found->second;
}

int ToolCall::command(std::vector<std::string> words, std::optional<std::string> input, std::string* output) {
  CommandCall call{.argv = std::move(words), .input = std::move(input), .now = run.begin + static_cast<std::time_t>(std::floor(run.now)), .line = step.line};
  std::map<std::string, std::string> files{};
  run.machine.read_input = [&] {
    call.input = text_of("").text;
    return *call.input;
  };
  run.machine.read_file = [&](const std::string& path) -> std::optional<std::string> {
    const Caller::Read& read = text_of(path);
    if (read.error != 0) return std::nullopt;
    files[path] = read.text;
    return read.text;
  };
  const CommandResult result = run.machine.run(call);
  run.machine.read_input = {};
  run.machine.read_file = {};
  if (output)
    *output = result.out;
  else
    caller.out(result.out);
  caller.err(result.err);
  step.err += result.err;
  step.changes += result.effects.size() + (changes_sets(call) && result.status == 0 ? 1 : 0);
  step.calls.push_back(run.asked.size());
  run.asked.push_back({std::move(call), std::move(files)});
  return result.status;
}

}  // namespace fwsim

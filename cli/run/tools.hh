// The commands that are answered from outside the sandbox, on a model of the machine.
#pragma once

#include <array>
#include <ctime>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/run/caller.hh"
#include "parser/commands/machine.hh"
#include "reports/run_report.hh"

namespace fwsim {

// The machine as the script finds and changes it, and what it has done so far.
struct RunState {
  Machine machine;
  double now = 0;                       // seconds that have passed for the script, which never has to wait for them
  std::time_t begin = 0;                // when that was 0
  bool ended = false;                   // the script has; what it left behind goes on
  std::vector<RunStep> steps;
  // What the machine was asked, with the files that it read meanwhile: enough to ask it again.
  struct Asked {
    CommandCall call;
    std::map<std::string, std::string> files;
  };
  std::vector<Asked> asked;
  std::map<std::string, int> timers;    // jobs by the name of their unit
  std::set<int> cancelled;              // jobs that will not be done
  int jobs = 0;
};

// Thrown by a tool that has done nothing yet: it is run again when the caller has read the file ("": standard input).
struct WantsText {
  std::string path;
};

// One call of a tool.
struct ToolCall {
  Caller& caller;
  RunState& run;
  RunStep step;
  const std::map<std::string, Caller::Read>& texts;   // what it has read so far
  std::optional<double> wakes{};        // it sleeps till then

  const std::vector<std::string>& argv() const { return caller.argv(); }
  std::span<const std::string> arguments() const { return std::span(argv()).subspan(1); }
  // Throws WantsText the first time.
  const Caller::Read& text_of(const std::string& path) const;
  // Runs a command of the machine, as if it had been called with these words; its exit status.
  int command(std::vector<std::string> words, std::optional<std::string> input, std::string* output = nullptr);
  // What is known of it, but not done.
  int left_out(std::string why);
};

// Returns the exit status; nothing when the tool became another program, or sleeps.
using ToolFunction = std::optional<int> (*)(ToolCall&);
struct ToolEntry {
  std::string_view name;
  ToolFunction run;
};

// Lists of tools by what they are about, one for each file.
std::span<const ToolEntry> netfilter_tools();
std::span<const ToolEntry> service_tools();
std::span<const ToolEntry> system_tools();
std::span<const ToolEntry> time_tools();
std::span<const ToolEntry> sysctl_tools();

const ToolEntry* find_tool(std::string_view name);   // without folders
std::vector<std::string> tool_names();

}  // namespace fwsim

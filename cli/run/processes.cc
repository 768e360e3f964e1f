#include "cli/run/processes.hh"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>

namespace fwsim {
namespace {

constexpr int most_looked_at = 2000;   // processes

// Calls `look` for a process of this machine and all below it, as long as that returns true.
bool each_process(pid_t process, int& budget, const std::function<bool(pid_t)>& look) {
  if (--budget < 0 || !look(process)) return false;
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", process));
  for (pid_t child = 0; children >> child;)
    if (!each_process(child, budget, look)) return false;
  return true;
}

struct Activity {
  bool waits = true;
  std::string switches;   // how often it was taken from a processor: as before when it has not run since
};

Activity activity_of(pid_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  Activity out;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("State:")) out.waits = line.find('R') == line.npos && line.find('D') == line.npos;
    if (line.find("ctxt_switches:") != line.npos) out.switches += line.substr(line.find(':'));
  }
  return out;
}

}  // namespace

std::optional<std::string> standstill(pid_t first) {
  int budget = most_looked_at;
  std::string all;
  const bool quiet = each_process(first, budget, [&](pid_t process) {
    const Activity activity = activity_of(process);
    all += fmt::format("{}{} ", process, activity.switches);
    return activity.waits;
  });
  return quiet ? std::optional(all) : std::nullopt;
}

std::size_t memory_of(pid_t first) {
  std::size_t pages = 0;
  int budget = most_looked_at;
  each_process(first, budget, [&](pid_t process) {
    std::ifstream statm(fmt::format("/proc/{}/statm", process));
    std::size_t size = 0, resident = 0, shared = 0;
    if (statm >> size >> resident >> shared) pages += resident - std::min(resident, shared);
    return true;
  });
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace fwsim

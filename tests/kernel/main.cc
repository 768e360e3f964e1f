// kernel_check [--brief] [--print] [--indexed | --scan] DIR...: scenarios recorded on a Linux kernel, replayed in fwsim. A DIR is
// a scenario or holds scenarios; rules are found by an index of every chain, or one by one. The last line is "kernel: S scenarios, P packets, D differences".
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "model/diagnostic.hh"
#include "tests/kernel/compare.hh"
#include "tests/kernel/replay.hh"

namespace fwsim::kernel {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> scenarios_in(const std::string& directory) {
  if (fs::exists(directory + "/scenario.json")) return {directory};
  std::vector<std::string> list;
  if (fs::is_directory(directory))
    for (const auto& entry : fs::directory_iterator(directory))
      if (fs::exists(entry.path() / "scenario.json")) list.push_back(entry.path().string());
  if (list.empty()) throw EnvironmentError(fmt::format("{}: no scenarios there", directory));
  std::sort(list.begin(), list.end());
  return list;
}

struct Totals {
  std::size_t scenarios = 0, packets = 0, differences = 0;
};

void show(const Scenario& s, const std::vector<Difference>& list) {
  fmt::print("scenario {}: {} differences\n", s.name, list.size());
  std::size_t last = static_cast<std::size_t>(-1);
  for (const Difference& d : list) {
    if (d.packet != last) {
      const Json& p = s.expected.at("packets").at(d.packet);
      const std::string comment = p.value("comment", "");
      fmt::print("  packet {}{} in {}: {}\n", d.packet, comment.empty() ? "" : " (" + comment + ")", p.value("in", "-"),
                 p.contains("packet") ? p.at("packet").get<std::string>() : p.value("cmd", Json()).dump());
    }
    last = d.packet;
    fmt::print("    {}\n      kernel {}\n      fwsim  {}\n", d.what, d.kernel, d.fwsim);
  }
}

void check(const std::string& directory, bool brief, bool print, Lookup lookup, Totals& totals) {
  const Scenario scenario = load_scenario(directory);
  ++totals.scenarios;
  for (const Json& step : scenario.expected.at("packets")) totals.packets += step.contains("fate");
  std::vector<Difference> differences;
  try {
    const Json ours = replay(scenario, lookup);
    if (print) fmt::print("{}\n", ours.dump(1));
    differences = compare(scenario, ours);
  } catch (const EnvironmentError& error) {
    differences = {{0, "replay", "recorded", error.what()}};
  }
  totals.differences += differences.size();
  if (differences.empty()) return;
  if (brief)
    fmt::print("scenario {}: {} differences, first in packet {}: {}\n", scenario.name, differences.size(),
               differences.front().packet, differences.front().what);
  else
    show(scenario, differences);
}

int run(const std::vector<std::string>& arguments) {
  Totals totals;
  bool brief = false, print = false;
  Lookup lookup = Lookup::indexed;
  for (const std::string& argument : arguments) {
    if (argument == "--brief")
      brief = true;
    else if (argument == "--print")
      print = true;
    else if (argument == "--indexed")
      lookup = Lookup::always_indexed;
    else if (argument == "--scan")
      lookup = Lookup::one_by_one;
    else
      for (const std::string& directory : scenarios_in(argument)) check(directory, brief, print, lookup, totals);
  }
  fmt::print("kernel: {} scenarios, {} packets, {} differences\n", totals.scenarios, totals.packets, totals.differences);
  return totals.differences == 0 && totals.scenarios > 0 ? 0 : 1;
}

}  // namespace
}  // namespace fwsim::kernel

int main(int argc, char** argv) {
  try {
    return fwsim::kernel::run({argv + 1, argv + argc});
  } catch (const fwsim::EnvironmentError& error) {
    fmt::print(stderr, "kernel_check: {}\n", error.what());
    return 2;
  }
}

// Answers commands as a machine would: each line of standard input is {"argv": [...], "input": "...", "now": seconds},
// each line of output what it printed and its status. The differential beside it compares that with the tools.
#include <iostream>
#include <string>

#include "model/json.hh"
#include "parser/commands/machine.hh"

int main() {
  using Json = nlohmann::json;
  fwsim::Machine machine;
  for (std::string line; std::getline(std::cin, line);) {
    const Json call = Json::parse(line);
    if (call.contains("forget")) {
      machine = {};
      continue;
    }
    const fwsim::CommandResult result = machine.run(
        {.argv = call.at("argv"), .input = call.value("input", ""), .now = call.value("now", std::time_t{0})});
    std::cout << Json{{"out", result.out}, {"err", result.err}, {"status", result.status}}.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  }
}

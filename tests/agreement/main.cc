// agreement --rulesets N [--seed S] [--packets P]: boxes, Z3 and the simulator about random rulesets.
#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "tests/lint/agreement.hh"

int main(int argc, char** argv) {
  using namespace fwsim::testing;
  std::uint32_t rulesets = 300, seed = 1;
  AgreementOptions options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    const auto value = static_cast<std::uint32_t>(std::strtoul(argv[i + 1], nullptr, 10));
    if (option == "--rulesets") rulesets = value;
    if (option == "--seed") seed = value;
    if (option == "--packets") options.packets = value;
  }
  Agreement all;
  std::size_t disagreeing = 0;
  for (std::uint32_t i = 0; i < rulesets; ++i) {
    const Agreement one = compare_random(seed + i, options);
    for (const std::string& what : one.disagreements) fmt::print("{}\n", what);
    if (!one.disagreements.empty()) disagreeing += one.disagreements.size() - 1;
    all += one;
  }
  fmt::print("agreement: {} rulesets, {} rules ({} yes, {} maybe, {} never, {} certified), {} disagreements\n", all.rulesets, all.rules, all.yes,
             all.maybe, all.never, all.certificates, disagreeing);
  return disagreeing == 0 ? 0 : 1;
}

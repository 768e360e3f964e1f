// agreement --rulesets N [--seed S] [--packets P] [--witnesses FILE]: boxes, Z3 and the simulator about random
// rulesets. The file gets a line of JSON for each witness, for tests/kernel/witnesses.py.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "tests/lint/agreement.hh"

namespace {

using namespace fwsim;
using namespace fwsim::testing;

// Only what a namespace can be made for without a conversation before: packets from outside, of no known connection.
auto writer(const char* path) {
  const std::shared_ptr<std::FILE> file(std::fopen(path, "w"), [](std::FILE* f) { if (f) std::fclose(f); });
  return [file](const Witness& w, const std::string& text, Family family, const Symbolic& rules, const RuleId& id) {
    if (!file || !rules.rule(id) || w.way == Way::output || w.established || w.in == "lo" || w.out == "lo" || w.question.find("related") != std::string::npos) return;
    std::string escaped, bytes;
    for (char c : text) escaped += c == '\n' ? "\\n" : std::string(1, c);
    for (std::uint8_t b : w.packet.bytes) bytes += fmt::format("{:02x}", b);
    fmt::print(file.get(), "{{\"family\": {}, \"table\": \"{}\", \"chain\": \"{}\", \"rule\": {}, \"in\": \"{}\", \"out\": \"{}\", \"question\": \"{}\", \"bytes\": \"{}\", \"rules\": \"{}\"}}\n",
               family == Family::v4 ? 4 : 6, table_name(id.table), rules.ruleset->find(id.table)->chains[id.chain].name, id.index + 1, w.in, w.out, w.question, bytes, escaped);
  };
}

}  // namespace

int main(int argc, char** argv) {
  std::uint32_t rulesets = 300, seed = 1;
  AgreementOptions options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    const auto value = static_cast<std::uint32_t>(std::strtoul(argv[i + 1], nullptr, 10));
    if (option == "--rulesets") rulesets = value;
    if (option == "--witnesses") options.witness = writer(argv[i + 1]);
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
  fmt::print("agreement: {} rulesets, {} rules ({} yes, {} maybe, {} never, {} certified), {} disagreements, {} witnesses replayed, {} packets sampled\n", all.rulesets, all.rules, all.yes,
             all.maybe, all.never, all.certificates, disagreeing, all.witnesses, all.packets);
  return disagreeing == 0 ? 0 : 1;
}

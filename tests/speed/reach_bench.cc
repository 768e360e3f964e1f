// reach_bench RULESET boxes|z3 [SECONDS]: whether each rule is reached, by one of the two solvers; gives up after so many
// seconds (default 60). Prints a line of Markdown.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

#include "lint/prepare.hh"
#include "lint/solvers/z3_solver.hh"
#include "parser/parse.hh"

using namespace fwsim;
using Clock = std::chrono::steady_clock;

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::stringstream text;
  text << std::ifstream(argv[1]).rdbuf();
  const std::string_view solver = argv[2];
  const double most = argc > 3 ? std::strtod(argv[3], nullptr) : 60;
  const Parsed parsed = parse_ruleset(text.str(), {.file = argv[1], .family = {}});
  if (has_errors(parsed.diagnostics)) return 2;
  const auto begin = Clock::now();
  const auto so_far = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  const Prepared prepared = prepare({&parsed.ruleset}, nullptr);
  Z3Solver z3(*prepared.rules[0]);
  std::size_t rules = 0, asked = 0, never = 0, undecided = 0;
  for (const Table& table : parsed.ruleset.tables)
    for (const Chain& chain : table.chains) rules += chain.rules.size();
  for (const Table& table : parsed.ruleset.tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c)
      for (std::uint32_t i = 0; i < table.chains[c].rules.size() && so_far() < most; ++i) {
        const RuleId id{table.id, static_cast<std::uint16_t>(c), i};
        ++asked;
        if (solver == "z3") {
          const Z3Answer::Kind kind = z3.reach(id).kind;
          never += kind == Z3Answer::Kind::never;
          undecided += kind == Z3Answer::Kind::unknown;
        } else {
          const Explorer::Reached::Answer answer = prepared[0].reach(id).answer;
          never += answer == Explorer::Reached::Answer::never;
          undecided += answer == Explorer::Reached::Answer::gave_up;
        }
      }
  fmt::print("| {} | {} | {} of {} | {} | {} | {:.3f} |\n", std::string_view(argv[1]).substr(std::string_view(argv[1]).rfind('/') + 1), solver, asked, rules, never, undecided, so_far());
  return 0;
}

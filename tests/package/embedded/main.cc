// Reads a ruleset, asks about a packet, lints, and compares with a version that has one rule less.
#include <iostream>

#include "lint/check.hh"
#include "lint/diff.hh"
#include "parser/parse.hh"
#include "parser/print.hh"
#include "reports/diff_report.hh"
#include "simulator/engine.hh"
#include "simulator/sources/assume.hh"
#include "simulator/sources/question.hh"

int main() {
  constexpr std::string_view text =
      "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
      "-A INPUT -s 192.0.2.1/32 -p tcp -m tcp --dport 22 -j DROP\nCOMMIT\n";
  const fwsim::Parsed parsed = fwsim::parse_ruleset(text, {.file = "rules.v4"});
  std::cout << "parsed: " << parsed.diagnostics.size() << " faults\n";

  fwsim::QuestionFault fault;
  auto question = fwsim::read_question("tcp 192.0.2.1:40000 -> 198.51.100.7:22 in eth0 syn", fault);
  if (!question) return 2;
  fwsim::Host host;
  fwsim::describe_by_question(host, *question, &parsed.ruleset, nullptr);
  fwsim::Engine engine(&parsed.ruleset, nullptr, host, {}, 1);
  const fwsim::Result result = fwsim::answer(*question, engine);
  std::cout << "ask: " << fwsim::fate_name(result.fate) << " by " << (result.decided_by ? result.decided_by->name() : "nobody") << '\n';

  for (const fwsim::Finding& finding : fwsim::lint(parsed.ruleset, nullptr).findings) std::cout << "lint: " << finding.id << ' ' << finding.text << '\n';

  const fwsim::Parsed before = fwsim::parse_ruleset(std::string(text.substr(0, text.find("-A INPUT -p"))) + "COMMIT\n", {.file = "old.v4"});
  std::cout << "diff: " << fwsim::diff_text(fwsim::diff(before.ruleset, parsed.ruleset), {});
}

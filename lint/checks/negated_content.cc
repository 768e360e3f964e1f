#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/comes.hh"
#include "lint/checks/rule_parts.hh"
#include "model/matches/u32.hh"

namespace fwsim::checks {
namespace {

constexpr unsigned syn = 2, all_but_push = 0x17;

// Whether the tests read beyond the headers that each packet has: behind a jump, or far from the beginning.
bool reads_far(const MatchUse& use, Family family) {
  std::string why;
  std::size_t where = 0;
  const auto program = read_u32(use.text("u32"), why, where);
  if (!program) return false;
  const std::uint32_t header = family == Family::v4 ? 20 : 40;
  return std::any_of(program->tests.begin(), program->tests.end(), [&](const U32Test& test) {
    return test.location.front().number + 4 > header ||
           std::any_of(test.location.begin(), test.location.end(), [](const U32Step& step) { return step.op == U32Step::Op::at; });
  });
}

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    for (const MatchUse& use : rule.matches) {
      const bool string = use.name == "string", u32 = use.name == "u32";
      if (!string && !u32) continue;
      const bool negated = use.inverted("string") || use.inverted("hex-string") || use.inverted("u32");
      if (!negated || (u32 && !reads_far(use, facts.ruleset().family))) continue;
      if (!refuses(rule) && !accepts(rule)) continue;
      if (string && refuses(rule)) {
        if (some_come(facts, id, all({is(Field::proto, 6), masked(Field::tcp_flags, syn, all_but_push)})) != true) continue;
        Finding& f = findings.add(id, "stops the SYN of each TCP connection too: it holds no data, so the text is not in it");
        f.hint = "ask for the text in packets with data: -m conntrack --ctstate ESTABLISHED -m length --length 61:65535";
      } else if (u32 && !facts.never(id)) {
        Finding& f = findings.add(id, refuses(rule) ? "stops packets too that are too short for what it reads: 'not' is true of them" : "accepts packets too that are too short for what it reads: 'not' is true of them");
        f.severity = Severity::note;
        f.hint = "add -m length, so that what is read is there";
      }
    }
  });
}

}  // namespace

const Check negated_content{
    .id = "FW624", .name = "negated-content",
    .title = "a rule says what packets must hold, and takes those that hold nothing",
    .why = "A packet without data, or one that ends before what is read, does not hold it: the negated match is true. So a handshake never gets through.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 80 -m string ! --string \"Host: www.example.org\" --algo bm --to 65535 -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 80 --tcp-flags SYN SYN -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 80 -m string ! --string \"Host: www.example.org\" --algo bm --to 65535 -j DROP\n"
           "COMMIT\n",
    .covers = "traps:E21",
    .run = run};

}  // namespace fwsim::checks

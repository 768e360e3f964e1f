#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_in,
    new_through,
};

void run(const Facts& facts, Findings& findings) {
  struct Helped {
    std::uint8_t protocol;
    unsigned port;
    std::string_view name;
  };
  constexpr Helped list[] = {{6, 21, "ftp"}, {17, 69, "tftp"}, {17, 5060, "sip"}, {6, 1720, "h323"}};
  std::set<std::string, std::less<>> attached;
  for_rules(facts, TableId::raw, [&](const RuleId&, const Rule& rule) {
    if (const TargetUse* ct = target_of(rule, "CT"); ct && ct->has("helper")) attached.emplace(ct->text("helper"));
  });
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  for (const Asked& question : {new_in, new_through}) {
    if (!wide_openings(answers, question.way).empty()) continue;   // the data connections pass as they are
    for (const Helped& h : list) {
      const bool helped = std::any_of(attached.begin(), attached.end(), [&](const std::string& name) { return std::string_view(name).starts_with(h.name) || name == "Q.931" || name == "RAS"; });
      if (helped) continue;
      for (const Class& c : answers.of(question).passed) {
        if (!c.by || wide_open(answers, c)) continue;
        bool named = false;   // the port by itself, not in a range of many
        for (const Piece& piece : outside(answers, c))
          if (const auto of_protocol = part_of(space, piece, Field::proto, {{h.protocol, h.protocol}}))
            if (const auto part = part_of(space, *of_protocol, Field::dport, {{h.port, h.port}}); part && values_of(space, Field::dport, {*part}) == 1 && values_of(space, Field::dport, {piece}) <= 16) named = true;
        if (!named) continue;
        Finding& f = findings.add(*c.by, fmt::format("lets {} in, and no rule attaches its helper: its data connections are not RELATED", h.name));
        f.hint = fmt::format("-t raw -A PREROUTING -p {} --dport {} -j CT --helper {}", h.protocol == 6 ? "tcp" : "udp", h.port, h.name);
        break;
      }
    }
  }
}

}  // namespace

const Check helper_missing{
    .id = "FW712", .name = "helper-missing",
    .title = "a protocol is let in that needs a helper, and none is attached",
    .why = "Its data connections are announced inside the control connection. Since Linux 6.0 nobody reads that unless a rule of raw says so: they are NEW, and dropped.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 21 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*raw\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp\n"
           "COMMIT\n"
           "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 21 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "E08 E09 traps:B14",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks

#include <fmt/format.h>

#include <cctype>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  constexpr std::string_view marks[] = {"temp", "tmp", "temporary", "todo", "fixme", "xxx", "test", "testing", "remove me", "delete me"};
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* use = match_of(rule, "comment");
    if (!use) return;
    std::string text;
    for (char c : use->text("comment")) text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    for (std::string_view mark : marks) {
      const std::size_t at = text.find(mark);
      if (at == std::string::npos || (at > 0 && letter(text[at - 1])) || (at + mark.size() < text.size() && letter(text[at + mark.size()]))) continue;
      findings.add(id, fmt::format("its comment says '{}'", use->text("comment"))).hint = "remove the rule, or say in the comment what it is for";
      return;
    }
  });
}

}  // namespace

const Check expired{
    .id = "FW811", .name = "expired",
    .title = "a rule whose comment says that it should be gone",
    .why = "What was opened for a week is open for years.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 192.0.2.7/32 -p tcp -m tcp --dport 22 -m comment --comment \"TEMP for the migration\" -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 192.0.2.7/32 -p tcp -m tcp --dport 22 -m comment --comment \"backup host\" -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "P02 P05",
    .run = run};

}  // namespace fwsim::checks

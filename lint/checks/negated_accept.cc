#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_in,
    new_through,
};

// What the sources are not, as the rule says it.
std::string negated(const Facts& facts, const Rule& rule) {
  const Family family = facts.ruleset().family;
  if (rule.basic.not_src) {
    const int length = prefix_length(family, rule.basic.src.mask);
    return fmt::format("! -s {}{}", address_text(family, rule.basic.src.address), length < 0 ? "" : fmt::format("/{}", length));
  }
  if (const MatchUse* range = match_of(rule, "iprange"); range && range->inverted("src-range")) return "! --src-range";
  if (const MatchUse* set = match_of(rule, "set"); set && set->inverted("match-set") && set->text("match-set").ends_with(" src")) return fmt::format("! --match-set {}", set->text("match-set"));
  if (const MatchUse* mac = match_of(rule, "mac"); mac && mac->inverted("mac-source")) return "! --mac-source";
  return {};
}

// "Not from 10.0.0.0/8" is a way to say "from the internet".
bool own_network(const Facts& facts, const Rule& rule) {
  if (!rule.basic.not_src) return false;
  const Prefix& source = rule.basic.src;
  if (facts.ruleset().family == Family::v6) return (source.address >> 121) == 0x7e;   // fc00::/7
  for (const auto& [address, length] : {std::pair{u128{0x0a000000}, 8U}, {u128{0xac100000}, 12U}, {u128{0xc0a80000}, 16U}})
    if ((source.address & prefix_mask(Family::v4, length)) == address && (prefix_mask(Family::v4, length) & ~source.mask) == 0) return true;
  return false;
}

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  std::vector<RuleId> said;
  for (const Asked& question : {new_in, new_through})
    for (const Class& c : answers.of(question).passed) {
      if (!c.by || c.by->index >= chain_of(facts, *c.by).rules.size()) continue;
      const Rule& rule = facts.rules().source(*c.by);
      const std::string text = negated(facts, rule);
      if (text.empty() || !accepts(rule) || (!said.empty() && said.back() == *c.by)) continue;
      const bool own = own_network(facts, rule);
      if (own && question.way == Way::forward) continue;
      const std::vector<Piece> pieces = outside(answers, c);
      if (!from_anywhere(answers.space(), pieces) || from_strangers(facts, pieces) == Outside::no) continue;
      said.push_back(*c.by);
      Finding& f = findings.add(*c.by, fmt::format("accepts what is not from there ({}): the rest is the whole internet", text));
      f.witness = answers.packet(c, pieces);
      if (c.vague) f.certainty = Certainty::may;
      if (own) f.severity = Severity::note;
      f.hint = "drop what is not from there (! ... -j DROP), or accept the networks that are meant";
    }
}

}  // namespace

const Check negated_accept{
    .id = "FW814", .name = "negated-accept",
    .title = "a rule accepts everybody but some",
    .why = "Where few were to be kept out, everybody else is let in. Mostly DROP was meant, or the '!' is one too many.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT ! -s 192.168.0.0/16 -p tcp -m tcp --dport 8080 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT ! -s 192.168.0.0/16 -p tcp -m tcp --dport 8080 -j DROP\n"
           "-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "I08",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks

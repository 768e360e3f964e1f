#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "lint/checks.hh"
#include "lint/checks/redirections.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr std::size_t most_rules = 40;
constexpr std::uint64_t most_looks = 60'000;   // for one rule

// What a prefix says of the packet: words, in any case.
std::optional<bool> says_accepted(std::string_view prefix) {
  std::string text;
  for (char c : prefix) text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto has = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
      for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const auto letter = [&](std::size_t i) { return i < text.size() && std::isalpha(static_cast<unsigned char>(text[i])) != 0; };
        if ((at == 0 || !letter(at - 1)) && !letter(at + word.size())) return true;
      }
      return false;
    });
  };
  const bool dropped = has({"drop", "dropped", "deny", "denied", "reject", "rejected", "block", "blocked", "drp", "rej"});
  const bool accepted = has({"accept", "accepted", "allow", "allowed", "permit", "permitted"});
  if (dropped == accepted) return std::nullopt;
  return accepted;
}

std::string_view prefix_of(const Rule& rule) {
  if (const TargetUse* log = target_of(rule, "LOG")) return log->text("log-prefix");
  if (const TargetUse* log = target_of(rule, "NFLOG")) return log->text("nflog-prefix");
  return {};
}

// Where the next rule takes all that the chain still has.
bool plain(const Rule& rule) { return rule.basic == BasicMatch{} && rule.matches.empty(); }
bool fits(const Chain& chain, std::uint32_t index, bool accepted) {
  if (index + 1 >= chain.rules.size()) return false;
  const Rule &log = chain.rules[index], &next = chain.rules[index + 1];
  if (accepted ? !accepts(next) : !refuses(next)) return false;
  return plain(next) || (next.basic == log.basic && next.matches.empty());
}

struct Other {
  std::optional<RuleId> by;
  bool unsure = false, seen_all = true;
};

// What becomes of some packets that the rule logs, and is not what it says.
Other otherwise(const Facts& facts, const RuleId& id, bool accepted) {
  Other out;
  const Explorer& explorer = facts.explorer();
  const HookSet hooks = explorer.hooks_of_chain(id.table, id.chain);
  for (Way way : all_ways) {
    const Hook hook = way == Way::input ? Hook::input : way == Way::forward ? Hook::forward : Hook::output;
    if ((hooks & set_of(hook)) == 0) continue;
    for (const Piece& wanted : facts.wanted(id)) {
      Piece begin = explorer.plan(way).start;
      if (!narrow(begin, wanted)) continue;
      out.seen_all = explorer.explore(way, begin, [&](const Leaf& leaf) {
        const bool passed = leaf.outcome == PieceFate::passed, stopped = leaf.outcome == PieceFate::dropped || leaf.outcome == PieceFate::rejected;
        if (!(accepted ? stopped : passed) || !matched(leaf, id) || explorer.origins(way, leaf, 1).empty()) return true;
        out.by = decider(leaf);
        return !out.by;
      }, {.note_matched = true, .apart = true, .budget = most_looks}) && out.seen_all;
      if (out.by) return out;
    }
  }
  return out;
}

void run(const Facts& facts, Findings& findings) {
  std::size_t looked = 0;
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    const std::string_view prefix = prefix_of(rule);
    const auto accepted = says_accepted(prefix);
    if (!accepted || fits(chain_of(facts, id), id.index, *accepted) || looked >= most_rules || facts.never(id)) return;
    ++looked;
    const Other other = otherwise(facts, id, *accepted);
    if (!other.by) return;
    findings.add(id, fmt::format("writes '{}' of packets too that {} {}s", prefix, facts.names({*other.by}), *accepted ? "drop" : "accept"), {*other.by}).hint =
        *accepted ? "ask for the same as the rule that accepts, right before it" : "ask for the same as the rule that drops, right before it";
  });
}

}  // namespace

const Check log_wrong_set{
    .id = "FW604", .name = "log-wrong-set",
    .title = "a log says that packets were dropped, and some of them are accepted",
    .why = "Who reads the log looks for a fault that is not there, or believes that an attack was stopped.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m limit --limit 5/min -j LOG --log-prefix \"DROP: \"\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -m limit --limit 5/min -j LOG --log-prefix \"DROP: \"\n"
           "-A INPUT -p tcp -j REJECT --reject-with tcp-reset\n"
           "COMMIT\n",
    .covers = "K07",
    .run = run};

}  // namespace fwsim::checks

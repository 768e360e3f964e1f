#include "reports/explain_rules.hh"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lint/witness.hh"
#include "reports/json_text.hh"
#include "reports/plain/rule_words.hh"

namespace fwsim {
namespace {

constexpr std::size_t most = 6;   // of a kind, of a chain

const Table& table_of(const Facts& facts, const RuleId& id) { return *facts.ruleset().find(id.table); }

std::string hooks_words(const Facts& facts, TableId table, std::uint16_t chain) {
  const HookSet hooks = facts.explorer().hooks_of_chain(table, chain);
  std::string out;
  for (Hook hook : {Hook::prerouting, Hook::input, Hook::forward, Hook::output, Hook::postrouting})
    if ((hooks & set_of(hook)) != 0) out += fmt::format("{}{}", out.empty() ? "" : ", ", hook_name(hook));
  return out;
}

std::string callers_words(const Facts& facts, TableId table, std::uint16_t chain) {
  const auto& callers = facts.callers(table, chain);
  if (callers.empty()) return "nobody calls it";
  const std::string hooks = hooks_words(facts, table, chain);
  return fmt::format("called by {}{}", facts.names(callers), hooks.empty() ? ", to which nothing leads" : " (" + hooks + ")");
}

std::string rest_words(const Chain& chain) {
  if (!chain.hook) return "what none of them decides goes back";
  return chain.policy == Verdict::drop ? "what none of them decides is dropped" : "what none of them decides passes";
}

struct Taker {
  RuleId rule;
  bool perhaps = false;   // not all of them, or not surely: a limit, a list, a chain that is called
};

// Earlier rules of the chain that end packets that the rule asks for.
std::vector<Taker> takers(const Facts& facts, const RuleId& id) {
  std::vector<Taker> out;
  const std::vector<Piece> wanted = facts.wanted(id);
  for (std::uint32_t i = 0; i < id.index; ++i) {
    const RuleId earlier{id.table, id.chain, i};
    const SymbolicRule& rule = *facts.rules().rule(earlier);
    if (rule.ending == Ending::next) continue;
    const auto& boxes = rule.match.boxes;
    const bool meets = std::any_of(boxes.begin(), boxes.end(), [&](const Box& box) { return std::any_of(wanted.begin(), wanted.end(), [&](const Piece& p) { return overlaps(p, box); }); });
    if (meets && !facts.never(earlier)) out.push_back({earlier, !rule.match.exact || rule.ending == Ending::jump || rule.ending == Ending::perhaps});
  }
  return out;
}

std::string reached_words(const Facts& facts, const RuleId& id) {
  const Explorer::Reached& reached = facts.reach(id);
  switch (reached.answer) {
    case Explorer::Reached::Answer::never: {
      const Cover& cover = facts.cover(id);
      if (cover.kind == Cover::Kind::kernel) return "never matches: the kernel lets no such packet come here";
      if (cover.by.empty()) return "never matches: no packet that comes to this chain is like that";
      return fmt::format("never matches: {} {} all its packets first", facts.names(cover.by), cover.by.size() == 1 ? "takes" : "take");
    }
    case Explorer::Reached::Answer::gave_up: return "whether packets come to it could not be decided";
    default: break;
  }
  const auto witness = reached.packets.empty() ? std::nullopt : confirmed_witness(facts.explorer(), reached, id, facts.host());
  const std::string head = reached.answer == Explorer::Reached::Answer::yes ? "packets come to it" : "packets may come to it";
  return witness ? fmt::format("{}: {}", head, witness->question) : head;
}

bool names_any(const Rule& rule, std::initializer_list<std::string_view> matches) {
  return std::any_of(rule.matches.begin(), rule.matches.end(), [&](const MatchUse& use) { return std::find(matches.begin(), matches.end(), use.name) != matches.end(); });
}

// The list of a kind, with how many more there are.
void cut(std::vector<std::string>& list) {
  if (list.size() <= most) return;
  const std::size_t more = list.size() - most + 1;
  list.resize(most - 1);
  list.push_back(fmt::format("and {} more", more));
}

void look(const Facts& facts, TableId t, std::uint16_t c, ExplainedChain& out) {
  const Table& table = *facts.ruleset().find(t);
  const Chain& chain = table.chains[c];
  const Family family = facts.ruleset().family;
  for (std::uint32_t i = 0; i < chain.rules.size(); ++i) {
    const Rule& rule = chain.rules[i];
    const RuleId id{t, c, i};
    const auto* target = std::get_if<TargetUse>(&rule.target);
    const std::string sentence = rule_sentence(rule, table, chain, family);
    if (target && target->extension && target->extension->logs)
      out.logged.push_back(sentence);
    else if (names_any(rule, {"limit", "hashlimit", "connlimit", "recent", "quota"}))
      out.limited.push_back(sentence);
    if (t == TableId::nat && target) out.translated.push_back(sentence);
    if (facts.entered(t, c) && facts.never(id)) out.dead.push_back(facts.place(id).text());
  }
  for (auto* list : {&out.logged, &out.limited, &out.translated, &out.dead}) cut(*list);
}

std::string service_words(const ServiceRow& row, const ServiceSource& source) {
  std::string what = row.protocol == "any" ? "anything" : row.protocol;
  if (!row.ports.empty()) what += fmt::format(" {}", row.ports);
  if (!row.to.empty()) what += fmt::format(" to {}", row.to);
  if (!row.translated.empty()) what += fmt::format(" (sent on to {})", row.translated);
  return fmt::format("{}{} from {}, by {}", source.may ? "perhaps " : "", what, source.from.starts_with("in ") || source.from.starts_with("out ") ? "anywhere " + source.from : source.from, source.by.name);
}

ExplainedChain chain_head(const Facts& facts, TableId table, std::uint16_t c) {
  const Spot place = facts.chain_place(table, c);
  ExplainedChain out{.name = place.name, .line = place.line, .what = chain_words(facts, table, c), .open = {}, .logged = {}, .limited = {}, .translated = {}, .dead = {}, .rules = {}};
  const Chain& chain = facts.ruleset().find(table)->chains[c];
  out.idle = chain.hook && chain.rules.empty() && chain.policy == Verdict::accept && (table != TableId::filter || chain.hook == Hook::output);
  look(facts, table, c, out);
  return out;
}

ExplainedRule plain_rule(const Facts& facts, const RuleId& id, SourceOf source) {
  const Table& table = table_of(facts, id);
  const Chain& chain = table.chains[id.chain];
  const Rule& rule = chain.rules[id.index];
  return {.name = facts.place(id).name, .source = source(rule, chain, table, facts.ruleset().family), .line = rule.line, .sentence = rule_sentence(rule, table, chain, facts.ruleset().family),
          .note = rule_note(rule), .where = {}, .reached = {}, .taken = {}};
}

}  // namespace

std::string chain_words(const Facts& facts, TableId table, std::uint16_t c) {
  const Chain& chain = facts.ruleset().find(table)->chains[c];
  const std::string whose = chain.hook ? std::string(hook_words(*chain.hook)) : callers_words(facts, table, c);
  if (chain.rules.empty()) return fmt::format("{}; no rules: {}", whose, chain.hook ? chain.policy == Verdict::drop ? "all is dropped" : "all passes" : "all goes back");
  return fmt::format("{}; {} rule{}, {}", whose, chain.rules.size(), chain.rules.size() == 1 ? "" : "s", rest_words(chain));
}

ExplainedRule explain_rule(const Facts& facts, const RuleId& id, SourceOf source) {
  const Chain& chain = table_of(facts, id).chains[id.chain];
  ExplainedRule out = plain_rule(facts, id, source);
  out.where = fmt::format("table {}, chain {}, rule {} of {}; {}", table_name(id.table), chain.name, id.index + 1, chain.rules.size(),
                          chain.hook ? std::string(hook_words(*chain.hook)) : callers_words(facts, id.table, id.chain));
  out.reached = reached_words(facts, id);
  for (const Taker& other : takers(facts, id))
    out.taken.push_back(fmt::format("{}{}: {}", other.perhaps ? "perhaps " : "", facts.place(other.rule).text(), rule_sentence(facts.rules().source(other.rule), table_of(facts, id), chain, facts.ruleset().family)));
  cut(out.taken);
  return out;
}

ExplainedChain explain_chain(const Facts& facts, TableId table, std::uint16_t chain, SourceOf source) {
  ExplainedChain out = chain_head(facts, table, chain);
  const std::size_t size = facts.ruleset().find(table)->chains[chain].rules.size();
  for (std::uint32_t i = 0; i < size; ++i) out.rules.push_back(plain_rule(facts, {table, chain, i}, source));
  return out;
}

std::vector<ExplainedChain> explain_ruleset(const Facts& facts, const Services& services) {
  std::vector<ExplainedChain> out;
  for (const Table& table : facts.ruleset().tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      out.push_back(chain_head(facts, table.id, static_cast<std::uint16_t>(c)));
      const auto& hook = table.chains[c].hook;
      if (table.id != TableId::filter || (hook != Hook::input && hook != Hook::forward)) continue;
      for (const ServiceRow& row : services.rows)
        if (row.way == (hook == Hook::input ? Way::input : Way::forward))
          for (const ServiceSource& source : row.sources) out.back().open.push_back(service_words(row, source));
      cut(out.back().open);
    }
  return out;
}

namespace {

void list_text(std::string& out, std::string_view title, const std::vector<std::string>& list) {
  if (list.empty()) return;
  out += fmt::format("  {}:\n", title);
  for (const std::string& item : list) out += fmt::format("    {}\n", item);
}

}  // namespace

std::string rules_explained_text(const std::string& file, const std::vector<ExplainedChain>& chains, const std::vector<ExplainedRule>& rules) {
  std::string out;
  for (const ExplainedRule& r : rules) {
    out += fmt::format("{}{} ({}:{})\n    {}\n  {}\n", out.empty() ? "" : "\n", r.name, file, r.line, r.source, r.sentence);
    if (!r.note.empty()) out += fmt::format("  note: {}\n", r.note);
    out += fmt::format("  where: {}\n  reached: {}\n", r.where, r.reached);
    list_text(out, "earlier rules of the chain take some of what it asks for", r.taken);
  }
  std::string idle;
  for (const ExplainedChain& c : chains) {
    if (c.idle && chains.size() > 1) {
      idle += (idle.empty() ? "" : ", ") + c.name;
      continue;
    }
    out += fmt::format("{}{}{}: {}.\n", out.empty() ? "" : "\n", c.name, c.line == 0 ? "" : fmt::format(" ({}:{})", file, c.line), c.what);
    list_text(out, "open", c.open);
    if (c.rules.empty()) {
      list_text(out, "translated", c.translated);
      list_text(out, "limited", c.limited);
      list_text(out, "logged", c.logged);
    }
    list_text(out, "never reached", c.dead);
    for (std::size_t i = 0; i < c.rules.size(); ++i)
      out += fmt::format("  {:>3}  {}{}\n", i + 1, c.rules[i].sentence, c.rules[i].note.empty() ? "" : fmt::format(" ({})", c.rules[i].note));
  }
  if (!idle.empty()) out += fmt::format("{}no rules, all passes: {}\n", out.empty() ? "" : "\n", idle);
  return out;
}

std::string rules_explained_json(const std::string& file, const std::vector<ExplainedChain>& chains, const std::vector<ExplainedRule>& rules) {
  using Json = nlohmann::ordered_json;
  const auto rule_json = [](const ExplainedRule& r) {
    Json j;
    j["name"] = r.name;
    j["line"] = r.line;
    j["rule"] = r.source;
    j["words"] = r.sentence;
    if (!r.note.empty()) j["note"] = r.note;
    if (!r.where.empty()) j["where"] = r.where;
    if (!r.reached.empty()) {
      j["reached"] = r.reached;
      j["taken"] = r.taken;
    }
    return j;
  };
  Json j;
  j["format"] = 1;
  j["file"] = file;
  j["rules"] = Json::array();
  for (const ExplainedRule& r : rules) j["rules"].push_back(rule_json(r));
  j["chains"] = Json::array();
  for (const ExplainedChain& c : chains) {
    Json one;
    one["name"] = c.name;
    one["line"] = c.line;
    one["words"] = c.what;
    one["open"] = c.open;
    one["translated"] = c.translated;
    one["limited"] = c.limited;
    one["logged"] = c.logged;
    one["never"] = c.dead;
    one["rules"] = Json::array();
    for (const ExplainedRule& r : c.rules) one["rules"].push_back(rule_json(r));
    j["chains"].push_back(std::move(one));
  }
  return to_text(j);
}

}  // namespace fwsim

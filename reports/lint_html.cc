// One page that holds the whole report: the frame of html_page.hh with the report in it, as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "reports/chain_graph.hh"
#include "reports/html_page.hh"
#include "reports/json_text.hh"
#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"
#include "reports/rule_counters.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view defrag = "fragments put together", conntrack = "connection tracking";

// [table, chain, rule]: indices, which the page makes names of; -1 stands for the chain as a whole.
Json place_json(const Ruleset& ruleset, const Spot& place, bool of_chain) {
  std::size_t t = 0;
  while (t + 1 < ruleset.tables.size() && ruleset.tables[t].id != place.rule.table) ++t;
  return {t, place.rule.chain, of_chain ? Json(-1) : Json(place.rule.index)};
}

Json finding_json(const LintedRuleset& linted, const Finding& f) {
  Json j = {
      {"id", f.id}, {"check", f.check}, {"severity", static_cast<unsigned>(f.severity)}, {"place", place_json(*linted.ruleset, f.place, f.of_chain)}};
  j["line"] = f.place.line;
  j["text"] = f.text;
  j["by"] = Json::array();
  for (const Spot& place : f.by) j["by"].push_back(place_json(*linted.ruleset, place, false));
  if (f.certainty == Certainty::may) j["may"] = true;
  for (const auto& [name, text] : {std::pair{"rule", rule_text(linted, f)}, {"packet", f.witness}, {"hint", f.hint}, {"proof", f.proof}})
    if (!text.empty()) j[name] = text;
  return j;
}

Json chain_json(const LintedRuleset& linted, TableId table, std::size_t index, const Chain& chain, const CountersThere& there) {
  Json j = {{"name", chain.name}, {"line", chain.line}, {"rules", Json::array()}};
  if (chain.hook) {
    j["hook"] = hook_name(*chain.hook);
    j["policy"] = chain.policy == Verdict::drop ? "DROP" : "ACCEPT";
    if (there.rules) j["packets"] = chain.counters.packets, j["bytes"] = chain.counters.bytes;
  }
  for (std::size_t i = 0; i < chain.rules.size(); ++i) {
    const Rule& rule = chain.rules[i];
    Json r = {rule.line, linted.source(Spot{.rule = {table, static_cast<std::uint16_t>(index), static_cast<std::uint32_t>(i)}})};
    const Jump* jump = std::get_if<Jump>(&rule.target);
    if (there.rules || jump != nullptr) r.push_back(rule.counters.packets), r.push_back(rule.counters.bytes);
    if (jump != nullptr) r.push_back(jump->chain);
    j["rules"].push_back(std::move(r));
  }
  return j;
}

constexpr std::size_t most_sources = 40;   // of a service

Json services_json(const Services& services) {
  Json j = {{"complete", services.complete}, {"rows", Json::array()}};
  for (const ServiceRow& row : services.rows) {
    Json one = {{"way", way_name(row.way)}, {"protocol", row.protocol}, {"ports", row.ports}, {"to", row.to}, {"translated", row.translated}};
    one["sources"] = Json::array();
    for (const ServiceSource& source : std::span(row.sources).first(std::min(row.sources.size(), most_sources)))
      one["sources"].push_back({{"from", source.from}, {"by", source.by.name}, {"may", source.may}, {"packet", source.packet}});
    one["more"] = row.sources.size() - one["sources"].size();
    j["rows"].push_back(std::move(one));
  }
  return j;
}

// The way of a packet: [hook, table, chain, rule] for each rule, policy or end of a chain, [hook, words] for what else is done.
Json steps_json(const Ruleset& ruleset, const Result& result) {
  Json steps = Json::array();
  for (const Step& step : result.path) {
    Json s = {static_cast<std::size_t>(step.hook)};
    if (step.rule)
      s.insert(s.end(), {step.rule->table - ruleset.tables.data(), step.rule->chain, step.rule->index});
    else
      s.push_back(step.note);
    steps.push_back(std::move(s));
  }
  return steps;
}

Json way_json(const Ruleset& ruleset, const Result& result, const ReportContext& context) {
  Json j = {{"fate", fate_name(result.fate)}, {"verdict", verdict_text(result, context)}, {"in", result.in_if}, {"out", result.out_if}};
  j["end"] = packet_text(result.packet);
  j["steps"] = steps_json(ruleset, result);
  j["records"] = Json::array();
  for (const Record& record : result.records) j["records"].push_back(record.text);
  return j;
}

Json packet_json(const LintedRuleset& linted, const ShownPacket& shown) {
  ReportContext context;
  context.files.fill(linted.file);
  Json j = {{"question", shown.question}, {"packet", shown.traced.flow}, {"ways", Json::array()}};
  j["ways"].push_back(way_json(*linted.ruleset, shown.traced.result, context));
  for (const Result& answer : shown.traced.result.generated) {   // of each, what the host sends because of it
    Json way = way_json(*linted.ruleset, answer, context);
    way["cause"] = answer.cause;
    way["packet"] = packet_text(answer.packet);
    j["ways"].push_back(std::move(way));
  }
  return j;
}

// Where the call graph has each chain, and the lines between them: [to, rules, goto, path].
Json drawing_json(const Table& table, Json& chains) {
  const BoxSizes sizes;
  ChainGraph graph = graph_of(table);
  lay_out(graph, sizes);
  for (const ChainNode& node : graph.nodes) chains[node.chain]["box"] = {std::round(node.x), std::round(node.y), std::round(node.width)}, chains[node.chain]["calls"] = Json::array();
  for (const ChainCall& call : graph.calls)
    chains[graph.nodes[call.from].chain]["calls"].push_back({graph.nodes[call.to].chain, call.rules, call.go, call_path(graph, call, sizes)});
  return {std::round(graph.width), std::round(graph.height), sizes.height};
}

Json ruleset_json(const LintedRuleset& linted) {
  const CountersThere there = counters_there(*linted.ruleset);
  Json j = {{"file", linted.file}, {"family", family_word(linted.family)}, {"known", linted.known}, {"counted", there.rules}};
  j["unused"] = Json::array();
  if (!needs_defrag(*linted.ruleset)) j["unused"].push_back(defrag);
  if (!needs_conntrack(*linted.ruleset)) j["unused"].push_back(conntrack);
  j["tables"] = Json::array();
  for (const Table& table : linted.ruleset->tables) {
    Json chains = Json::array();
    for (std::size_t c = 0; c < table.chains.size(); ++c) chains.push_back(chain_json(linted, table.id, c, table.chains[c], there));
    const Json drawing = drawing_json(table, chains);
    j["tables"].push_back({{"name", table_name(table.id)}, {"chains", std::move(chains)}, {"drawing", drawing}});
  }
  j["findings"] = Json::array();
  for (const Finding& f : linted.result.findings) j["findings"].push_back(finding_json(linted, f));
  j["services"] = linted.services ? services_json(*linted.services) : Json();
  j["packets"] = Json::array();
  for (const ShownPacket& shown : linted.packets) j["packets"].push_back(packet_json(linted, shown));
  j["undecided"] = Json::array();
  for (const UndecidedCheck& u : linted.result.undecided)
    j["undecided"].push_back({{"check", u.check}, {"place", place_json(*linted.ruleset, u.place, false)}});
  return j;
}

// The way of packets, from the model: what runs at each hook, and which of that are tables.
Json hooks_json() {
  Json hooks = Json::array();
  for (std::size_t i = 0; i < hook_count; ++i) {
    const Hook hook = static_cast<Hook>(i);
    Json names = Json::array(), tables = Json::array();
    for (const Stage stage : stages(hook)) {
      const std::optional<TableId> table = stage_table(stage);
      if (stage == Stage::confirm) continue;  // nothing that anybody could see
      names.push_back(table ? table_name(*table) : stage == Stage::defrag ? defrag : conntrack);
      if (table) tables.push_back(table_name(*table));
    }
    hooks.push_back({{"name", hook_name(hook)}, {"stages", std::move(names)}, {"tables", std::move(tables)}});
  }
  return hooks;
}

// In a script element nothing may look like a tag: "<" only occurs in strings, where it can be escaped.
std::string script_safe(const std::string& json) {
  std::string out;
  for (const char c : json)
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  return out;
}

std::string report_text(const LintReport& report) {
  Json j = {{"version", report.version}, {"hooks", hooks_json()}, {"checks", Json::array()}, {"rulesets", Json::array()}};
  for (const Check* check : report.checks)
    j["checks"].push_back({{"id", check->id}, {"name", check->name}, {"title", check->title}, {"why", check->why}});
  for (const LintedRuleset& linted : report.rulesets) j["rulesets"].push_back(ruleset_json(linted));
  return script_safe(to_text(j, -1));
}

}  // namespace

std::string lint_html(const LintReport& report) {
  std::string out, script;
  for (const std::string_view part : {html_script_base, html_script_findings, html_script_rules, html_script_drawings, html_script_steps, html_script_services,
                                       html_script_start})
    script += part;
  const std::pair<std::string_view, std::string> parts[] = {
      {"{style}", std::string(html_style)}, {"{report}", report_text(report)}, {"{script}", script}};
  std::string_view rest = html_frame;
  for (const auto& [mark, text] : parts) {  // in the order of the frame
    const std::size_t at = rest.find(mark);
    out.append(rest.substr(0, at)).append(text);
    rest.remove_prefix(at + mark.size());
  }
  return out.append(rest);
}

}  // namespace fwsim

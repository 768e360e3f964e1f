#include "reports/compare_report.hh"

#include <fmt/format.h>

#include <algorithm>

#include "reports/json_text.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

bool has(const std::vector<std::string>& differs, std::string_view what) {
  return std::find(differs.begin(), differs.end(), what) != differs.end();
}

// The rules on the way that may have made the packet another: those of nat, mangle and raw.
std::string rewriters(const Result& r, const std::vector<std::string>& differs, const ReportContext& context) {
  if (!has(differs, "bytes") && !has(differs, "device") && !has(differs, "mark")) return {};
  std::string text;
  for (const Step& step : r.path)
    if (step.rule && step.rule->is_rule() && step.rule->table->id != TableId::filter && step.rule->table->id != TableId::security)
      text += (text.empty() ? ", with " : ", ") + place_text(*step.rule, context);
  return text;
}

// What a side made of the packet, where the verdict does not tell.
std::string detail(const Result& r, const std::vector<std::string>& differs) {
  std::string text;
  if (has(differs, "device")) text += fmt::format(", out {}", r.out_if);
  if (has(differs, "bytes")) text += fmt::format(", as {}", packet_text(r.out.empty() ? r.packet : r.out.front().packet));
  if (has(differs, "mark")) text += fmt::format(", mark {:#x}", r.packet.fields.number(Field::mark));
  if (has(differs, "answers")) {
    for (const Result& g : r.generated) text += fmt::format(", answer: {} {}", packet_text(g.packet), fate_name(g.fate));
    if (r.generated.empty()) text += ", no answer";
  }
  return text;
}

// By what the sides are counted: without what only this packet has.
std::string decision(const Result& r, const std::vector<std::string>& differs, ReportContext context) {
  context.colour = false;
  return verdict_text(r, context) + rewriters(r, differs, context) + (r.generated.empty() ? "" : fmt::format(", answered ({})", r.generated.front().cause));
}

std::string count_of(std::uint64_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

}  // namespace

std::string difference_text(const FlowDifference& d, const CompareContext& context) {
  std::string text = fmt::format("{:>5} {} {}\n", d.number, time_text(d.time).substr(11, 15), d.packet);
  const std::size_t width = std::max(context.names[0].size(), context.names[1].size());
  for (std::size_t i = 0; i < 2; ++i)
    text += fmt::format("      {:<{}}  {}{}\n", context.names[i], width,
                        verdict_text(d.results[i], context.reports[i]) + rewriters(d.results[i], d.differs, context.reports[i]),
                        detail(d.results[i], d.differs));
  return text;
}

std::string difference_json(const FlowDifference& d, const CompareContext& context) {
  Json j;
  j["format"] = 1;
  j["flow"] = d.flow;
  j["differs"] = d.differs;
  for (std::size_t i = 0; i < 2; ++i)
    j[i == 0 ? "before" : "after"] =
        Json::parse(json_of({.number = d.number, .time = d.time, .flow = d.packet, .result = d.results[i]}, context.reports[i]));
  return to_text(j, -1);
}

void CompareSummary::add(const FlowDifference& d, const CompareContext& context) {
  ++differing;
  ++pairs[{decision(d.results[0], d.differs, context.reports[0]), decision(d.results[1], d.differs, context.reports[1])}];
}

std::string compare_text(const CompareSummary& s, const CompareContext& context) {
  std::string text = fmt::format("{}, {}: ", count_of(s.packets, "packet"), count_of(s.flows, "flow"));
  text += s.differing == 0 ? "both treat all alike\n" : fmt::format("{} treated differently\n", s.differing);
  std::vector<std::pair<std::uint64_t, std::array<std::string, 2>>> list;
  for (const auto& [pair, flows] : s.pairs) list.emplace_back(flows, pair);
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  const std::size_t width = std::max(context.names[0].size(), context.names[1].size());
  for (const auto& [flows, pair] : list) {
    text += fmt::format("  {:>8}  {:<{}}  {}\n", flows, context.names[0], width, pair[0]);
    text += fmt::format("  {:>8}  {:<{}}  {}\n", "", context.names[1], width, pair[1]);
  }
  if (s.unknown > 0) text += fmt::format("of {} neither can be told: a rule on the way could not be decided\n", count_of(s.unknown, "flow"));
  if (s.lost > 0) text += fmt::format("up to {} came faster than they were judged, and are not in this\n", count_of(s.lost, "packet"));
  return text;
}

std::string compare_json(const CompareSummary& s, const CompareContext& context) {
  Json j;
  j["format"] = 1;
  j["before"] = context.names[0];
  j["after"] = context.names[1];
  j["packets"] = s.packets;
  j["flows"] = s.flows;
  j["differing"] = s.differing;
  j["unknown"] = s.unknown;
  j["lost"] = s.lost;
  j["pairs"] = Json::array();
  for (const auto& [pair, flows] : s.pairs) j["pairs"].push_back({{"before", pair[0]}, {"after", pair[1]}, {"flows", flows}});
  return to_text(j, -1);
}

}  // namespace fwsim

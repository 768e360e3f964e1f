// The words in which all formats tell of a way through several hosts.
#include <fmt/format.h>

#include <algorithm>

#include "reports/path_report.hh"

namespace fwsim {
namespace {

std::string side_text(const Packet& p, Field address, Field port) {
  const std::string text = address_text(p.family, p.fields.get(address));
  if (!p.fields.has(port)) return text;
  return p.family == Family::v4 ? fmt::format("{}:{}", text, p.fields.number(port)) : fmt::format("[{}]:{}", text, p.fields.number(port));
}

bool same(const Packet& a, const Packet& b, Field address, Field port) {
  return a.fields.get(address) == b.fields.get(address) && a.fields.number(port) == b.fields.number(port);
}

// The rule of the nat tables that came last at these hooks.
const RuleRef* translator(const Result& r, Hook one, Hook other) {
  const RuleRef* found = nullptr;
  for (const Step& step : r.path)
    if (step.rule && step.rule->table->id == TableId::nat && step.rule->is_rule() && (step.hook == one || step.hook == other)) found = &*step.rule;
  return found;
}

const std::string& link_name(const PathReport& report, const PathLeg& leg) { return report.net.links()[leg.link.value_or(0)].name; }

// Why a way is over.
std::string stop_text(const PathReport& report, const PathLeg& leg) {
  std::string text;
  if (leg.end == LegEnd::stopped || (leg.end == LegEnd::unknown && !leg.hops.empty() && leg.hops.back().result.fate == Fate::unknown)) {
    const PathHop& hop = leg.hops.back();
    text = fmt::format("{}: {}", report.net.name(hop.host), verdict_text(hop.result, report.contexts[hop.host]));
  } else {
    text = leg.why;
    if (leg.end == LegEnd::unknown && !leg.hops.empty() && leg.hops.back().result.fate == Fate::stolen)
      text = fmt::format("{}: {}: {}", report.net.name(leg.hops.back().host), verdict_text(leg.hops.back().result, report.contexts[leg.hops.back().host]), text);
  }
  if (leg.loop) {
    std::string hosts;
    for (std::size_t i = *leg.loop; i < leg.hops.size() && (i == *leg.loop || leg.hops[i].host != leg.hops[*leg.loop].host); ++i)
      hosts += (hosts.empty() ? "" : " -> ") + report.net.name(leg.hops[i].host);
    text += fmt::format(" (it goes round: {} -> {})", hosts, report.net.name(leg.hops[*leg.loop].host));
  }
  return text;
}

}  // namespace

std::size_t name_width(const Internetwork& net) {
  std::size_t width = 0;
  for (const TopologyHost& host : net.hosts()) width = std::max(width, host.name.size());
  return width;
}

std::string device_text(const char* word, const std::string& device) { return device.empty() ? "" : fmt::format("  {} {}", word, device); }

std::vector<std::string> translations(const PathHop& hop, const ReportContext& context) {
  std::vector<std::string> out;
  const Packet &before = hop.packet, &after = hop.result.out.empty() ? hop.result.packet : hop.result.out.front().packet;
  const auto tell = [&](const char* name, Field address, Field port, Hook one, Hook other) {
    if (same(before, after, address, port) || before.fields.get(address) == 0) return;
    const RuleRef* rule = hop.result.ct_reply ? nullptr : translator(hop.result, one, other);
    out.push_back(fmt::format("{} {} -> {} by {}", name, side_text(before, address, port), side_text(after, address, port),
                              rule ? place_text(*rule, context) : hop.result.ct_state ? "its connection" : "a rule"));
  };
  tell("source", Field::src, Field::sport, Hook::postrouting, Hook::input);
  tell("destination", Field::dst, Field::dport, Hook::prerouting, Hook::output);
  return out;
}

std::string begin_text(const PathReport& report, const PathLeg& leg) {
  if (leg.from.host) return report.net.name(*leg.from.host);
  const TopologyLink& link = report.net.links()[leg.from.link];
  const bool near = report.net.network_length(leg.from.link, leg.packet.family, leg.packet.fields.get(Field::src)).has_value();
  return near ? fmt::format("an end system on {}", link.name) : link.outside ? fmt::format("outside, by {}", link.name)
                                                                              : fmt::format("somebody on {}", link.name);
}

std::string end_text(const PathReport& report, const PathLeg& leg) {
  switch (leg.end) {
    case LegEnd::host: return fmt::format("delivered to {}", report.net.name(leg.hops.back().host));
    case LegEnd::system:
      return fmt::format("delivered to {} on {}", address_text(leg.arrived.family, leg.arrived.fields.get(Field::dst)), link_name(report, leg));
    case LegEnd::outside:
      return fmt::format("leaves the known network by {}{}", link_name(report, leg),
                         leg.next_hop ? fmt::format(", to {}", address_text(leg.packet.family, *leg.next_hop)) : "");
    case LegEnd::stopped: return stop_text(report, leg);
    case LegEnd::lost: return fmt::format("lost: {}", stop_text(report, leg));
    case LegEnd::unknown: return fmt::format("unknown: {}", stop_text(report, leg));
  }
  return {};
}

std::string_view outcome_name(PathAnswer::Outcome outcome) {
  constexpr std::string_view names[] = {"both-ways", "one-way", "stopped-there", "stopped-back", "mismatched", "unknown"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string verdict_text(const PathReport& report) {
  const PathAnswer& a = report.answer;
  const std::string outside = a.there.end == LegEnd::outside ? fmt::format(" (it leaves the known network by {})", link_name(report, a.there)) : "";
  switch (a.outcome) {
    case PathAnswer::Outcome::both_ways: return "passes both ways" + outside;
    case PathAnswer::Outcome::one_way: return fmt::format("passes{}; {}", outside, a.why);
    case PathAnswer::Outcome::stopped_there: return "does not pass: " + stop_text(report, a.there);
    case PathAnswer::Outcome::stopped_back: return fmt::format("passes{}, but its answer does not: {}", outside, stop_text(report, *a.back));
    case PathAnswer::Outcome::mismatched: return fmt::format("passes{}, but {}", outside, a.why);
    case PathAnswer::Outcome::unknown: break;
  }
  if (!a.there.ended_well()) return "unknown: " + stop_text(report, a.there);
  return a.back ? fmt::format("passes{}; unknown whether its answer does: {}", outside, stop_text(report, *a.back)) : "unknown: " + a.why;
}

}  // namespace fwsim

// A way through several hosts as text: a line for each host, and what it changed.
#include <fmt/format.h>

#include "reports/path_report.hh"

namespace fwsim {
namespace {

void add_hop(std::string& text, const PathReport& report, const PathHop& hop, std::size_t width, bool verbose) {
  const ReportContext& context = report.contexts[hop.host];
  const Result& r = hop.result;
  text += fmt::format("  {:<{}}{}  {}{}\n", report.net.name(hop.host), width, device_text("in", r.in_if), verdict_text(r, context),
                      hop.out_link ? device_text("out", r.out_if) : "");
  for (const std::string& change : translations(hop, context)) text += fmt::format("  {:<{}}  {}\n", "", width, change);
  for (const Record& record : r.records)
    if (record.kind == Record::Kind::log) text += fmt::format("  {:<{}}  log: {}\n", "", width, record.text);
  if (!verbose) return;
  text += fmt::format("      {}\n{}", packet_text(hop.packet), path_of(r, context));
}

void add_leg(std::string& text, const PathReport& report, const PathLeg& leg, bool verbose) {
  const std::size_t width = name_width(report.net);
  text += fmt::format("  from {}\n", begin_text(report, leg));
  for (std::size_t i = 0; i < leg.hops.size(); ++i) {
    // What goes round is shown once.
    if (leg.loop && i > *leg.loop && i + 1 < leg.hops.size() && leg.hops[i].host == leg.hops[*leg.loop].host &&
        leg.hops[i].result.in_if == leg.hops[*leg.loop].result.in_if) {
      text += fmt::format("  ... and round again, {} more hosts\n", leg.hops.size() - 1 - i);
      i = leg.hops.size() - 1;
    }
    add_hop(text, report, leg.hops[i], width, verbose);
  }
  if (leg.end != LegEnd::stopped) text += fmt::format("  {}\n", end_text(report, leg));
}

}  // namespace

std::string text_of(const PathReport& report, bool verbose) {
  const PathAnswer& a = report.answer;
  std::string text = packet_text(a.there.packet) + "\n";
  add_leg(text, report, a.there, verbose);
  if (a.back) {
    text += fmt::format("answer {}\n", packet_text(a.back->packet));
    add_leg(text, report, *a.back, verbose);
  }
  const char* colour = a.outcome == PathAnswer::Outcome::both_ways || a.outcome == PathAnswer::Outcome::one_way ? "\x1b[32m"
                       : a.outcome == PathAnswer::Outcome::unknown                                              ? "\x1b[33m"
                                                                                                                : "\x1b[31m";
  const std::string verdict = verdict_text(report);
  return text + (report.colour ? fmt::format("{}{}\x1b[0m\n", colour, verdict) : verdict + "\n");
}

}  // namespace fwsim

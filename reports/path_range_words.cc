// The words in which all formats tell of sets of packets on their way through several hosts.
#include <fmt/format.h>

#include "reports/ask_report.hh"
#include "reports/path_range_report.hh"
#include "reports/proof_text.hh"

namespace fwsim {
namespace {

const std::string& link_name(const PathRangeReport& report, const PathClass& c) { return report.net.links()[c.link.value_or(0)].name; }

// "r2 -> r1 -> r2"
std::string round_text(const PathRangeReport& report, const PathClass& c) {
  std::string text;
  for (std::size_t i = *c.loop; i < c.hops.size(); ++i) text += report.net.name(c.hops[i].host) + " -> ";
  return text + report.net.name(c.hops[*c.loop].host);
}

}  // namespace

std::string verdict_text(const PathRange& range) {
  std::string text(share_text(range.share));
  if (range.share == Share::nothing) return text + " and begins a connection";
  unsigned tried = 0, answered = 0;
  bool proved = true;
  for (const PathClass& c : range.classes)
    if (c.arrives()) {
      tried += c.tried;
      answered += c.answered;
      proved = proved && c.all_answered;
    }
  if (tried == 0) return text;
  if (proved) return text + ", and so do their answers";
  if (tried == answered) return text + fmt::format("; of {} packets that were followed, all answers come back", tried);
  return text + fmt::format("; of {} packets that were followed, the answers of {} do not come back", tried, tried - answered);
}

std::string begin_text(const PathRangeReport& report, const PathClass& c) {
  if (c.from.host) return report.net.name(*c.from.host);
  const TopologyLink& link = report.net.links()[c.from.link];
  return fmt::format(fmt::runtime(link.outside ? "outside, by {}" : "end systems on {}"), link.name);
}

std::string class_text(const PathRangeReport& report, const PathClass& c) {
  const std::string at = c.hops.empty() ? "" : report.net.name(c.hops.back().host);
  const PieceFate fate = c.hops.empty() ? PieceFate::passed : c.hops.back().fate;
  const char* const passed = c.may ? "may pass" : "passed";
  switch (c.end) {
    case LegEnd::host: return fmt::format("{}: delivered to {}", passed, at);
    case LegEnd::system: return fmt::format("{}: delivered to end systems on {}", passed, link_name(report, c));
    case LegEnd::outside:
      return fmt::format("{}: out of the known network by {}{}", passed, link_name(report, c),
                         c.next_hop ? fmt::format(", to {}", address_text(report.range.family, *c.next_hop)) : "");
    case LegEnd::stopped:
      if (c.loop) return fmt::format("{}: {}, for it goes round: {}", c.may ? "may be dropped" : "dropped", c.why, round_text(report, c));
      if (!c.why.empty()) return fmt::format("{} at {}: {}", c.may ? "may be dropped" : "dropped", at, c.why);
      return fmt::format("{} at {} by {}", fate_text(fate, c.may), at, text_of(c.hops.back().place));
    case LegEnd::lost: return fmt::format("{}: {}", c.may ? "may be lost" : "lost", c.why);
    case LegEnd::unknown: break;
  }
  if (fate == PieceFate::queued || fate == PieceFate::diverted || fate == PieceFate::unknown)
    return fmt::format("{} at {} by {}: {}", fate_text(fate, c.may), at, text_of(c.hops.back().place), c.why);
  return fmt::format("not known what becomes of them{}: {}", at.empty() ? "" : " at " + at, c.why);
}

std::string translation_text(const RangeTranslation& t) { return fmt::format("{} -> {} by {}", t.source ? "source" : "destination", t.to, text_of(t.place)); }

std::string example_text(const PathRangeReport& report, const PathClass& c) {
  if (c.end != LegEnd::unknown || !c.shown || c.shown->there.end == LegEnd::unknown) return c.packet;
  return fmt::format("{} ({})", c.packet, verdict_text(PathReport{.net = report.net, .answer = *c.shown, .question = c.packet, .contexts = report.contexts}));
}

std::string answers_text(const PathRangeReport& report, const PathClass& c) {
  if (!c.arrives() || c.tried == 0) return {};
  if (c.all_answered) return "all answers come back";
  if (c.answered == c.tried) return fmt::format("answers come back, of the {} packets that were followed", c.tried);
  const PathReport shown{.net = report.net, .answer = *c.shown_unanswered, .question = c.unanswered, .contexts = report.contexts};
  return fmt::format("answers of {} of the {} packets that were followed come back; {}: {}", c.answered, c.tried, c.unanswered, verdict_text(shown));
}

}  // namespace fwsim

// Sets of packets through several hosts as text: for each class what becomes of it, which packets they are, and a line for each host.
#include <fmt/format.h>

#include "reports/path_range_report.hh"
#include "reports/proof_text.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_pieces = 12, most_classes = 24;

void add_class(std::string& text, const PathRangeReport& report, const PathClass& c, std::size_t width, bool verbose) {
  text += class_text(report, c) + "\n";
  text += lines_of(c.pieces, "  ", verbose ? c.pieces.size() : most_pieces);
  text += fmt::format("    from {}\n", begin_text(report, c));
  for (const RangeHop& hop : c.hops) {
    const bool passed = hop.fate == PieceFate::passed && !hop.place.name.empty();
    text += fmt::format("    {:<{}}{}{}{}\n", report.net.name(hop.host), width, device_text("in", hop.in), passed ? "  passed by " + text_of(hop.place) : "",
                        device_text("out", hop.out));
    for (const RangeTranslation& t : hop.translations) text += fmt::format("    {:<{}}  {}\n", "", width, translation_text(t));
  }
  if (c.may) text += fmt::format("  may: {}\n", c.doubt);
  if (!c.packet.empty()) text += fmt::format("  like: {}\n", example_text(report, c));
  if (const std::string answers = answers_text(report, c); !answers.empty()) text += fmt::format("  {}\n", answers);
}

}  // namespace

std::string text_of(const PathRangeReport& report, bool verbose) {
  const PathRange& range = report.range;
  const bool good = range.share == Share::all && range.all_answered();
  const char* const colour = good ? "\x1b[32m" : range.share == Share::may ? "\x1b[33m" : "\x1b[31m";
  const std::string verdict = verdict_text(range);
  std::string text = report.colour ? fmt::format("{}{}\x1b[0m\n", colour, verdict) : verdict + "\n";
  const std::size_t width = name_width(report.net), count = verbose ? range.classes.size() : std::min(range.classes.size(), most_classes);
  for (std::size_t i = 0; i < count; ++i) add_class(text, report, range.classes[i], width, verbose);
  if (count < range.classes.size()) text += fmt::format("and {} more ways (-v shows them)\n", range.classes.size() - count);
  for (const std::string& sources : range.left_out) text += fmt::format("left out: nobody sends from {}\n", sources);
  if (!range.complete) text += "the network is too large for the question: not all was looked at\n";
  return text;
}

}  // namespace fwsim

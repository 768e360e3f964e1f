// Sets of packets through several hosts as a page: of each class its packets, and the way of one of them drawn.
#include <fmt/format.h>

#include "reports/markup.hh"
#include "reports/path_drawing.hh"
#include "reports/path_range_report.hh"
#include "reports/proof_text.hh"

namespace fwsim {
namespace {

std::string class_html(const PathRangeReport& report, const PathClass& c) {
  std::string text = fmt::format("<h2>{}</h2>\n<ul>\n", markup_text(class_text(report, c)));
  for (const PieceText& piece : c.pieces) text += fmt::format("<li>{}</li>\n", markup_text(piece.text));
  text += "</ul>\n";
  if (c.may) text += fmt::format("<p class=\"soft\">may: {}</p>\n", markup_text(c.doubt));
  if (c.shown) text += drawing_of({.net = report.net, .answer = *c.shown, .question = c.packet, .contexts = report.contexts});
  text += fmt::format("<p class=\"soft\">from {}</p>\n<ol>\n", markup_text(begin_text(report, c)));
  for (const RangeHop& hop : c.hops) {
    text += fmt::format("<li><b>{}</b>{}", markup_text(report.net.name(hop.host)), markup_text(device_text("in", hop.in)));
    if (!hop.place.name.empty()) text += fmt::format(": {} by {}", piece_fate_name(hop.fate), markup_text(text_of(hop.place)));
    text += markup_text(device_text("out", hop.out));
    for (const RangeTranslation& t : hop.translations) text += fmt::format("<br>{}", markup_text(translation_text(t)));
    text += "</li>\n";
  }
  text += "</ol>\n";
  if (!c.packet.empty()) text += fmt::format("<p>like <code>{}</code></p>\n", markup_text(example_text(report, c)));
  if (const std::string answers = answers_text(report, c); !answers.empty()) text += fmt::format("<p>{}</p>\n", markup_text(answers));
  return text;
}

}  // namespace

std::string html_of(const PathRangeReport& report) {
  const PathRange& range = report.range;
  std::string text;
  for (const PathClass& c : range.classes) text += class_html(report, c);
  for (const std::string& sources : range.left_out) text += fmt::format("<p class=\"soft\">left out: nobody sends from {}</p>\n", markup_text(sources));
  if (!range.complete) text += "<p class=\"soft\">the network is too large for the question: not all was looked at</p>\n";
  const char* const kind = range.share == Share::all && range.all_answered() ? "good" : range.share == Share::may ? "unsure" : "bad";
  return path_page(range.question, kind, verdict_text(range), text + assumed_html(range.assumed));
}

}  // namespace fwsim

// A way through several hosts as a page: the network drawn, the hosts in their order, every hook on demand. Without scripts, and
// nothing in it loads anything.
#include <fmt/format.h>

#include "reports/markup.hh"
#include "reports/path_drawing.hh"
#include "reports/path_report.hh"

namespace fwsim {
namespace {

constexpr std::string_view style = R"css(
:root { color-scheme: light dark; --paper: #ffffff; --card: #f6f7f9; --ink: #1b1f24; --soft: #5b6570; --line: #c3cad2; --there: #0b57b0; --back: #1d6b3a;
  --bad: #b3261e; --unsure: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --card: #1d2228; --ink: #e4e7eb; --soft: #9aa5b1; --line: #4a535e; --there: #83b8f5;
  --back: #7fd49b; --bad: #ff8d85; --unsure: #f2bf5e; } }
body { margin: 0 auto; max-width: 1180px; padding: 1rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.25rem; } h2 { font-size: 1.1rem; margin-top: 1.6rem; }
code, pre { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; margin: .4rem 0; }
.verdict { font-weight: 600; padding: .5rem .9rem; background: var(--card); border-left: 5px solid var(--unsure); border-radius: 4px; overflow-wrap: anywhere; }
.verdict.good { border-color: var(--back); } .verdict.bad { border-color: var(--bad); }
svg { display: block; width: 100%; height: auto; max-height: 26rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); text-anchor: middle; }
svg .device { font-size: 11px; fill: var(--soft); }
.host, .link { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5; } .link { stroke: var(--soft); } .outside { stroke-dasharray: 5 3; }
.wire { stroke: var(--line); stroke-width: 1.5; fill: none; }
.way { fill: none; stroke-width: 2.5; } .there { stroke: var(--there); } .back { stroke: var(--back); stroke-dasharray: 7 4; }
.there-head { fill: var(--there); } .back-head { fill: var(--back); } .stop { stroke: var(--bad); stroke-width: 4; }
ol { padding-left: 1.4rem; } li { margin: .4rem 0; } .soft, summary { color: var(--soft); } .key-there { color: var(--there); } .key-back { color: var(--back); }
)css";

const char* kind_of(PathAnswer::Outcome outcome) {
  if (outcome == PathAnswer::Outcome::unknown) return "unsure";
  return outcome == PathAnswer::Outcome::both_ways || outcome == PathAnswer::Outcome::one_way ? "good" : "bad";
}

std::string hop_html(const PathReport& report, const PathHop& hop) {
  const ReportContext& context = report.contexts[hop.host];
  std::string text = fmt::format("<li><b>{}</b>", markup_text(report.net.name(hop.host)));
  if (!hop.result.in_if.empty()) text += fmt::format(" in <code>{}</code>", markup_text(hop.result.in_if));
  text += fmt::format(": {}", markup_text(verdict_text(hop.result, context)));
  if (hop.out_link) text += fmt::format(", out <code>{}</code>", markup_text(hop.result.out_if));
  for (const std::string& change : translations(hop, context)) text += fmt::format("<br>{}", markup_text(change));
  return text + fmt::format("<details><summary>every hook</summary><pre>{}\n{}</pre></details></li>\n", markup_text(packet_text(hop.packet)),
                            markup_text(path_of(hop.result, context)));
}

std::string leg_html(const PathReport& report, const PathLeg& leg, const char* title, const char* key) {
  constexpr std::size_t most = 40;   // of what goes round
  std::string text = fmt::format("<h2 class=\"{}\">{}</h2>\n<p><code>{}</code><br><span class=\"soft\">from {}</span></p>\n<ol>\n", key, title,
                                 markup_text(packet_text(leg.packet)), markup_text(begin_text(report, leg)));
  for (std::size_t i = 0; i < leg.hops.size() && i < most; ++i) text += hop_html(report, leg.hops[i]);
  text += "</ol>\n";
  if (leg.hops.size() > most) text += fmt::format("<p class=\"soft\">... and {} more hosts</p>\n", leg.hops.size() - most);
  return text + fmt::format("<p>{}</p>\n", markup_text(end_text(report, leg)));
}

}  // namespace

std::string path_page(const std::string& question, const char* kind, const std::string& verdict, const std::string& body) {
  return fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
                     "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<h1><code>{0}</code></h1>\n<p class=\"verdict {2}\">{3}</p>\n{4}</body>\n</html>\n",
                     markup_text(question), style, kind, markup_text(verdict), body);
}

std::string assumed_html(const std::vector<std::string>& assumed) {
  if (assumed.empty()) return {};
  std::string text = "<h2>Assumed</h2>\n<ul>\n";
  for (const std::string& one : assumed) text += fmt::format("<li>{}</li>\n", markup_text(one));
  return text + "</ul>\n";
}

std::string html_of(const PathReport& report) {
  const PathAnswer& a = report.answer;
  std::string text = drawing_of(report) + leg_html(report, a.there, "The packet", "key-there");
  if (a.back) text += leg_html(report, *a.back, "Its answer (dashed)", "key-back");
  return path_page(report.question, kind_of(a.outcome), verdict_text(report), text + assumed_html(a.assumed));
}

}  // namespace fwsim

// One page without script: what is the worst, what is the most frequent, who differs.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/fleet_report.hh"
#include "reports/html_page.hh"
#include "reports/lint_words.hh"
#include "reports/markup.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_rows = 200, most_named = 20;

std::string cell(std::string_view text) { return fmt::format("<td>{}</td>", markup_text(text)); }
std::string cell(std::size_t number) { return fmt::format("<td class=\"number\">{}</td>", number); }
std::string tag(Severity severity) { return fmt::format("<td><span class=\"tag {0}\">{0}</span></td>", severity_word(severity)); }

std::string card(std::string_view kind, std::size_t number, std::string_view what) {
  return fmt::format("<div class=\"card {}\"><b>{}</b>{}</div>\n", kind, number, markup_text(what));
}

// Rows of a table with its heading; at most so many unless all are asked for.
class Rows {
 public:
  Rows(std::string_view title, std::string_view head, const FleetOptions& options) : whole_(options.whole) {
    if (!title.empty()) text_ = fmt::format("<h2>{}</h2>\n", markup_text(title));
    text_ += fmt::format("<table>\n<tr>{}</tr>\n", head);
  }
  void row(const std::string& cells) {
    if (whole_ || rows_ < most_rows) text_ += "<tr>" + cells + "</tr>\n";
    ++rows_;
  }
  // Nothing when there is no row.
  std::string text() const {
    if (rows_ == 0) return {};
    return text_ + "</table>\n" + (whole_ || rows_ <= most_rows ? "" : fmt::format("<p class=\"soft\">and {} more (--all-findings)</p>\n", rows_ - most_rows));
  }

 private:
  std::string text_;
  bool whole_;
  std::size_t rows_ = 0;
};

std::string names(const std::set<std::string>& hosts) {
  std::string out;
  std::size_t n = 0;
  for (const std::string& host : hosts) {
    if (n++ == most_named) return out + fmt::format(", and {} more", hosts.size() - most_named);
    out += (out.empty() ? "" : ", ") + host;
  }
  return out;
}

std::string broken(const FleetReport& report, const FleetOptions& options) {
  Rows table("Hosts that could not be read", "<th>host</th><th>why</th>", options);
  for (const auto& [name, host] : report.hosts)
    if (!host.fault.empty()) table.row(cell(name) + cell(host.fault));
  return table.text();
}

std::string hosts(const FleetReport& report, const FleetOptions& options) {
  Rows table("Hosts, the worst first", "<th class=\"number\">errors</th><th class=\"number\">warnings</th><th class=\"number\">notes</th><th>host</th>", options);
  for (const FleetHostEntry* entry : worst_hosts(report)) {
    std::string cells;
    for (const std::size_t n : entry->second.findings) cells += cell(n);
    table.row(cells + cell(entry->first));
  }
  return table.text();
}

std::string findings(const FleetReport& report, const FleetOptions& options) {
  Rows table("Findings, the most frequent first",
             "<th class=\"number\">hosts</th><th></th><th class=\"number\">times</th><th>severity</th><th>check</th><th>finding, and where for example</th>", options);
  for (const FleetFindingEntry* entry : frequent_findings(report)) {
    const auto& [what, found] = *entry;
    const std::string& rule = std::get<2>(found.example);
    table.row(cell(found.hosts.size()) + fmt::format("<td class=\"bars\"><span class=\"bar\" style=\"width:{}%\"></span></td>", 100 * found.hosts.size() / report.hosts.size()) +
              cell(found.times) + tag(found.severity) + cell(what[0] + " " + what[1]) +
              fmt::format("<td>{}<br><span class=\"soft\">{}</span><br><code>{}</code></td>", markup_text(what[2]), markup_text(example_words(found)), markup_text(rule)));
  }
  return table.text();
}

// How many hosts are how alike, and what is different about each kind of outlier.
std::string golden(const Golden& golden, const FleetOptions& options) {
  constexpr std::string_view words[] = {"have the same rules", "others, that treat every packet alike", "treat packets differently", "could not be compared"};
  std::array<std::size_t, 4> hosts{};
  for (const GoldenVariant& v : golden.variants) hosts[static_cast<std::size_t>(v.likeness)] += v.hosts.size();
  std::string text = fmt::format("<h2>Against {} ({})</h2>\n<div class=\"cards\">\n", markup_text(golden.file), golden.family == Family::v4 ? "IPv4" : "IPv6");
  for (std::size_t i = 0; i < hosts.size(); ++i)
    if (i < 3 || hosts[i] > 0) text += card(i < 2 ? "good" : "error", hosts[i], words[i]);
  if (golden.without > 0) text += card("error", golden.without, "have none of this family");
  text += "</div>\n";
  Rows table("", "<th class=\"number\">hosts</th><th>which</th><th>difference</th>", options);
  for (const GoldenVariant& v : golden.variants)
    if (v.likeness == Likeness::differs || v.likeness == Likeness::not_compared)
      table.row(cell(v.hosts.size()) + cell(names(v.hosts)) + fmt::format("<td><pre>{}</pre></td>", markup_text(v.text)));
  return text + table.text();
}

constexpr std::string_view style = R"css(table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
th { border-top: 0; color: var(--soft); font-weight: normal; overflow-wrap: normal; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
td.bars { width: 9rem; } pre { white-space: pre-wrap; margin: 0; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
)css";

}  // namespace

std::string fleet_html(const FleetReport& report, const FleetOptions& options) {
  const FleetCounts all = count(report);
  std::string text = fmt::format(
      R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>fwsim merge: {}</title>
<style>
{}{}</style>
</head>
<body>
<header><h1>fwsim merge</h1></header>
<main>
<h2>All hosts</h2>
<div class="cards">
)html",
      plural(report.hosts.size(), "host"), html_style, style);
  text += card("", report.hosts.size(), "hosts") + card("", all.rulesets, "rulesets") + card("", all.rules, "rules");
  text += card("error", all.findings[0], "errors") + card("warning", all.findings[1], "warnings") + card("note", all.findings[2], "notes");
  if (all.broken > 0) text += card("error", all.broken, "could not be read");
  if (all.checked > 0) text += card("warning", all.checked, "rulesets not linted");
  text += "</div>\n" + broken(report, options) + hosts(report, options) + findings(report, options);
  for (const Golden& g : report.golden) text += golden(g, options);
  return text + "</main>\n</body>\n</html>\n";
}

}  // namespace fwsim

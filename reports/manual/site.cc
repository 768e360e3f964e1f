// The manual as one HTML page: a list of the pages at the side, a field that finds words.
#include <fmt/format.h>

#include "reports/manual/page.hh"
#include "reports/markup.hh"

namespace fwsim {
namespace {

constexpr std::string_view style = R"css(
:root { --paper: #fff; --card: #f6f7f9; --ink: #1b1f24; --soft: #5b6570; --line: #d8dde3; --link: #0b57b0; color-scheme: light; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171b; --card: #1d2228; --ink: #e4e7eb; --soft: #9aa5b1; --line: #343b44; --link: #83b8f5; color-scheme: dark; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, sans-serif; display: grid; grid-template-columns: 15rem minmax(0, 1fr); }
aside { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; background: var(--card); border-right: 1px solid var(--line); }
aside a { display: block; padding: .1rem 0; }
aside b { display: block; margin: .8rem 0 .2rem; color: var(--soft); font-size: .85em; }
main { max-width: 60rem; padding: 1rem 2rem 6rem; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
article { border-bottom: 1px solid var(--line); padding-bottom: 2rem; }
h1 { font-size: 1.2rem; margin: 0 0 .4rem; }
h2 { font-size: 1.5rem; margin: 2rem 0 0; }
h3 { font-size: .95rem; letter-spacing: .04em; color: var(--soft); margin: 1.6rem 0 .4rem; }
p { margin: .4rem 0; max-width: 46rem; }
.title { color: var(--soft); margin: 0 0 .8rem; }
pre, code, dt { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .8rem; overflow-x: auto; }
dl { margin: 0; }
dt { font-weight: 600; margin-top: .7rem; overflow-wrap: anywhere; }
dd { margin: 0 0 0 1.5rem; }
@media (max-width: 50rem) { body { display: block; } aside { position: static; height: auto; } aside a { display: inline-block; margin-right: .9rem; } main { padding: 1rem; } }
)css";

std::string body(std::string_view text) {
  std::string out;
  for (const ManualBlock& block : manual_blocks(text))
    out += block.literal ? fmt::format("<pre>{}</pre>\n", markup_text(block.text)) : fmt::format("<p>{}</p>\n", markup_text(block.text));
  return out;
}

std::string article(const ManualPage& page) {
  std::string out = fmt::format("<article id=\"{0}\">\n<h2>{0}</h2>\n<p class=\"title\">{1}</p>\n", markup_text(page.name), markup_text(page.title));
  if (!page.synopsis.empty()) out += fmt::format("<pre>{}</pre>\n", markup_text(page.synopsis));
  for (const ManualSection& section : page.sections) {
    out += fmt::format("<h3>{}</h3>\n{}", markup_text(section.heading), body(section.text));
    if (section.entries.empty()) continue;
    out += "<dl>\n";
    for (const ManualEntry& entry : section.entries) out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", markup_text(entry.term), body(entry.text));
    out += "</dl>\n";
  }
  return out + "</article>\n";
}

}  // namespace

std::string manual_site(const std::vector<ManualPage>& pages, std::string_view version) {
  std::string list, articles;
  unsigned number = 0;
  for (const ManualPage& page : pages) {
    if (page.number != number) list += fmt::format("<b>{}</b>\n", page.number == 1 ? "Commands" : "Reference");
    number = page.number;
    list += fmt::format("<a href=\"#{0}\">{0}</a>\n", markup_text(page.name));
    articles += article(page);
  }
  return fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<title>fwsim {0}: manual</title>\n<style>{1}</style>\n</head>\n<body>\n<aside>\n<h1>fwsim {0}</h1>\n{2}</aside>\n<main>\n{3}</main>\n</body>\n</html>\n",
                     markup_text(version), style, list, articles);
}

}  // namespace fwsim

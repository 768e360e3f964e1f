#include <fmt/format.h>

#include <set>

#include "model/value.hh"
#include "reports/lint_words.hh"
#include "reports/mend_report.hh"

namespace fwsim {
namespace {

void add(std::string& out, const std::string& file, const Mending& m, std::string_view word, int colour) {
  const Finding& f = m.finding;
  const std::string painted = colour ? fmt::format("\033[1;{}m{}\033[0m", colour, word) : std::string(word);
  out += fmt::format("{}:{}: {}: {} [{} {}]\n", file, f.place.line, painted, sentence(f), f.id, f.check);
  if (!m.source.empty()) out += fmt::format("    {}\n", m.source);
}

}  // namespace

std::string mended_text(const std::string& file, const Mended& mended, bool only_said, bool colour) {
  std::string out;
  for (const Mending& m : mended.done) {
    add(out, file, m, only_said ? "would be fixed" : "fixed", colour ? 32 : 0);
    out += fmt::format("    fix: {}\n", m.finding.fix->title);
  }
  for (const Mending& m : mended.left) {
    add(out, file, m, "not fixed", colour ? 33 : 0);
    out += fmt::format("    because without it {}\n", m.why);
  }
  std::set<std::string> checks;
  for (const Finding& f : mended.offered) checks.insert(f.id);
  if (mended.done.empty())
    out += fmt::format("{}: nothing fixed\n", file);
  else
    out += fmt::format("{}: {}{} fixed; it is proved that no packet is treated or logged differently\n", file, mended.done.size(), only_said ? " would be" : "");
  if (!mended.left.empty()) out += fmt::format("{}: {} not fixed, since that is not proved\n", file, mended.left.size());
  if (!mended.offered.empty())
    out += fmt::format("{}: {} more could go without any packet being treated differently, but something else may be meant by them: --fix={}\n", file, mended.offered.size(), fmt::join(checks, ","));
  return out;
}

std::string patch_text(const std::string& file, std::string_view text, const Edits& edits) {
  if (edits.empty()) return {};
  constexpr std::size_t context = 3;
  std::vector<std::string_view> lines = split(text, '\n');
  const bool whole = lines.back().empty();   // the last line ends
  if (whole) lines.pop_back();
  std::string out = fmt::format("--- {0}\n+++ {0}\n", file);
  std::ptrdiff_t shift = 0;
  for (auto edit = edits.begin(); edit != edits.end();) {
    // Edits whose context meets are one hunk.
    auto end = edit;
    std::size_t last = edit->first;
    for (; end != edits.end() && end->first <= last + 2 * context + 1; ++end) last = end->first;
    const std::size_t from = edit->first > context ? edit->first - context : 1, to = std::min(last + context, lines.size());
    std::string body;
    std::size_t after = 0;
    const auto add = [&](char sign, std::string_view line, bool ends) {
      body += fmt::format("{}{}\n{}", sign, line, ends ? "" : "\\ No newline at end of file\n");
      after += sign != '-';
    };
    for (std::size_t line = from; line <= to; ++line) {
      const bool here = edit != end && edit->first == line;
      add(here ? '-' : ' ', lines[line - 1], whole || line != lines.size());
      if (!here) continue;
      for (std::string_view rest = edit->second; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) add('+', rest.substr(0, rest.find('\n')), true);
      ++edit;
    }
    const std::size_t before = to - from + 1;
    const auto start = static_cast<std::ptrdiff_t>(from) + shift - (after == 0 ? 1 : 0);
    out += fmt::format("@@ -{},{} +{},{} @@\n{}", from, before, start, after, body);
    shift += static_cast<std::ptrdiff_t>(after) - static_cast<std::ptrdiff_t>(before);
  }
  return out;
}

}  // namespace fwsim

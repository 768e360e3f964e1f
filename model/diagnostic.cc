#include "model/diagnostic.hh"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace fwsim {
namespace {

std::string_view severity_text(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return {};
}

std::string_view severity_colour(Severity severity) {
  switch (severity) {
    case Severity::error: return "\x1b[1;31m";
    case Severity::warning: return "\x1b[1;35m";
    case Severity::note: return "\x1b[1;36m";
  }
  return {};
}

constexpr std::size_t longest_excerpt = 160;

// The source line with a caret line below; long lines are shown around the fault.
std::string excerpt(const Diagnostic& d) {
  std::string line = d.source;
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  std::size_t at = d.column > 0 ? d.column - 1 : 0;
  if (line.size() > longest_excerpt) {
    const std::size_t from = at > longest_excerpt / 2 ? at - longest_excerpt / 2 : 0;
    line = (from > 0 ? "..." : "") + line.substr(from, longest_excerpt) + "...";
    at = at - from + (from > 0 ? 3 : 0);
  }
  std::string text = fmt::format("{:>6} | {}\n", d.line, line);
  if (d.column > 0 && at <= line.size()) {
    const std::size_t width = std::max<std::size_t>(1, std::min<std::size_t>(d.width, line.size() - std::min(at, line.size())));
    text += fmt::format("       | {}^{}\n", std::string(at, ' '), std::string(width - 1, '~'));
  }
  return text;
}

}  // namespace

std::string to_text(const Diagnostic& d, bool colour) {
  std::string text = d.file;
  if (d.line > 0) text += fmt::format(":{}", d.line);
  if (d.line > 0 && d.column > 0) text += fmt::format(":{}", d.column);
  if (!text.empty()) text += ": ";
  if (colour)
    text += fmt::format("{}{}:\x1b[0m \x1b[1m{}\x1b[0m", severity_colour(d.severity), severity_text(d.severity), d.text);
  else
    text += fmt::format("{}: {}", severity_text(d.severity), d.text);
  if (!d.id.empty()) text += fmt::format(" [{}]", d.id);
  text += '\n';
  if (!d.source.empty() && d.line > 0) text += excerpt(d);
  if (!d.hint.empty()) text += fmt::format("       = {}\n", d.hint);
  return text;
}

namespace {

// Edits (insert, delete, replace, swap of neighbours) from a to b.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  std::iota(d[0].begin(), d[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (std::string_view candidate : candidates) {
    if (word.size() > 64 || candidate.size() > 64) continue;
    const std::size_t n = distance(word, candidate);
    if (n < least) {
      least = n;
      best = candidate;
    }
  }
  return best;
}

}  // namespace fwsim

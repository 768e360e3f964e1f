#include <fmt/format.h>

#include <algorithm>

#include "reports/nft/parts.hh"

namespace fwsim::nft {
namespace {

constexpr std::size_t width = 110, indent = 8;

}  // namespace

std::string braces(const std::vector<std::string>& items, std::size_t column) {
  std::size_t size = column + 4;
  for (const std::string& item : items) size += item.size() + 2;
  if (size <= width) return fmt::format("{{ {} }}", fmt::join(items, ", "));
  std::string out = "{\n", line(2 * indent, ' ');
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = items[i] + (i + 1 < items.size() ? ", " : "");
    if (line.size() + item.size() > width && line.size() > 2 * indent) {
      line.pop_back();
      out += line + "\n";
      line.assign(2 * indent, ' ');
    }
    line += item;
  }
  return out + line + "\n" + std::string(indent, ' ') + "}";
}

std::string piece_text(const Piece& piece) {
  if (piece.key.empty()) return piece.text;
  std::vector<std::string> items;
  for (const Element& e : piece.elements) items.push_back(e.text);
  const std::string_view relation = piece.negated ? "!= " : "";
  if (items.size() == 1 && items.front().find(" . ") == items.front().npos)
    return fmt::format("{} {}{}", piece.key, relation, items.front());
  if (piece.bits && !piece.negated) return fmt::format("{} {}", piece.key, fmt::join(items, ","));
  return fmt::format("{} {}{}", piece.key, relation, braces(items, indent + piece.key.size()));
}

std::string line_text(const Line& line, Scope scope) {
  std::vector<std::string> words;
  if (scope == Scope::inet && line.family &&
      std::none_of(line.pieces.begin(), line.pieces.end(), [](const Piece& p) { return p.of_family; }))
    words.push_back(*line.family == Family::v4 ? "meta nfproto ipv4" : "meta nfproto ipv6");
  for (const Piece& piece : line.pieces) words.push_back(piece_text(piece));
  if (line.counters)
    words.push_back(fmt::format("counter packets {} bytes {}", line.counters->packets, line.counters->bytes));
  if (!line.action.empty()) words.push_back(line.action);
  if (!line.verdict.empty()) words.push_back(line.verdict);
  if (words.empty() || (words.size() == 1 && words.front().starts_with("meta nfproto")) ||
      (line.action.empty() && line.verdict.empty() && !line.counters &&
       std::none_of(line.pieces.begin(), line.pieces.end(), [](const Piece& p) { return p.memory; })))
    words.push_back("counter");  // a rule without a target is there to count
  if (!line.comment.empty()) words.push_back(fmt::format("comment \"{}\"", line.comment));
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace fwsim::nft

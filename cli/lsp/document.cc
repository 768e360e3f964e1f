#include "cli/lsp/document.hh"

#include <algorithm>
#include <utility>

#include "parser/parse.hh"

namespace fwsim {
namespace {

// Clients take long for many edits: more than so many become one.
constexpr std::size_t most_edits = 2000;

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }

}  // namespace

LspDocument::LspDocument(std::string uri, std::string file, std::int64_t version, std::string text, PositionUnits units)
    : uri_(std::move(uri)), file_(std::move(file)), version_(version), text_(std::move(text)), units_(units) {
  find_lines();
}

Family LspDocument::family() const { return guess_family(text_, file_); }

void LspDocument::find_lines() {
  starts_.assign(1, 0);
  for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) starts_.push_back(at + 1);
}

void LspDocument::change(std::int64_t version, const Json& changes) {
  version_ = version;
  for (const Json& change : changes) {
    const auto& text = change.at("text").get_ref<const std::string&>();
    if (change.contains("range")) {
      replace(span(change.at("range")), text);
    } else {
      text_ = text;
      find_lines();
    }
  }
}

// Lines behind the place only move.
void LspDocument::replace(const TextSpan& where, std::string_view text) {
  text_.replace(where.from, where.end - where.from, text);
  const auto first = std::upper_bound(starts_.begin(), starts_.end(), where.from);
  auto rest = starts_.erase(first, std::upper_bound(first, starts_.end(), where.end));
  std::vector<std::size_t> made;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) made.push_back(where.from + at + 1);
  rest = starts_.insert(rest, made.begin(), made.end()) + static_cast<std::ptrdiff_t>(made.size());
  for (; rest != starts_.end(); ++rest) *rest = *rest - where.end + where.from + text.size();
}

std::string_view LspDocument::line(std::size_t number) const {
  if (number >= starts_.size()) return {};
  std::string_view out = std::string_view(text_).substr(starts_[number], start(number + 1) - starts_[number]);
  if (!out.empty() && out.back() == '\n') out.remove_suffix(1);
  if (!out.empty() && out.back() == '\r') out.remove_suffix(1);
  return out;
}

std::optional<TableId> LspDocument::table_at(std::size_t number) const {
  for (std::size_t i = std::min(number + 1, starts_.size()); i-- > 0;) {
    const std::string_view text = line(i);
    if (text.substr(0, 1) == "*") return find_table(text.substr(1, text.find_first_of(" \t") - 1));
    if (i != number && text.substr(0, 6) == "COMMIT") return std::nullopt;
  }
  return std::nullopt;
}

std::size_t LspDocument::offset(const LspPosition& position) const {
  if (position.line >= starts_.size()) return text_.size();
  return starts_[position.line] + byte_of(line(position.line), position.character, units_);
}

std::size_t LspDocument::line_of(std::size_t offset) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return static_cast<std::size_t>(after - starts_.begin()) - 1;
}

LspPosition LspDocument::position(std::size_t offset) const {
  const std::size_t number = line_of(std::min(offset, text_.size()));
  return {number, character_of(line(number), offset - starts_[number], units_)};
}

Json LspDocument::range(const TextSpan& span) const {
  const auto place = [&](std::size_t offset) {
    const LspPosition at = position(offset);
    return Json{{"line", at.line}, {"character", at.character}};
  };
  return {{"start", place(span.from)}, {"end", place(span.end)}};
}

Json LspDocument::line_range(std::size_t number) const {
  const std::string_view text = line(number);
  const std::size_t first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string_view::npos ? range(number, 0, 0) : range(number, first, last + 1);
}

TextSpan LspDocument::span(const Json& range) const {
  const std::size_t from = offset(read_position(range.at("start"))), end = offset(read_position(range.at("end")));
  return {std::min(from, end), std::max(from, end)};
}

LspPosition read_position(const Json& position) {
  const auto number = [&](const char* name) { return static_cast<std::size_t>(std::max<std::int64_t>(0, position.at(name).get<std::int64_t>())); };
  return {number("line"), number("character")};
}

Json text_edits(const LspDocument& document, const Edits& edits) {
  Json out = Json::array();
  if (edits.size() > most_edits) {
    const std::size_t first = document.start(edits.begin()->first - 1), end = document.start(edits.rbegin()->first);
    std::string text = edited(document.text(), edits).text;
    text = text.substr(first, text.size() - first - (document.text().size() - end));
    out.push_back({{"range", document.range({first, end})}, {"newText", std::move(text)}});
    return out;
  }
  for (auto edit = edits.begin(); edit != edits.end();) {
    // Lines that follow each other are one edit.
    const std::size_t first = edit->first - 1;
    std::size_t last = first;
    std::string text;
    for (; edit != edits.end() && edit->first - 1 == last; ++edit, ++last) text += edit->second;
    TextSpan span{document.start(first), document.start(last)};
    std::string_view now = text, was = std::string_view(document.text()).substr(span.from, span.end - span.from);
    if (!now.empty() && (was.empty() || was.back() != '\n')) now.remove_suffix(1);   // the last line has no end
    const auto same = std::mismatch(was.begin(), was.end(), now.begin(), now.end());
    std::size_t before = static_cast<std::size_t>(same.first - was.begin());
    const auto within = [](std::string_view side, std::size_t at) { return at < side.size() && continues(side[at]); };
    while (before > 0 && (within(was, before) || within(now, before))) --before;
    was.remove_prefix(before);
    now.remove_prefix(before);
    std::size_t behind = 0;
    while (behind < was.size() && behind < now.size() && was[was.size() - 1 - behind] == now[now.size() - 1 - behind]) ++behind;
    while (behind > 0 && continues(was[was.size() - behind])) --behind;
    if (was.empty() && now.empty()) continue;
    span = {span.from + before, span.end - behind};
    out.push_back({{"range", document.range(span)}, {"newText", std::string(now.substr(0, now.size() - behind))}});
  }
  return out;
}

}  // namespace fwsim

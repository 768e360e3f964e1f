#include "parser/toml_reader.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/value.hh"

namespace fwsim {
namespace {

PlacedText placed(const toml::value<std::string>& text) {
  const auto& at = text.source().begin;
  return {text.get(), static_cast<unsigned>(at.line), static_cast<unsigned>(at.column) + 1};   // behind the quote
}

}  // namespace

TomlReader::TomlReader(std::string_view text, const std::string& file, std::string id) : text_(text), file_(file), id_(std::move(id)) {
  for (std::string_view line : split(text, '\n')) lines_.emplace_back(line);
}

std::optional<toml::table> TomlReader::root() {
  toml::parse_result parsed = toml::parse(text_, file_);
  if (parsed) return std::move(parsed).table();
  report(parsed.error().source(), std::string(parsed.error().description()));
  return std::nullopt;
}

void TomlReader::report(const toml::source_region& where, std::string text, std::string hint, std::size_t width) {
  const std::size_t line = where.begin.line;
  diagnostics.push_back({.severity = Severity::error, .file = file_, .line = static_cast<unsigned>(line),
                         .column = static_cast<unsigned>(where.begin.column), .width = static_cast<unsigned>(std::max<std::size_t>(1, width)),
                         .id = id_, .text = std::move(text), .hint = std::move(hint),
                         .source = line > 0 && line <= lines_.size() ? lines_[line - 1] : ""});
}

void TomlReader::report(const PlacedText& where, std::string text, std::string hint) {
  toml::source_region at;
  at.begin.line = where.line;
  at.begin.column = where.column;
  report(at, std::move(text), std::move(hint), where.text.size());
}

std::string TomlReader::meant(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string near = did_you_mean(word, known);
  return near.empty() ? "" : fmt::format("did you mean '{}'?", near);
}

void TomlReader::check_keys(const toml::table& table, const std::vector<std::string_view>& known, std::string_view where) {
  for (const auto& [key, node] : table)
    if (std::find(known.begin(), known.end(), key.str()) == known.end())
      report(key.source(), fmt::format("unknown key '{}'{}", key.str(), where), meant(key.str(), known), key.str().size());
}

void TomlReader::text(const toml::table& table, std::string_view key, PlacedText& out) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return;
  if (const auto* value = node->as_string())
    out = placed(*value);
  else
    report(node->source(), fmt::format("'{}' must be a text", key));
}

void TomlReader::texts(const toml::table& table, std::string_view key, std::vector<PlacedText>& out) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return;
  if (const auto* value = node->as_string()) return out.push_back(placed(*value));
  const toml::array* list = node->as_array();
  if (list == nullptr) return report(node->source(), fmt::format("'{}' must be a list of texts", key));
  for (const toml::node& element : *list) {
    if (const auto* value = element.as_string())
      out.push_back(placed(*value));
    else
      report(element.source(), fmt::format("'{}' holds something that is not a text", key));
  }
}

}  // namespace fwsim

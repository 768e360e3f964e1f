#include "parser/nft_json.hh"

#include <fmt/format.h>

#include <algorithm>

#include "model/json.hh"
#include "parser/nft/listing.hh"
#include "parser/nft/tables.hh"

namespace fwsim {
namespace {

using nft_json::json;

constexpr int most_nested = 100;   // a listing has about a dozen

Diagnostic fault(const std::string& file, std::string text, std::string hint = {}) {
  return {.severity = Severity::error, .file = file, .id = "nft-json", .text = std::move(text), .hint = std::move(hint), .source = {}};
}

// Line and column of a byte, for broken JSON.
void set_place(Diagnostic& d, std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const std::size_t start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  d.line = static_cast<unsigned>(std::count(before.begin(), before.end(), '\n')) + 1;
  d.column = static_cast<unsigned>(before.size() - start) + 1;
  const std::string_view line = text.substr(start, text.find('\n', start) - start);
  if (line.size() <= 200) d.source = std::string(line);
}

std::optional<json> read(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
  bool deep = false;
  try {
    json document = json::parse(text, [&](int depth, json::parse_event_t, json&) { return !(deep = deep || depth > most_nested); });
    if (!deep) return document;
    diagnostics.push_back(fault(file, fmt::format("the JSON is nested more than {} deep: this is no listing of nft", most_nested)));
  } catch (const json::parse_error& error) {
    std::string words = error.what();
    if (const std::size_t colon = words.rfind("; "); colon != words.npos) words.resize(colon);
    if (const std::size_t bracket = words.find("] "); bracket != words.npos) words.erase(0, bracket + 2);
    Diagnostic d = fault(file, words, "it should be what `nft -j list ruleset` prints");
    set_place(d, text, error.byte);
    diagnostics.push_back(std::move(d));
  } catch (const json::exception& error) {
    diagnostics.push_back(fault(file, error.what()));
  }
  return std::nullopt;
}

}  // namespace

bool is_nft_json(std::string_view text) {
  const std::size_t brace = text.find_first_not_of(" \t\r\n");
  if (brace == text.npos || text[brace] != '{') return false;
  const std::size_t word = text.find_first_not_of(" \t\r\n", brace + 1);
  return word != text.npos && text.substr(word).starts_with("\"nftables\"");
}

std::vector<Family> nft_families(std::string_view text) {
  std::vector<Family> out;
  Diagnostics none;
  const auto document = read(text, {}, none);
  try {
    if (!document) return out;
    const nft_json::Listing listing = nft_json::listing_of(*document);
    for (Family family : {Family::v4, Family::v6})
      if (std::any_of(listing.tables.begin(), listing.tables.end(), [&](const auto& t) { return t.is_of(family); })) out.push_back(family);
  } catch (const nft_json::NotUnderstood&) {
    out.clear();
  } catch (const json::exception&) {
    out.clear();
  }
  return out;
}

Parsed parse_nft_json(std::string_view text, const ParseOptions& options) {
  Parsed out;
  out.ruleset.file = options.file;
  out.ruleset.family = options.family.value_or(Family::v4);
  const auto document = read(text, options.file, out.diagnostics);
  if (!document) return out;
  try {
    const nft_json::Listing listing = nft_json::listing_of(*document);
    const auto is_of = [&](Family f) { return std::any_of(listing.tables.begin(), listing.tables.end(), [&](const auto& t) { return t.is_of(f); }); };
    if (!options.family && !is_of(Family::v4) && is_of(Family::v6)) out.ruleset.family = Family::v6;
    const auto report = [&](const std::string& place, const std::string& what) {
      const std::string words = fmt::format("{}: '{}' is not understood", place, what);
      if (std::any_of(out.diagnostics.begin(), out.diagnostics.end(), [&](const Diagnostic& d) { return d.text == words; })) return;
      out.diagnostics.push_back({.severity = Severity::warning, .file = options.file, .id = "nft-unknown", .text = words,
                                 .hint = "what depends on it is told to be unknown", .source = {}});
    };
    out.ruleset.tables = nft_json::tables_of(listing, out.ruleset.family, report);
  } catch (const nft_json::NotUnderstood& what) {
    out.diagnostics.push_back(fault(options.file, what.what(), "it should be what `nft -j list ruleset` prints"));
  } catch (const json::exception& error) {
    std::string words = error.what();
    if (const std::size_t bracket = words.find("] "); bracket != words.npos) words.erase(0, bracket + 2);
    out.diagnostics.push_back(fault(options.file, words, "it should be what `nft -j list ruleset` prints"));
  }
  return out;
}

}  // namespace fwsim

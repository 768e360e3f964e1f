// What readers of TOML files share: faults with line, column and caret, unknown keys, texts and lists of texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostic.hh"
#include "model/policy.hh"
#include "parser/toml.hh"

namespace fwsim {

class TomlReader {
 public:
  // `id` is that of its diagnostics. Both texts must outlive it.
  TomlReader(std::string_view text, const std::string& file, std::string id);

  // The whole file; nothing, with a diagnostic, when it is not TOML.
  std::optional<toml::table> root();

  void report(const toml::source_region& where, std::string text, std::string hint = {}, std::size_t width = 1);
  // A fault of a text: all of it underlined.
  void report(const PlacedText& where, std::string text, std::string hint = {});
  void check_keys(const toml::table& table, const std::vector<std::string_view>& known, std::string_view where);
  // "did you mean 'x'?", or nothing.
  static std::string meant(std::string_view word, const std::vector<std::string_view>& known);

  // What is not there leaves `out` as it is.
  void text(const toml::table& table, std::string_view key, PlacedText& out);
  // A text, or a list of texts.
  void texts(const toml::table& table, std::string_view key, std::vector<PlacedText>& out);

  const std::vector<std::string>& lines() const { return lines_; }
  Diagnostics diagnostics;

 private:
  std::string_view text_;
  const std::string& file_;
  std::string id_;
  std::vector<std::string> lines_;
};

}  // namespace fwsim

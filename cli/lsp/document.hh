// A file as the client has it open: its text, which may not be saved, and where its lines begin.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/lsp/positions.hh"
#include "cli/lsp/rpc.hh"
#include "lint/fix.hh"
#include "model/hooks.hh"
#include "model/types.hh"

namespace fwsim {

// Bytes of the text, `end` not included.
struct TextSpan {
  std::size_t from = 0, end = 0;
  bool operator==(const TextSpan&) const = default;
};

class LspDocument {
 public:
  LspDocument(std::string uri, std::string file, std::int64_t version, std::string text, PositionUnits units);

  const std::string& uri() const { return uri_; }
  const std::string& file() const { return file_; }     // as reports name it
  std::int64_t version() const { return version_; }
  const std::string& text() const { return text_; }
  Family family() const;

  // contentChanges of didChange, in order. Throws Json::exception when they are none; then nothing is certain.
  void change(std::int64_t version, const Json& changes);

  // Lines count from 0 and end in \n; a \r before it belongs to the end.
  std::size_t lines() const { return starts_.size(); }
  std::string_view line(std::size_t number) const;      // without its end; empty behind the last
  std::size_t start(std::size_t line) const { return line < starts_.size() ? starts_[line] : text_.size(); }
  // The table that the line stands in.
  std::optional<TableId> table_at(std::size_t line) const;

  // Outside the text it is the nearest place in it.
  std::size_t offset(const LspPosition& position) const;
  LspPosition position(std::size_t offset) const;
  std::size_t line_of(std::size_t offset) const;
  Json range(const TextSpan& span) const;
  // The same within one line, by bytes of it.
  Json range(std::size_t line, std::size_t from, std::size_t end) const { return range({start(line) + from, start(line) + end}); }
  // The line without blanks around it.
  Json line_range(std::size_t line) const;
  TextSpan span(const Json& range) const;               // throws Json::exception

 private:
  void find_lines();
  void replace(const TextSpan& where, std::string_view text);

  std::string uri_, file_;
  std::int64_t version_;
  std::string text_;
  PositionUnits units_;
  std::vector<std::size_t> starts_;   // of lines; the last one may be empty
};

// A Position as JSON has it; throws Json::exception.
LspPosition read_position(const Json& position);
// TextEdits (LSP 3.17) that make these edits of lines, each as short as it can be.
Json text_edits(const LspDocument& document, const Edits& edits);

}  // namespace fwsim

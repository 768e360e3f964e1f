// Text for people to read in an editor: Markdown, or plain where the client has no Markdown (LSP 3.17, "MarkupContent").
#pragma once

#include <string>
#include <string_view>

#include "cli/lsp/rpc.hh"

namespace fwsim {

class Markup {
 public:
  explicit Markup(bool markdown) : markdown_(markdown) {}

  // What rulesets say is text and nothing else: no sign of it means something to Markdown.
  void heading(std::string_view text);
  void paragraph(std::string_view text);
  void code(std::string_view text);     // a line
  void item(std::string_view text);
  void rule();                          // a line across
  bool empty() const { return text_.empty(); }
  Json json() const;

 private:
  void begin(bool in_list = false);
  std::string plain(std::string_view text) const;

  bool markdown_;
  bool list_ = false;
  std::string text_;
};

}  // namespace fwsim

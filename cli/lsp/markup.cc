#include "cli/lsp/markup.hh"

namespace fwsim {

void Markup::heading(std::string_view text) {
  begin();
  text_ += markdown_ ? "**" + plain(text) + "**" : std::string(text);
}

void Markup::paragraph(std::string_view text) {
  begin();
  text_ += plain(text);
}

// In a fence there is nothing to escape, but a longer fence.
void Markup::code(std::string_view text) {
  begin();
  std::string fence = "```";
  while (text.find(fence) != std::string_view::npos) fence += '`';
  text_ += markdown_ ? fence + "\n" + std::string(text) + "\n" + fence : std::string(text);
}

void Markup::item(std::string_view text) {
  begin(true);
  text_ += "- " + plain(text);
}

void Markup::rule() {
  if (text_.empty()) return;
  begin();
  text_ += "---";
}

Json Markup::json() const { return {{"kind", markdown_ ? "markdown" : "plaintext"}, {"value", text_}}; }

void Markup::begin(bool in_list) {
  if (!text_.empty()) text_ += list_ && in_list ? "\n" : "\n\n";
  list_ = in_list;
}

std::string Markup::plain(std::string_view text) const {
  if (!markdown_) return std::string(text);
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_{}[]<>#|~").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace fwsim

#include "parser/ipset_words.hh"

namespace fwsim {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// The word from `at` on, up to a space outside quotes; `at` is left behind it.
Word quoted_word(std::string_view text, std::size_t& at, IpsetLine& line) {
  const std::size_t start = at;
  std::string& word = line.storage.emplace_back();
  bool quoted = false;
  unsigned quote_column = 0;
  for (; at < text.size() && (quoted || !is_space(text[at])); ++at) {
    if (text[at] != '"') {
      word += text[at];
      continue;
    }
    quoted = !quoted;
    quote_column = static_cast<unsigned>(at + 1);
  }
  if (quoted) line.open_quote = quote_column;
  return {.text = word,
          .column = static_cast<unsigned>(start + 1),
          .end = static_cast<unsigned>(at + 1),
          .quoted = true};
}

}  // namespace

void split_ipset_line(std::string_view text, IpsetLine& out) {
  out.words.clear();
  out.storage.clear();
  out.open_quote = 0;
  const bool plain = text.find('"') == std::string_view::npos;
  for (std::size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    if (!plain) {
      const Word word = quoted_word(text, at, out);
      if (!word.text.empty()) out.words.push_back(word);
      continue;
    }
    const std::size_t start = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    out.words.push_back({.text = text.substr(start, at - start),
                         .column = static_cast<unsigned>(start + 1),
                         .end = static_cast<unsigned>(at + 1)});
  }
}

}  // namespace fwsim

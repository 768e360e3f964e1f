// Prose in a terminal.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace fwsim {

// At most 80 columns: broken at blanks, where there is room; the lines that follow are indented by `indent`.
inline std::string wrapped(std::string_view first, std::string_view text, std::size_t indent) {
  std::string out, line(first);
  bool empty = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!empty && line.size() + 1 + word.size() > 80) {
      out += line + "\n";
      line.assign(indent, ' ');
      empty = true;
    }
    if (!empty) line += ' ';
    line += word;
    empty = false;
  }
  return out + line + "\n";
}

}  // namespace fwsim

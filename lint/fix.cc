#include "lint/fix.hh"

#include <algorithm>

namespace fwsim {

Edited edited(std::string_view text, const Edits& edits) {
  Edited out;
  for (unsigned line = 1; !text.empty(); ++line) {
    std::string_view here = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    text.remove_prefix(here.size());
    if (const auto edit = edits.find(line); edit != edits.end()) here = edit->second;
    out.text += here;
    const auto lines = static_cast<std::size_t>(std::count(here.begin(), here.end(), '\n')) + (!here.empty() && here.back() != '\n');
    out.was.insert(out.was.end(), lines, line);
  }
  return out;
}

}  // namespace fwsim

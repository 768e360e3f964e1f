// man(7): the macros that both groff and mandoc know.
#include <fmt/format.h>

#include "reports/manual/page.hh"

namespace fwsim {
namespace {

// A minus sign, as it is typed, and not a hyphen; nothing that begins a request.
std::string escaped(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    line_start = c == '\n';
    switch (c) {
      case '\\': out += "\\e"; break;
      case '-': out += "\\-"; break;
      case '\'': out += "\\(aq"; break;
      case '`': out += "\\(ga"; break;
      case '^': out += "\\(ha"; break;
      case '~': out += "\\(ti"; break;
      default: out += c;
    }
  }
  return out;
}

// Of a macro.
std::string argument(std::string_view text) {
  std::string out = "\"";
  for (const char c : escaped(text)) out += c == '"' ? std::string("\\(dq") : std::string(1, c);
  return out + '"';
}

// The first paragraph follows what stands before it.
std::string body(std::string_view text, std::string_view between) {
  std::string out;
  for (const ManualBlock& block : manual_blocks(text)) {
    if (!out.empty()) out += fmt::format("{}\n", between);
    out += block.literal ? fmt::format(".nf\n{}\n.fi\n", escaped(block.text)) : escaped(block.text) + '\n';
  }
  return out;
}

}  // namespace

std::string manual_man(const ManualPage& page, std::string_view version) {
  std::string upper;
  for (const char c : page.name) upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  std::string out = fmt::format(".\\\" made by fwsim docs\n.TH {} {} \"\" {} \"fwsim\"\n.SH NAME\n{} \\- {}\n", argument(upper), page.number,
                                argument(fmt::format("fwsim {}", version)), escaped(page.name), escaped(page.title));
  if (!page.synopsis.empty()) out += fmt::format(".SH SYNOPSIS\n.nf\n{}\n.fi\n", escaped(page.synopsis));
  for (const ManualSection& section : page.sections) {
    out += fmt::format(".SH {}\n{}", argument(section.heading), body(section.text, ".PP"));
    for (const ManualEntry& entry : section.entries) {
      out += fmt::format(".TP\n.B {}\n", argument(entry.term));
      out += entry.text.empty() ? "\\&\n" : body(entry.text, ".IP");
    }
  }
  return out;
}

}  // namespace fwsim

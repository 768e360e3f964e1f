#include <fmt/format.h>

#include "model/value.hh"
#include "reports/manual/page.hh"
#include "reports/wrapped.hh"

namespace fwsim {
namespace {

std::string body(std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out;
  for (const ManualBlock& block : manual_blocks(text)) {
    if (!block.literal) {
      out += wrapped(margin, block.text, indent);
      continue;
    }
    for (const std::string_view line : split(block.text, '\n')) out += fmt::format("{}  {}\n", margin, line);
  }
  return out;
}

std::string entry_text(const ManualEntry& entry, std::size_t indent) {
  return fmt::format("{}{}\n{}", std::string(indent, ' '), entry.term, body(entry.text, indent + 4));
}

}  // namespace

std::string manual_text(const ManualPage& page) {
  std::string out = wrapped(page.name + ":", page.title, 2);
  out.insert(page.name.size() + 1, " ");
  if (!page.synopsis.empty()) out += "\n  " + page.synopsis + "\n";
  for (const ManualSection& section : page.sections) {
    out += fmt::format("\n{}\n{}", section.heading, body(section.text, 2));
    for (const ManualEntry& entry : section.entries) out += entry_text(entry, 2);
  }
  return out;
}

std::string manual_text(const ManualEntry& entry) { return entry_text(entry, 0); }

}  // namespace fwsim

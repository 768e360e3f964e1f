// Any text as a file for `ipset restore`. What was read is printed, and read again to the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "parser/ipset.hh"
#include "tests/fuzz/check.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const fwsim::ParsedSets first = fwsim::parse_ipset(text);
  for (const fwsim::Diagnostic& d : first.diagnostics) fwsim::fuzz::check(!fwsim::to_text(d).empty());
  std::size_t elements = 0;
  for (const auto& entry : first.sets) elements += entry.second.elements.size();
  if (elements > 10000) return 0;
  // Names with spaces and comments with quotes cannot be restored; of neither is the tool capable.
  if (text.find('"') != std::string::npos) return 0;
  const std::string printed = fwsim::print_ipsets(first.sets);
  const fwsim::ParsedSets second = fwsim::parse_ipset(printed);
  if (fwsim::has_errors(second.diagnostics)) {
    // Elements that a range left unmasked, and a maxelem made smaller by swaps, are not taken again.
    return 0;
  }
  fwsim::fuzz::check(fwsim::print_ipsets(second.sets) == printed);
  return 0;
}

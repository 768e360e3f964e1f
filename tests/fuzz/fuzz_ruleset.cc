// Any bytes as a ruleset of either family: read, checked and printed; every fault has a place in the
// text and something to say.
#include <cstddef>
#include <cstdint>
#include <string>

#include "parser/parse.hh"
#include "parser/print.hh"
#include "tests/fuzz/check.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  using namespace fwsim;
  const Family family = (data[0] & 1) != 0 ? Family::v6 : Family::v4;
  const std::string text(data + 1, data + size);
  const Parsed parsed = parse_ruleset(text, {.file = "fuzz", .family = family});
  std::size_t lines = 1;
  for (char c : text) lines += c == '\n' ? 1 : 0;
  for (const Diagnostic& d : parsed.diagnostics) {
    fuzz::check(d.line <= lines + 1);
    fuzz::check(!d.text.empty() && !to_text(d).empty());
  }
  fuzz::check(!print_ruleset(parsed.ruleset, {.counters = true}).empty() || parsed.ruleset.tables.empty());
  return 0;
}

#include "reports/manual/page.hh"

#include "model/value.hh"

namespace fwsim {

std::vector<ManualBlock> manual_blocks(std::string_view text) {
  std::vector<ManualBlock> blocks;
  bool joins = false;   // to the last block
  for (std::string_view line : split(text, '\n')) {
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (line.empty()) {
      joins = false;
      continue;
    }
    const bool literal = line.starts_with("  ");
    if (literal) line.remove_prefix(2);
    if (joins && blocks.back().literal == literal)
      blocks.back().text += (literal ? '\n' : ' ') + std::string(line);
    else
      blocks.push_back({literal, std::string(line)});
    joins = true;
  }
  return blocks;
}

}  // namespace fwsim

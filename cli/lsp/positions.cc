#include "cli/lsp/positions.hh"

#include <algorithm>

namespace fwsim {
namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }
// Four bytes of UTF-8 are a surrogate pair.
std::size_t width16(char first) { return static_cast<unsigned char>(first) >= 0xf0 ? 2 : 1; }

}  // namespace

std::size_t byte_of(std::string_view line, std::size_t character, PositionUnits units) {
  std::size_t byte = 0;
  if (units == PositionUnits::utf8) {
    byte = std::min(character, line.size());
    while (byte > 0 && byte < line.size() && continues(line[byte])) --byte;
    return byte;
  }
  for (std::size_t seen = 0; byte < line.size();) {
    const std::size_t width = width16(line[byte]);
    if (seen + width > character) break;
    seen += width;
    for (++byte; byte < line.size() && continues(line[byte]);) ++byte;
  }
  return byte;
}

std::size_t character_of(std::string_view line, std::size_t byte, PositionUnits units) {
  byte = std::min(byte, line.size());
  if (units == PositionUnits::utf8) return byte;
  std::size_t character = 0;
  for (std::size_t i = 0; i < byte; ++i)
    if (!continues(line[i])) character += width16(line[i]);
  return character;
}

}  // namespace fwsim

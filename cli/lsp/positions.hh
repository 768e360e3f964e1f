// Places in a line as clients count them: in units of UTF-16, or in bytes when both sides agreed on that (LSP 3.17,
// "Position", PositionEncodingKind). Here bytes count.
#pragma once

#include <cstddef>
#include <string_view>

namespace fwsim {

enum class PositionUnits : std::uint8_t { utf16, utf8 };

struct LspPosition {
  std::size_t line = 0, character = 0;   // from 0
  bool operator==(const LspPosition&) const = default;
};

// The byte of the line at which the unit `character` begins: behind the line's end it is the end, within a character its first byte.
std::size_t byte_of(std::string_view line, std::size_t character, PositionUnits units);
// And back.
std::size_t character_of(std::string_view line, std::size_t byte, PositionUnits units);

}  // namespace fwsim

// Text in HTML, SVG and XML, between tags and in attributes.
#pragma once

#include <string>
#include <string_view>

namespace fwsim {

// Control characters, which XML has no place for, become question marks.
inline std::string markup_text(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  return out;
}

}  // namespace fwsim

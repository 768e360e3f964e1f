#include "reports/uri.hh"

#include <fmt/format.h>

namespace fwsim {

std::string percent_encoded(std::string_view path) {
  std::string out;
  for (const char c : path)
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-._~/").find(c) != std::string_view::npos)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace fwsim

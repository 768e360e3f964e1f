// Addresses as the kernel prints them in /proc and in its log ("%pI4", "%pI6"): IPv6 in full.
#pragma once

#include <fmt/format.h>

#include <string>

#include "model/types.hh"

namespace fwsim {

inline std::string proc_address_text(Family family, u128 address) {
  if (family == Family::v4) return address_text(family, address);
  std::string text;
  for (int shift = 112; shift >= 0; shift -= 16)
    text += fmt::format("{}{:04x}", shift == 112 ? "" : ":", static_cast<unsigned>(address >> shift) & 0xffff);
  return text;
}

}  // namespace fwsim

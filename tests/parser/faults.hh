// What the tests of hosts share: addresses from text, and faults as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/diagnostic.hh"
#include "model/value.hh"
#include "parser/iproute.hh"

namespace fwsim {

inline u128 ip(std::string_view text) {
  return *read_address(text.find(':') == std::string_view::npos ? Family::v4 : Family::v6, text);
}

// "at+width text" of the fault; empty without one.
inline std::string fault(const std::optional<TextFault>& f) {
  return f ? std::to_string(f->at) + "+" + std::to_string(f->width) + " " + f->text : "";
}

// "line:column text" of each error.
inline std::string faults(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& d : diagnostics)
    if (d.severity == Severity::error)
      out += std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.text + "\n";
  return out;
}

}  // namespace fwsim

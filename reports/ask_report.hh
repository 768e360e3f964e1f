// Answers about sets of packets, as text and as JSON.
#pragma once

#include <string>
#include <string_view>

#include "lint/ask.hh"

namespace fwsim {

std::string_view share_text(Share share);   // "all pass"
std::string text_of(const RangeAnswer& answer);
std::string json_of(const RangeAnswer& answer);

}  // namespace fwsim

// Services that anybody may reach: what the checks of exposure have in common.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lint/check.hh"

namespace fwsim {

struct ExposedService {
  std::uint8_t protocol = 6;
  Range ports;
  std::string_view name;     // "SSH"
};

inline constexpr std::uint8_t over_tcp = 6, over_udp = 17;
inline constexpr Asked new_from_outside[] = {new_in, new_through};

// New connections of the class from at least half of all addresses, by a device that is not lo, apart from those to so
// many ports that no service can be meant (that is another finding).
std::vector<Piece> open_to_all(const Answers& answers, const Class& c);

// One finding for all rules that let anybody reach the same of the services.
void find_exposed(const Facts& facts, Findings& findings, std::span<const ExposedService> services, std::string_view hint);

}  // namespace fwsim

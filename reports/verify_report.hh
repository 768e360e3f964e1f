// Assertions proved and refuted, as text and as JSON.
#pragma once

#include <string>
#include <vector>

#include "lint/verify.hh"

namespace fwsim {

// `verbose`: with the path of each packet.
std::string text_of(const std::vector<Proof>& proofs, const std::string& policy, bool verbose);
std::string json_of(const std::vector<Proof>& proofs, const std::string& policy);

}  // namespace fwsim

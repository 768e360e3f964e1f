// snat, dnat, masquerade and redirect.
#pragma once

#include "parser/nft/deeds.hh"

namespace fwsim::nft_json {

std::variant<Deed, Choice> translation_deed(const std::string& kind, const json& value, const json& statement, const Scope& scope);

}  // namespace fwsim::nft_json

// Statements that set a field: marks, DSCP, TTL, the segment size.
#pragma once

#include "parser/nft/deeds.hh"

namespace fwsim::nft_json {

std::variant<Deed, Choice> mangle_deed(const json& value, const json& statement, const Scope& scope);

}  // namespace fwsim::nft_json

// Tests that are no comparison of a field: what a route says, helpers and counters of connections, headers that are
// there or not, random numbers.
#pragma once

#include "parser/nft/objects.hh"

namespace fwsim::nft_json {

// Nothing when the left side is none of these. Throws NotUnderstood.
std::optional<Tests> special_tests(const std::string& op, const json& left, const json& right, const Scope& scope);

// "meta nfproto": known by the family alone.
bool tells_family(const json& key);

}  // namespace fwsim::nft_json

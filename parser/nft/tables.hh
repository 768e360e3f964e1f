// Tables of the model from the base chains of a listing and the chains that these call.
#pragma once

#include <functional>

#include "model/ruleset.hh"
#include "parser/nft/hooks.hh"

namespace fwsim::nft_json {

using Report = std::function<void(const std::string& place, const std::string& text)>;

std::vector<Table> tables_of(const Listing& listing, Family family, const Report& report);

}  // namespace fwsim::nft_json

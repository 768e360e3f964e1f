// Expressions and statements of `nft -j` in the words of nft(8), for messages and reports. What is long is cut.
#pragma once

#include <string>

#include "model/json.hh"

namespace fwsim::nft_json {

using nlohmann::json;

std::string expression_text(const json& expression);
// A whole statement: "tcp dport { 22, 80 }", "log prefix \"x\"".
std::string statement_text(const json& statement);

}  // namespace fwsim::nft_json

// nlohmann's JSON, compiled once in json.cc instead of in each file that reads or writes some.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

extern template class nlohmann::basic_json<>;
extern template class nlohmann::basic_json<nlohmann::ordered_map>;
extern template class nlohmann::detail::serializer<nlohmann::json>;
extern template class nlohmann::detail::serializer<nlohmann::ordered_json>;

namespace fwsim {
using JsonInput = nlohmann::detail::iterator_input_adapter<std::string::const_iterator>;   // of parse(std::string)
}  // namespace fwsim

extern template class nlohmann::detail::lexer<nlohmann::json, fwsim::JsonInput>;
extern template class nlohmann::detail::parser<nlohmann::json, fwsim::JsonInput>;
extern template class nlohmann::detail::json_sax_dom_parser<nlohmann::json>;
extern template class nlohmann::detail::json_sax_dom_callback_parser<nlohmann::json>;

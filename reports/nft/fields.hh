// The fields of the core language by their names in nft. This one table makes the text of every
// match whose meaning is "field in value".
#pragma once

#include <optional>
#include <string>

#include "reports/nft/parts.hh"
#include "reports/nft/terms.hh"

namespace fwsim::nft {

// `protocol`: of the rule's -p, 0 when it has none: sport is "tcp sport" or "th sport".
struct FieldContext {
  Family family = Family::v4;
  unsigned protocol = 0;
};

// A conjunction as tests. Nothing when a field has no name in nft; then `why` says which.
std::optional<Pieces> pieces_of(const Conjunction& terms, const FieldContext& context, std::string& why);

// "tcp", "th": the name before sport and dport.
std::string_view transport_name(unsigned protocol);
std::string address_key(Family family, bool source);  // "ip saddr"
Element address_element(Family family, Range range);
Element device_element(Range name);
Element number_element(Range range);
std::string mac_text(std::uint64_t mac);
std::string in_quotes(std::string_view text);  // in quotes; what cannot stand in them is the caller's

}  // namespace fwsim::nft

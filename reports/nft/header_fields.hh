// Fields whose tests nft writes in a way of their own: flags, TOS, ICMP types, fragments, extension headers.
#pragma once

#include <optional>
#include <string>

#include "reports/nft/fields.hh"

namespace fwsim::nft {

bool is_header_field(Field field);
// A test on such a field; nothing when nft cannot say it.
std::optional<Pieces> header_pieces(const Literal& l, const FieldContext& c);
// Only presence, or absence, is asked for, of any field.
std::optional<Pieces> presence_pieces(const Literal& l, const FieldContext& c);

}  // namespace fwsim::nft

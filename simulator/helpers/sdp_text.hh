// Reading session descriptions (SDP, RFC 4566) in SIP messages as net/netfilter/nf_conntrack_sip.c does.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "model/types.hh"
#include "simulator/helpers/sip_text.hh"

namespace fwsim {

enum class SdpLine : unsigned char { version, owner, connection, media };

// The first line of this kind behind the first line end from `from` on: its digits, the address in it, or
// "TYPE PORT" of a medium. Where `before_media` is set, only up to the next m= line.
TextMatch find_sdp_line(std::string_view text, std::size_t from, SdpLine line, Family family, bool before_media = false);

struct SdpAddress {
  Span span;
  u128 address = 0;
};
std::optional<SdpAddress> find_sdp_connection(std::string_view text, std::size_t from, Family family);

}  // namespace fwsim

// The CRC-32C (Castagnoli) that SCTP uses as its checksum (RFC 9260, appendix A).
#pragma once

#include <cstdint>

#include "simulator/packet.hh"

namespace fwsim {

// The complemented CRC; SCTP sends it least significant byte first.
std::uint32_t crc32c(Bytes bytes);

}  // namespace fwsim

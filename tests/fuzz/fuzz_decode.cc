// Any bytes as an IP packet. The first byte chooses the circumstances.
#include <cstddef>
#include <cstdint>

#include "simulator/packet.hh"
#include "tests/fuzz/check.hh"

namespace {

void use(fwsim::Packet& packet) {
  const std::size_t before = packet.stated_length();
  const bool taken = fwsim::decode(packet);
  fwsim::fuzz::check(taken == packet.fault.empty());
  fwsim::fuzz::check(taken == packet.fields.has(fwsim::Field::src));
  fwsim::fuzz::check(!fwsim::packet_text(packet).empty());
  fwsim::transport_checksum_ok(packet);
  fwsim::arrival_fault(packet, false);
  if (!taken) return;
  fwsim::fuzz::check(packet.stated_length() <= before);
  fwsim::fuzz::check(packet.fields.number(fwsim::Field::length) == packet.stated_length());
  fwsim::fuzz::check(packet.fields.number(fwsim::Field::l4_len) < packet.stated_length());
  fwsim::fuzz::check(packet.truncated == (packet.missing != 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  fwsim::Packet packet;
  packet.bytes.assign(data + 1, data + size);
  packet.family = data[1] >> 4 == 6 ? fwsim::Family::v6 : fwsim::Family::v4;
  packet.locally_sent = (data[0] & 1) != 0;
  packet.missing = data[0] >> 2;
  if ((data[0] & 2) == 0) fwsim::fix_header_checksum(packet);
  use(packet);
  fwsim::fix_checksums(packet, true);
  use(packet);
  return 0;
}

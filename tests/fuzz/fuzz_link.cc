// Any bytes as a frame; the first one chooses the link type, the second how much the capture cut.
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "simulator/sources/link_layer.hh"
#include "tests/fuzz/check.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr unsigned types[] = {0, 1, 9, 50, 51, 101, 104, 105, 108, 113, 127, 166, 204, 228, 229, 239, 276, 7};
  if (size < 2) return 0;
  fwsim::Frame frame;
  frame.link_type = types[data[0] % std::size(types)];
  frame.big_endian = (data[0] & 0x80) != 0;
  frame.bytes = fwsim::Bytes(data + 2, size - 2);
  frame.original = frame.bytes.size() + data[1];
  fwsim::Packet packet;
  const fwsim::Stripped stripped = fwsim::strip_link_layer(frame, packet);
  fwsim::fuzz::check(!fwsim::to_text(stripped).empty());
  if (stripped.kind == fwsim::Stripped::Kind::packet) {
    fwsim::fuzz::check(packet.bytes.size() <= frame.bytes.size());
    if (fwsim::decode(packet)) fwsim::fuzz::check(!fwsim::packet_text(packet).empty());
  }
  return 0;
}

// Any bytes as a capture file.
#include <cstddef>
#include <cstdint>

#include "simulator/sources/capture_file.hh"
#include "simulator/sources/capture_filter.hh"
#include "simulator/sources/link_layer.hh"
#include "tests/fuzz/check.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fwsim::CaptureFilter filter("tcp port 22 or icmp6 or vlan 7");
  fwsim::CaptureFile file(std::vector<std::uint8_t>(data, data + size), "input");
  fwsim::Packet packet;
  std::size_t count = 0;
  for (fwsim::Frame frame; file.next(frame); ++count) {
    fwsim::fuzz::check(count < size);
    fwsim::fuzz::check(frame.original >= frame.bytes.size());
    filter.matches(frame);
    if (fwsim::strip_link_layer(frame, packet).kind == fwsim::Stripped::Kind::packet) fwsim::decode(packet);
  }
  if (file.damage()) fwsim::fuzz::check(file.damage()->offset <= size && !fwsim::to_text(*file.damage()).empty());
  return 0;
}

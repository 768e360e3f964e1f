// Capture files in memory, in both byte orders, for tests.
#pragma once

#include <cstdint>
#include <string_view>

#include "tests/simulator/packet_builder.hh"

namespace fwsim::test {

class CaptureBytes {
 public:
  explicit CaptureBytes(bool big_endian) : big_(big_endian) {}

  CaptureBytes& u8(unsigned value) {
    bytes.push_back(static_cast<std::uint8_t>(value));
    return *this;
  }
  CaptureBytes& u16(unsigned value) { return big_ ? u8(value >> 8).u8(value) : u8(value).u8(value >> 8); }
  CaptureBytes& u32(std::uint32_t value) {
    return big_ ? u16(value >> 16).u16(value & 0xffff) : u16(value & 0xffff).u16(value >> 16);
  }
  CaptureBytes& u64(std::uint64_t value) {
    const auto high = static_cast<std::uint32_t>(value >> 32), low = static_cast<std::uint32_t>(value);
    return big_ ? u32(high).u32(low) : u32(low).u32(high);
  }
  CaptureBytes& add(const Octets& more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
    return *this;
  }
  CaptureBytes& pad() {
    while (bytes.size() % 4 != 0) u8(0);
    return *this;
  }

  // pcap
  CaptureBytes& pcap_header(std::uint32_t magic, unsigned link_type, unsigned minor = 4) {
    return u32(magic).u16(2).u16(minor).u32(0).u32(0).u32(65535).u32(link_type);
  }
  CaptureBytes& record(std::uint32_t seconds, std::uint32_t fraction, const Octets& frame, std::size_t original = 0) {
    u32(seconds).u32(fraction).u32(static_cast<std::uint32_t>(frame.size()));
    return u32(static_cast<std::uint32_t>(original == 0 ? frame.size() : original)).add(frame);
  }

  // pcapng
  CaptureBytes& block(std::uint32_t type, const CaptureBytes& body) {
    const auto length = static_cast<std::uint32_t>(body.bytes.size() + 12);
    return u32(type).u32(length).add(body.bytes).u32(length);
  }
  CaptureBytes& section(unsigned major = 1) {
    return block(0x0a0d0d0a, inner().u32(0x1a2b3c4d).u16(major).u16(0).u64(~std::uint64_t{0}));
  }
  CaptureBytes& interface(unsigned link_type, std::uint32_t snaplen = 0,
                          const CaptureBytes& options = CaptureBytes(false)) {
    return block(1, inner().u16(link_type).u16(0).u32(snaplen).add(options.bytes));
  }
  CaptureBytes& option(unsigned code, const Octets& value) {
    return u16(code).u16(static_cast<unsigned>(value.size())).add(value).pad();
  }
  CaptureBytes& enhanced(std::uint32_t index, std::uint64_t ticks, const Octets& frame,
                         const CaptureBytes& options = CaptureBytes(false)) {
    const auto size = static_cast<std::uint32_t>(frame.size());
    CaptureBytes body = inner();
    body.u32(index).u32(static_cast<std::uint32_t>(ticks >> 32)).u32(static_cast<std::uint32_t>(ticks));
    return block(6, body.u32(size).u32(size).add(frame).pad().add(options.bytes));
  }

  CaptureBytes inner() const { return CaptureBytes(big_); }

  Octets bytes;

 private:
  bool big_;
};

}  // namespace fwsim::test

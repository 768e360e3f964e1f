// Where frames come from: a capture file, a generator, a live queue.
#pragma once

#include <cstdint>
#include <string_view>

#include "simulator/packet.hh"

namespace fwsim {

// One frame as it was taken. `bytes` and `interface` stay valid until the next one is asked for.
struct Frame {
  unsigned link_type = 0;      // LINKTYPE_* of the pcap registry
  Bytes bytes;                 // what was kept of it
  std::size_t original = 0;    // its length on the wire, at least bytes.size()
  std::int64_t time = 0;       // nanoseconds since 1970
  std::string_view interface;  // name of the interface it was taken from; empty when unknown
  std::uint64_t number = 0;    // from 1
  std::uint32_t flags = 0;     // epb_flags of pcapng: bits 0-1 are 1 for inbound, 2 for outbound
  bool big_endian = false;     // byte order of the machine that wrote it; some link headers depend on it
};

class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;
  // The next frame; false at the end.
  virtual bool next(Frame& frame) = 0;
};

}  // namespace fwsim

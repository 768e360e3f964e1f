// How the two capture formats are read. Private to simulator/sources/capture_*.cc.
#pragma once

#include <memory>
#include <string>

#include "simulator/sources/input_buffer.hh"
#include "simulator/sources/source.hh"

namespace fwsim {

// Integers in the byte order of the file.
class ByteOrder {
 public:
  explicit ByteOrder(bool big = false) : big_(big) {}
  bool big() const { return big_; }
  std::uint16_t u16(Bytes b, std::size_t at) const {
    const std::uint16_t value = be16(b, at);
    return big_ ? value : static_cast<std::uint16_t>(value << 8 | value >> 8);
  }
  std::uint32_t u32(Bytes b, std::size_t at) const {
    const std::uint32_t value = be32(b, at);
    return big_ ? value : __builtin_bswap32(value);
  }

 private:
  bool big_;
};

class CaptureFormat {
 public:
  CaptureFormat() = default;
  CaptureFormat(const CaptureFormat&) = delete;
  CaptureFormat& operator=(const CaptureFormat&) = delete;
  virtual ~CaptureFormat() = default;
  // The next frame but for its number. False at the end and at damage, which `what` then tells;
  // the input stands before the record that cannot be read.
  virtual bool next(InputBuffer& input, Frame& frame, std::string& what) = 0;
  // Whether what comes next is a whole packet and in memory, so that next() moves nothing that earlier frames refer to.
  virtual bool ready(const InputBuffer& input) const = 0;
};

// Null, and `what` set, when the input does not begin like the format.
std::unique_ptr<CaptureFormat> open_pcap(InputBuffer& input, std::string& what);
std::unique_ptr<CaptureFormat> open_pcapng(InputBuffer& input, std::string& what);

// The longest frame that a reader believes in: what libpcap and Wireshark take, too.
std::size_t longest_frame(unsigned link_type);

}  // namespace fwsim

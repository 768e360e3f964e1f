// pcapng: sections of blocks. Each section has its own byte order and its own interfaces, each
// interface its link type, name and unit of time. Blocks that carry no packets are passed over.
#include <fmt/format.h>

#include <optional>
#include <vector>

#include "simulator/sources/capture_format.hh"

namespace fwsim {
namespace {

constexpr std::uint32_t section_block = 0x0a0d0d0a, interface_block = 1, old_packet_block = 2, simple_packet_block = 3,
                        enhanced_packet_block = 6;
constexpr std::size_t largest_block = std::size_t{256} << 20;  // a D-Bus message may have 128 MiB
constexpr std::size_t largest_header_block = std::size_t{16} << 20;

struct CapturedInterface {
  unsigned link_type = 0;
  std::uint32_t snaplen = 0;
  std::string name;
  std::uint8_t resolution = 6;  // if_tsresol: 10^-n, or 2^-n with the highest bit set
  std::uint64_t offset = 0;     // if_tsoffset: seconds, a signed number

  std::int64_t nanoseconds(std::uint64_t ticks) const {
    constexpr u128 second = 1'000'000'000;
    u128 time = ticks;
    const unsigned exponent = resolution & 0x7fU;
    if ((resolution & 0x80) != 0) {
      time = exponent < 94 ? (time * second) >> exponent : 0;
    } else {
      for (unsigned i = exponent; i < 9; ++i) time *= 10;
      for (unsigned i = 9; i < exponent && time != 0; ++i) time /= 10;
    }
    // Unsigned arithmetic: an absurd offset may wrap.
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(time) + static_cast<std::uint64_t>(offset * second));
  }
};

class Pcapng : public CaptureFormat {
 public:
  bool next(InputBuffer& input, Frame& frame, std::string& what) override {
    for (;;) {
      const Bytes head = input.peek(12);
      if (head.empty()) return false;
      const bool section = be32(head, 0) == section_block;
      if (section) order_ = ByteOrder(be32(head, 8) == 0x1a2b3c4d);
      const std::uint32_t type = order_.u32(head, 0);
      const std::size_t length = order_.u32(head, 4);
      what = check_length(head, type, length);
      if (!what.empty()) return false;
      const Bytes block = input.peek(length);
      if (block.size() < length) {
        what = fmt::format("the file ends in a block: {} of {} bytes are there", block.size(), length);
        return false;
      }
      if (order_.u32(block, length - 4) != length) {
        what = "the two lengths of a block differ";
        return false;
      }
      const Bytes body = block.subspan(8, length - 12);
      const bool packet = section ? start_section(body, what) : read_block(type, body, frame, what);
      if (!what.empty()) return false;
      input.consume(length);
      if (packet) return true;
    }
  }

  bool ready(const InputBuffer& input) const override {
    const Bytes there = input.there();
    if (there.size() < 12) return false;
    const std::uint32_t type = order_.u32(there, 0);
    return (type == enhanced_packet_block || type == old_packet_block || type == simple_packet_block) && there.size() >= order_.u32(there, 4);
  }

 private:
  ByteOrder order_;
  std::vector<CapturedInterface> interfaces_;  // of this section
  std::int64_t last_time_ = 0;

  std::string check_length(Bytes head, std::uint32_t type, std::size_t length) const {
    if (head.size() < 12) return "the file ends in the header of a block";
    if (type == section_block && order_.u32(head, 8) != 0x1a2b3c4d) return "a section without a byte order";
    if (length < 12) return fmt::format("a block of {} bytes cannot be", length);
    if (length % 4 != 0) return fmt::format("a block of {} bytes: the length is no multiple of 4", length);
    const bool header = type == section_block || type == interface_block;
    if (length <= (header ? largest_header_block : largest_block)) return {};
    return fmt::format("a block of {} bytes cannot be", length);
  }

  bool start_section(Bytes body, std::string& what) {
    interfaces_.clear();
    const unsigned major = order_.u16(body, 4), minor = order_.u16(body, 6);
    if (body.size() < 16) {
      what = "a section header that is too short";
    } else if (major != 1) {
      what = fmt::format("version {}.{} of the pcapng format is not known", major, minor);
    }
    return false;
  }

  // True when the block was a packet.
  bool read_block(std::uint32_t type, Bytes body, Frame& frame, std::string& what) {
    switch (type) {
      case interface_block: add_interface(body, what); return false;
      case enhanced_packet_block: return read_packet(body, order_.u32(body, 0), frame, what);
      case old_packet_block: return read_packet(body, order_.u16(body, 0), frame, what);
      case simple_packet_block: return read_simple_packet(body, frame, what);
      default: return false;
    }
  }

  // Calls use(code, value) for each option; stops silently where they are damaged.
  template <class Use>
  void each_option(Bytes options, Use use) const {
    while (options.size() >= 4) {
      const unsigned code = order_.u16(options, 0);
      const std::size_t length = order_.u16(options, 2), padded = 4 + (length + 3) / 4 * 4;
      if (code == 0 || padded > options.size()) return;
      use(code, options.subspan(4, length));
      options = options.subspan(padded);
    }
  }

  void add_interface(Bytes body, std::string& what) {
    if (body.size() < 8) {
      what = "an interface description that is too short";
      return;
    }
    CapturedInterface added{.link_type = order_.u16(body, 0), .snaplen = order_.u32(body, 4)};
    each_option(body.subspan(8), [&](unsigned code, Bytes value) {
      if (code == 2) added.name.assign(value.begin(), std::find(value.begin(), value.end(), std::uint8_t{0}));
      if (code == 9 && value.size() == 1) added.resolution = value[0];
      if (code == 14 && value.size() == 8) {
        const std::uint64_t high = order_.u32(value, order_.big() ? 0 : 4),
                            low = order_.u32(value, order_.big() ? 4 : 0);
        added.offset = high << 32 | low;
      }
    });
    interfaces_.push_back(std::move(added));
  }

  const CapturedInterface* find_interface(std::uint32_t index, std::string& what) const {
    if (index < interfaces_.size()) return &interfaces_[index];
    what = fmt::format("a packet of interface {}, which is not described", index);
    return nullptr;
  }

  // The enhanced packet block and its forerunner differ only in the first word.
  bool read_packet(Bytes body, std::uint32_t index, Frame& frame, std::string& what) {
    const CapturedInterface* interface = find_interface(index, what);
    if (!interface) return false;
    const std::size_t length = order_.u32(body, 12);
    if (body.size() < 20 || length > body.size() - 20) {
      what = body.size() < 20
                 ? "a packet block that is too short"
                 : fmt::format("a packet of {} bytes in a block with room for {}", length, body.size() - 20);
      return false;
    }
    const std::uint64_t ticks = std::uint64_t{order_.u32(body, 4)} << 32 | order_.u32(body, 8);
    last_time_ = interface->nanoseconds(ticks);
    if (!fill(*interface, body.subspan(20, length), order_.u32(body, 16), frame, what)) return false;
    each_option(body.subspan(std::min(body.size(), 20 + (length + 3) / 4 * 4)), [&](unsigned code, Bytes value) {
      if (code == 2 && value.size() == 4) frame.flags = order_.u32(value, 0);
    });
    return true;
  }

  // Has no time: that of the packet before it stands in.
  bool read_simple_packet(Bytes body, Frame& frame, std::string& what) {
    const CapturedInterface* interface = find_interface(0, what);
    if (!interface) return false;
    if (body.size() < 4) {
      what = "a packet block that is too short";
      return false;
    }
    const std::size_t original = order_.u32(body, 0);
    std::size_t length = interface->snaplen == 0 ? original : std::min<std::size_t>(original, interface->snaplen);
    if (length > body.size() - 4) {
      what = fmt::format("a packet of {} bytes in a block with room for {}", length, body.size() - 4);
      return false;
    }
    return fill(*interface, body.subspan(4, length), original, frame, what);
  }

  bool fill(const CapturedInterface& interface, Bytes bytes, std::size_t original, Frame& frame,
            std::string& what) const {
    if (bytes.size() > longest_frame(interface.link_type)) {
      what = fmt::format("a packet of {} bytes cannot be", bytes.size());
      return false;
    }
    frame = Frame{.link_type = interface.link_type,
                  .bytes = bytes,
                  .original = std::max(original, bytes.size()),
                  .time = last_time_,
                  .interface = interface.name,
                  .big_endian = order_.big()};
    return true;
  }
};

}  // namespace

std::unique_ptr<CaptureFormat> open_pcapng(InputBuffer&, std::string&) { return std::make_unique<Pcapng>(); }

}  // namespace fwsim

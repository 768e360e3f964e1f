// pcap: a header of 24 bytes, then records of 16 bytes and a frame each.
#include <fmt/format.h>

#include "simulator/sources/capture_format.hh"

namespace fwsim {
namespace {

constexpr std::size_t file_header = 24;

struct Magic {
  std::uint32_t value;  // as a big-endian machine writes it
  std::int64_t unit;    // nanoseconds per fraction
  std::size_t record_header;
};
constexpr Magic magics[] = {
    {0xa1b2c3d4, 1000, 16},
    {0xa1b23c4d, 1, 16},
    {0xa1b2cd34, 1000, 24},  // Linux tcpdump with Kuznetzov's patches: 8 bytes more
};

class Pcap : public CaptureFormat {
 public:
  Pcap(ByteOrder order, const Magic& magic, Bytes header)
      : order_(order),
        magic_(magic),
        link_type_(order.u32(header, 20) & 0xffff),  // above it: FCS length
        may_be_swapped_(order.u16(header, 6) <= 3),
        longest_(longest_frame(link_type_)) {}

  bool next(InputBuffer& input, Frame& frame, std::string& what) override {
    const Bytes header = input.peek(magic_.record_header);
    if (header.empty()) return false;
    if (header.size() < magic_.record_header) {
      what = "the file ends in the header of a packet";
      return false;
    }
    const std::size_t length = length_of(header), original = std::max<std::size_t>(order_.u32(header, 8), order_.u32(header, 12));
    const std::int64_t time = std::int64_t{order_.u32(header, 0)} * 1'000'000'000 + order_.u32(header, 4) * magic_.unit;
    if (length > longest_) {
      what = fmt::format("a packet of {} bytes cannot be, at most {} are believed", length, longest_);
      return false;
    }
    const std::size_t size = magic_.record_header + length;
    const Bytes record = input.peek(size);
    if (record.size() < size) {
      what = fmt::format("the file ends in a packet: {} of {} bytes are there", record.size() - magic_.record_header,
                         length);
      return false;
    }
    input.consume(size);
    frame = Frame{.link_type = link_type_,
                  .bytes = record.subspan(magic_.record_header),
                  .original = original,
                  .time = time,
                  .big_endian = order_.big()};
    return true;
  }

  bool ready(const InputBuffer& input) const override {
    const Bytes there = input.there();
    return there.size() >= magic_.record_header && there.size() - magic_.record_header >= length_of(there);
  }

 private:
  // Of what was kept. Only versions before 2.4 may have it after the length on the wire.
  std::size_t length_of(Bytes header) const {
    const std::uint32_t kept = order_.u32(header, 8);
    return may_be_swapped_ ? std::min(kept, order_.u32(header, 12)) : kept;
  }

  ByteOrder order_;
  Magic magic_;
  unsigned link_type_;
  bool may_be_swapped_;  // versions before 2.4 disagreed about the order of the two lengths
  std::size_t longest_;
};

}  // namespace

std::unique_ptr<CaptureFormat> open_pcap(InputBuffer& input, std::string& what) {
  const Bytes header = input.peek(file_header);
  for (const Magic& magic : magics)
    for (const bool big : {false, true}) {
      const ByteOrder order(big);
      if (order.u32(header, 0) != magic.value) continue;
      if (header.size() < file_header) {
        what = "the file ends in its header";
        return nullptr;
      }
      if (const unsigned version = order.u16(header, 4); version != 2) {
        what = fmt::format("version {} of the pcap format is not known", version);
        return nullptr;
      }
      auto format = std::make_unique<Pcap>(order, magic, header);
      input.consume(file_header);
      return format;
    }
  what = "this is neither pcap nor pcapng";
  return nullptr;
}

}  // namespace fwsim

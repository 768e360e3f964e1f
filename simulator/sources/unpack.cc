#include "simulator/sources/unpack.hh"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace fwsim {
namespace {

constexpr std::size_t block = std::size_t{1} << 17;
constexpr const char* cut = "the compressed file ends before its data does";

class Gzip : public Unpacker {
 public:
  explicit Gzip(Read packed) : packed_(std::move(packed)), in_(block) {
    constexpr int only_gzip = 16;
    usable_ = inflateInit2(&z_, MAX_WBITS + only_gzip) == Z_OK;
    if (!usable_) fault = "gzip cannot be unpacked here";
  }
  ~Gzip() override {
    if (usable_) inflateEnd(&z_);
  }

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    if (!usable_ || over_ || size == 0) return 0;
    const auto room = static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
    z_.next_out = to;
    z_.avail_out = room;
    while (z_.avail_out == room) {
      if (z_.avail_in == 0 && !more()) {
        over_ = true;
        if (inside_) fault = cut;
        return 0;
      }
      inside_ = true;
      const int status = inflate(&z_, Z_NO_FLUSH);
      if (status == Z_STREAM_END)
        next_member();
      else if (status != Z_OK)
        stop();   // what came out before the damage is good
      if (over_) break;
    }
    return room - z_.avail_out;
  }

 private:
  bool more() {
    z_.next_in = in_.data();
    z_.avail_in = static_cast<uInt>(packed_(in_.data(), in_.size()));
    return z_.avail_in != 0;
  }

  // Files that were joined; what follows the last one and is none does not count (as gzip has it).
  void next_member() {
    inside_ = false;
    if (z_.avail_in == 0 && !more()) return;
    over_ = z_.next_in[0] != 0x1f || (z_.avail_in > 1 && z_.next_in[1] != 0x8b);
    inflateReset(&z_);
  }

  void stop() {
    over_ = true;
    fault = fmt::format("the gzip data is damaged ({})", z_.msg ? z_.msg : "it ends too soon");
  }

  Read packed_;
  std::vector<std::uint8_t> in_;
  z_stream z_{};
  bool usable_ = false, inside_ = false, over_ = false;
};

class Zstd : public Unpacker {
 public:
  explicit Zstd(Read packed) : packed_(std::move(packed)), in_(block), stream_(ZSTD_createDStream()) {
    if (!stream_) fault = "zstd cannot be unpacked here";
  }
  ~Zstd() override { ZSTD_freeDStream(stream_); }

  std::size_t read(std::uint8_t* to, std::size_t size) override {
    if (!stream_ || over_ || size == 0) return 0;
    ZSTD_outBuffer out{to, std::min(size, ZSTD_DStreamOutSize()), 0};   // a block at a time: a damaged one takes no others along
    while (out.pos == 0) {
      if (rest_.pos == rest_.size) rest_ = {in_.data(), packed_(in_.data(), in_.size()), 0};
      const bool at_end = rest_.size == 0;
      if (at_end && !inside_) return 0;
      const std::size_t status = ZSTD_decompressStream(stream_, &out, &rest_);
      if (ZSTD_isError(status) != 0) return stop(fmt::format("the zstd data is damaged ({})", ZSTD_getErrorName(status)));
      inside_ = status != 0;
      if (at_end && out.pos == 0) return stop(cut);
    }
    return out.pos;
  }

 private:
  std::size_t stop(std::string why) {
    over_ = true;
    fault = std::move(why);
    return 0;
  }

  Read packed_;
  std::vector<std::uint8_t> in_;
  ZSTD_DStream* stream_;
  ZSTD_inBuffer rest_{nullptr, 0, 0};
  bool inside_ = false, over_ = false;
};

}  // namespace

std::unique_ptr<Unpacker> unpacker_for(Bytes start, Unpacker::Read packed) {
  if (start.size() < packed_magic) return nullptr;
  if (be16(start, 0) == 0x1f8b) return std::make_unique<Gzip>(std::move(packed));
  const std::uint32_t magic = be32(start, 0);
  const bool skippable = (magic & 0xf0ffffff) == 0x502a4d18;   // RFC 8878, 3.1.2; the decoder passes over it
  if (magic == 0x28b52ffd || skippable) return std::make_unique<Zstd>(std::move(packed));
  return nullptr;
}

}  // namespace fwsim

// Compressed captures: the same frames, and what is told of those that are damaged.
#include <doctest/doctest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

#include "simulator/sources/capture_file.hh"
#include "tests/simulator/capture_builder.hh"

namespace fwsim::test {
namespace {

Octets gzip(const Octets& data) {
  z_stream z{};
  REQUIRE(deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Octets out(deflateBound(&z, data.size()) + 64);
  z.next_in = const_cast<Bytef*>(data.data());
  z.avail_in = static_cast<uInt>(data.size());
  z.next_out = out.data();
  z.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

Octets zstd(const Octets& data) {
  Octets out(ZSTD_compressBound(data.size()));
  out.resize(ZSTD_compress(out.data(), out.size(), data.data(), data.size(), 3));
  return out;
}

// Large enough for several blocks of whoever reads it; frames that do not get small.
Octets capture(std::size_t frames) {
  CaptureBytes content = CaptureBytes(false).pcap_header(0xa1b2c3d4, 1);
  std::uint32_t random = 1;
  for (std::size_t i = 0; i < frames; ++i) {
    Octets frame(1000);
    for (std::uint8_t& byte : frame) byte = static_cast<std::uint8_t>((random = random * 1664525 + 1013904223) >> 24);
    content.record(static_cast<std::uint32_t>(i), 0, frame);
  }
  return content.bytes;
}

struct Read {
  std::size_t frames = 0;
  std::uint64_t sum = 0;
  std::string damage;
};

Read read(Octets content) {
  CaptureFile file(std::move(content), "test");
  Read result;
  for (Frame frame; file.next(frame); ++result.frames)
    for (const std::uint8_t byte : frame.bytes) result.sum = result.sum * 31 + byte;
  if (file.damage()) result.damage = file.damage()->what;
  return result;
}

}  // namespace

TEST_CASE("compressed captures hold the same frames") {
  for (const std::size_t frames : {0U, 1U, 3000U}) {
    const Octets plain = capture(frames);
    const Read expected = read(plain);
    CHECK(expected.frames == frames);
    for (const Octets& packed : {gzip(plain), zstd(plain)}) {
      const Read got = read(packed);
      CHECK(got.frames == expected.frames);
      CHECK(got.sum == expected.sum);
      CHECK(got.damage.empty());
    }
  }
}

TEST_CASE("frames before damage are read, also where only the checksum is wrong") {
  const Octets plain = capture(300);
  Octets summed = gzip(plain);
  summed[summed.size() - 6] ^= 1;   // its CRC
  const Read got = read(summed);
  CHECK(got.frames == 300);
  CHECK(got.damage.find("the gzip data is damaged") != std::string::npos);
  Octets late = zstd(plain);
  late[late.size() - 200] ^= 0x55;
  CHECK(read(late).frames > 100);
}

TEST_CASE("zstd that begins with a frame to be skipped") {
  const Octets plain = capture(3), skipped = {0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7};
  CHECK(read(skipped + zstd(plain)).frames == 3);
}

TEST_CASE("compressed files that were joined, and what follows the last one") {
  const Octets plain = capture(50), first(plain.begin(), plain.begin() + 20'011), second(plain.begin() + 20'011, plain.end());
  const Read expected = read(plain);
  for (const Octets& packed : {gzip(first) + gzip(second), zstd(first) + zstd(second), gzip(plain) + Octets(512)}) {
    const Read got = read(packed);
    CHECK(got.sum == expected.sum);
    CHECK(got.damage.empty());
  }
}

TEST_CASE("compressed files that are cut short or damaged deliver what is before") {
  const Octets plain = capture(500);
  for (const bool zip : {true, false}) {
    Octets packed = zip ? gzip(plain) : zstd(plain);
    const Octets half(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(packed.size() / 2));
    const Read cut = read(half);
    CHECK(cut.frames > 100);
    CHECK(cut.frames < 300);
    CHECK(cut.damage == "the compressed file ends before its data does");
    if (!zip) continue;   // random bytes are stored as they are, and zstd's checksum is not on by default
    packed[packed.size() - 6] ^= 1;   // of the checksum
    CHECK(read(packed).damage.find("the gzip data is damaged") == 0);
  }
  CHECK(read(hex("28b52ffd 0058 070000")).damage.find("the zstd data is damaged") == 0);
}

}  // namespace fwsim::test

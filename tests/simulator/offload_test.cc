// What is left to a network card: segments as the wire would have them.
#include "simulator/offload.hh"

#include <numeric>
#include <vector>

#include <doctest/doctest.h>

using namespace fwsim;

namespace {

constexpr std::size_t timestamps = 12;

// 192.0.2.1:1000 > 198.51.100.7:80, with ID 0xffff and sequence number 0xfffffff0, and no checksum of the transport.
Packet long_one(unsigned protocol, std::size_t headers, std::size_t payload, std::uint8_t flags = 0) {
  Packet p;
  p.bytes.assign(20 + headers + payload, 0);
  auto& b = p.bytes;
  b[0] = 0x45;
  put16(b, 2, b.size());
  put16(b, 4, 0xffff);
  b[8] = 64;
  b[9] = static_cast<std::uint8_t>(protocol);
  put32(b, 12, 0xc0000201);
  put32(b, 16, 0xc6336407);
  put16(b, 20, 1000);
  put16(b, 22, 80);
  if (protocol == 6) {
    put32(b, 24, 0xfffffff0);
    b[32] = static_cast<std::uint8_t>(headers / 4 << 4);
    b[33] = flags;
    for (std::size_t i = 40; i < 20 + headers; ++i) b[i] = 1;   // NOP
  } else {
    put16(b, 24, headers + payload);
  }
  std::iota(b.begin() + static_cast<std::ptrdiff_t>(20 + headers), b.end(), std::uint8_t{1});
  fix_header_checksum(p);
  REQUIRE(decode(p));
  return p;
}

bool header_ok(const Packet& p) { return fold_sum(sum_words(p.all().first(20))) == 0xffff; }

}  // namespace

TEST_CASE("a long TCP packet becomes segments with checksums, numbers and flags of their own") {
  constexpr std::uint8_t fin_psh_ack_cwr = 0x99;
  const Packet whole = long_one(6, 20 + timestamps, 250, fin_psh_ack_cwr);
  const std::vector<Packet> parts = finish_offload(whole, {.checksum = true, .segment = 100});
  REQUIRE(parts.size() == 3);
  const std::size_t sizes[] = {100, 100, 50};
  const std::uint16_t ids[] = {0xffff, 0, 1};
  const std::uint32_t numbers[] = {0xfffffff0, 0x54, 0xb8};
  const unsigned flags[] = {0x90, 0x10, 0x19};
  std::vector<std::uint8_t> joined;
  for (std::size_t i = 0; i < 3; ++i) {
    const Packet& p = parts[i];
    CHECK(p.fault.empty());
    CHECK(p.bytes.size() == 52 + sizes[i]);
    CHECK(be16(p.bytes, 2) == p.bytes.size());
    CHECK(be16(p.bytes, 4) == ids[i]);
    CHECK(be32(p.bytes, 24) == numbers[i]);
    CHECK(unsigned{p.bytes[33]} == flags[i]);
    CHECK(header_ok(p));
    CHECK(p.protocol == 6);
    CHECK(transport_checksum_ok(p));
    joined.insert(joined.end(), p.bytes.begin() + 52, p.bytes.end());
  }
  CHECK(joined == std::vector<std::uint8_t>(whole.bytes.begin() + 52, whole.bytes.end()));
}

TEST_CASE("a long UDP packet becomes datagrams, each with its own length") {
  const std::vector<Packet> parts = finish_offload(long_one(17, 8, 130), {.checksum = true, .segment = 100});
  REQUIRE(parts.size() == 2);
  CHECK(be16(parts[0].bytes, 24) == 108);
  CHECK(be16(parts[1].bytes, 24) == 38);
  for (const Packet& p : parts) {
    CHECK(header_ok(p));
    CHECK(be16(p.bytes, 26) != 0);
    CHECK(transport_checksum_ok(p));
  }
}

TEST_CASE("a short packet stays one, and gets its checksum only where it was left out") {
  const Packet p = long_one(6, 20, 100, 0x10);
  const std::vector<Packet> left = finish_offload(p, {});
  REQUIRE(left.size() == 1);
  CHECK(left[0].bytes == p.bytes);
  for (const unsigned segment : {0U, 100U}) {
    const std::vector<Packet> done = finish_offload(p, {.checksum = true, .segment = segment});
    REQUIRE(done.size() == 1);
    CHECK(done[0].bytes.size() == p.bytes.size());
    CHECK(transport_checksum_ok(done[0]));
  }
}

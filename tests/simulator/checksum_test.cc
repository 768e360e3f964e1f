#include <doctest/doctest.h>

#include "tests/simulator/packet_builder.hh"

namespace fwsim::test {
namespace {

Packet fixed(Packet packet, bool fill_udp = false) {
  REQUIRE(decode(packet));
  fix_checksums(packet, fill_udp);
  REQUIRE(decode(packet));
  return packet;
}

// Whether the packet is right, and no longer when its last bit is wrong.
void check_guarded(Packet packet) {
  CHECK(transport_checksum_ok(packet));
  packet.bytes.back() ^= 1;
  CHECK_FALSE(transport_checksum_ok(packet));
}

}  // namespace

TEST_CASE("known values: an IPv4 header, TCP over it") {
  Packet header = packet_of(hex("45000073000040004011 0000 c0a80001c0a800c7"));
  fix_header_checksum(header);
  CHECK(be16(header.bytes, 10) == 0xb861);
  const Packet p = fixed(v4(6, hex("c001 0016 0a0b0c0d 00000000 8002faf0 0000 0000 020405b40103030801010402")));
  CHECK(be16(p.bytes, 36) == 0xb202);
  check_guarded(p);
}

TEST_CASE("checksums that are set are right, for each protocol") {
  check_guarded(fixed(v4(6, syn())));
  check_guarded(fixed(v6(6, syn())));
  check_guarded(fixed(v4(17, datagram()), true));
  check_guarded(fixed(v6(17, datagram()), true));
  check_guarded(fixed(v4(1, hex("0800 0000 00010001 6162636465"))));
  check_guarded(fixed(v6(58, hex("8000 0000 00010001 6162636465"))));
  check_guarded(fixed(v4(132, hex("03e80016 00000000 00000000 01000004"))));
}

TEST_CASE("behind extension headers the pseudo header has the transport protocol") {
  check_guarded(fixed(v6(60, hex("1100 010400000000") + datagram()), true));
}

TEST_CASE("UDP without checksum is right and stays without") {
  Packet p = fixed(v4(17, datagram()));
  CHECK(be16(p.bytes, 26) == 0);
  CHECK(transport_checksum_ok(p));
}

TEST_CASE("a UDP checksum that comes out as 0 is sent as ffff") {
  Packet p = fixed(v4(17, datagram()), true);
  // What was the checksum becomes data: the sum of all words is ffff, its complement 0.
  const std::uint32_t data = be16(p.bytes, 28) + be16(p.bytes, 26);
  put16(p.bytes, 28, fold_sum(data));
  fix_checksums(p, true);
  CHECK(be16(p.bytes, 26) == 0xffff);
  CHECK(transport_checksum_ok(p));
}

TEST_CASE("SCTP has the CRC-32C, least significant byte first") {
  const Packet p = fixed(v4(132, hex("03e80016 00000000 ffffffff")));
  CHECK(be32(p.bytes, 28) == 0x61d84bbd);
}

TEST_CASE("the kernel sums all bytes behind the IP header, also beyond the UDP length") {
  Octets bytes = datagram() + hex("5452");
  check_guarded(fixed(v4(17, bytes), true));
}

TEST_CASE("UDP-Lite as the kernel checks it: with the protocol number of UDP") {
  // Coverage 8: the header alone. The right sum for a receiver is not what connection tracking takes.
  const Octets bytes = hex("03e8 0007 0008 0000 6162");
  const Packet p = fixed(v4(136, bytes));
  CHECK(be16(p.bytes, 26) != 0);
  CHECK_FALSE(transport_checksum_ok(p));
  Packet other = p;
  put16(other.bytes, 26, be16(p.bytes, 26) + (136 - 17));
  CHECK(transport_checksum_ok(other));
  other.bytes.back() ^= 1;  // not covered
  CHECK(transport_checksum_ok(other));
}

TEST_CASE("a first fragment is summed as if it were whole, a later one not at all") {
  Packet first = v4(17, datagram(), 0x2000);
  first.bytes[26] = 1;
  REQUIRE(decode(first));
  CHECK_FALSE(transport_checksum_ok(first));
  fix_checksums(first);
  CHECK(first.bytes[26] == 1);  // the sum of the whole datagram cannot be known
  Packet later = v4(17, datagram(), 0x0001);
  REQUIRE(decode(later));
  CHECK(transport_checksum_ok(later));
}

TEST_CASE("protocols without a checksum are right") {
  Packet p = v4(47, hex("0000 0800"));
  REQUIRE(decode(p));
  CHECK(transport_checksum_ok(p));
}

}  // namespace fwsim::test

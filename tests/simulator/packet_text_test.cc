#include <doctest/doctest.h>

#include "tests/simulator/packet_builder.hh"

namespace fwsim::test {
namespace {

std::string text(Packet packet) {
  decode(packet);
  return packet_text(packet);
}

}  // namespace

TEST_CASE("TCP and UDP on one line") {
  CHECK(text(v4(6, syn())) ==
        "192.168.1.10:1000 > 198.51.100.7:22 TCP [S] seq=1000 ack=0 win=64240 dlen=0 ttl=64 tos=0x00 id=1 len=40 DF");
  CHECK(text(v4(17, datagram(), 0)) == "192.168.1.10:1000 > 198.51.100.7:53 UDP dlen=5 ttl=64 tos=0x00 id=1 len=33");
  CHECK(text(v6(6, syn())) ==
        "2001:db8:1::10:1000 > 2001:db8:2::20:22 TCP [S] seq=1000 ack=0 win=64240 dlen=0 hlim=64 tc=0x00 len=20");
}

TEST_CASE("flags from the lowest bit on") {
  Octets tcp = syn();
  tcp[13] = 0xff;
  CHECK(text(v4(6, tcp)).find("TCP [FSRPAUEC] ") != std::string::npos);
  tcp[13] = 0;
  CHECK(text(v4(6, tcp)).find("TCP [] ") != std::string::npos);
}

TEST_CASE("a wrong data offset gives a negative length of data") {
  Octets tcp = syn();
  tcp[12] = 0xf0;
  CHECK(text(v4(6, tcp)).find(" dlen=-40 ") != std::string::npos);
}

TEST_CASE("ICMP queries, and errors with what they quote") {
  CHECK(text(v4(1, hex("0800 0000 0007 0001"))) ==
        "192.168.1.10 > 198.51.100.7 ICMP 8/0 id=7 seq=1 ttl=64 tos=0x00 id=1 len=28 DF");
  const Packet quoted = v4(17, datagram());
  const Octets start(quoted.bytes.begin(), quoted.bytes.begin() + 28);
  CHECK(text(v4(1, hex("0303 0000 00000000") + start)) ==
        "192.168.1.10 > 198.51.100.7 ICMP 3/3 ttl=64 tos=0x00 id=1 len=56 DF {192.168.1.10:1000 > 198.51.100.7:53 UDP "
        "dlen=0 ttl=64 tos=0x00 id=1 len=33 DF}");
  CHECK(text(v6(58, hex("0104 0000 00000000") + v6(6, syn()).bytes)) ==
        "2001:db8:1::10 > 2001:db8:2::20 ICMP6 1/4 hlim=64 tc=0x00 len=68 {2001:db8:1::10:1000 > 2001:db8:2::20:22 TCP "
        "[S] seq=1000 ack=0 win=64240 dlen=0 hlim=64 tc=0x00 len=20}");
}

TEST_CASE("fragments and other protocols") {
  CHECK(text(v4(17, datagram(), 0x2000)) ==
        "192.168.1.10:1000 > 198.51.100.7:53 UDP dlen=5 ttl=64 tos=0x00 id=1 len=33 frag(off=0,MF)");
  CHECK(text(v4(17, datagram(), 0x0003)) ==
        "192.168.1.10 > 198.51.100.7 proto=17 ttl=64 tos=0x00 id=1 len=33 frag(off=24)");
  CHECK(text(v4(47, hex("00000800"))) == "192.168.1.10 > 198.51.100.7 proto=47 ttl=64 tos=0x00 id=1 len=24 DF");
}

TEST_CASE("IPv6 extension headers are named, and passed when they can be") {
  CHECK(text(v6(0, hex("2c00 010400000000 1100 0001 00000007") + datagram())) ==
        "2001:db8:1::10:1000 > 2001:db8:2::20:53 UDP dlen=5 hlim=64 tc=0x00 len=29 frag(off=0,MF) ext=hbh,frag");
  CHECK(text(v6(60, hex("3c00 010400000000"))) == "2001:db8:1::10 > 2001:db8:2::20 proto=60 hlim=64 tc=0x00 len=8");
}

TEST_CASE("packets that are none") {
  Packet wrong = v4(6, syn());
  wrong.bytes[10] ^= 1;
  CHECK(text(wrong).find(" DF BAD-IP-CSUM") != std::string::npos);
  CHECK(text(packet_of(hex("4500"))) == "malformed 4500");
  CHECK(text(packet_of(hex("00aabb"))) == "non-IP 00aabb");
  CHECK(text(packet_of({})) == "(empty)");
}

TEST_CASE("of a short capture the stated length of data") {
  Packet p = v4(17, datagram() + Octets(100));
  p.bytes.resize(30);
  p.missing = 103;
  CHECK(text(p).find(" UDP dlen=105 ") != std::string::npos);
}

}  // namespace fwsim::test

#include "simulator/sources/link_layer.hh"

#include <doctest/doctest.h>

#include <string>

#include "tests/simulator/packet_builder.hh"

namespace fwsim::test {
namespace {

const Octets ip = v4(6, syn()).bytes;
const Octets ip6 = v6(6, syn()).bytes;

struct Result {
  Stripped stripped;
  Packet packet;
  std::string text;
  bool good = false;  // an IPv4 packet that is `ip`
  bool good6 = false;
};

Result strip(unsigned link_type, const Octets& bytes, Frame frame = {}) {
  frame.link_type = link_type;
  frame.bytes = bytes;
  frame.original = bytes.size();
  Result r;
  r.stripped = strip_link_layer(frame, r.packet);
  r.text = to_text(r.stripped);
  const bool packet = r.stripped.kind == Stripped::Kind::packet;
  r.good = packet && r.packet.family == Family::v4 && r.packet.bytes == ip;
  r.good6 = packet && r.packet.family == Family::v6 && r.packet.bytes == ip6;
  return r;
}

const Octets macs = hex("020000000001 020000000002");

}  // namespace

TEST_CASE("Ethernet: the packet, its addresses, to whom it was sent") {
  const Result r = strip(1, macs + hex("0800") + ip);
  CHECK(r.good);
  CHECK(r.packet.link.present);
  CHECK(Octets(r.packet.link.ethernet.begin(), r.packet.link.ethernet.end()) == macs + hex("0800"));
  CHECK(r.packet.fields.get(Field::mac_src) == 0x020000000002);
  CHECK(r.packet.fields.number(Field::pkttype) == 0);
  CHECK(strip(1, macs + hex("86dd") + ip6).good6);
  CHECK(strip(1, hex("ffffffffffff 020000000002 0800") + ip).packet.fields.number(Field::pkttype) == 1);
  CHECK(strip(1, hex("01005e000001 020000000002 0800") + ip).packet.fields.number(Field::pkttype) == 2);
  CHECK(strip(1, macs + hex("0800") + ip, {.flags = 0x10}).packet.fields.number(Field::pkttype) == 3);
}

TEST_CASE("VLAN tags are taken off as the kernel does it") {
  const Result r = strip(1, macs + hex("8100 6064 0800") + ip);
  CHECK(r.good);
  CHECK(r.packet.link.tagged);
  CHECK(r.packet.link.vlan == 0x6064);
  CHECK(r.packet.link.ethernet[12] == 0x08);
  const Result two = strip(1, macs + hex("88a8 0064 8100 0007 86dd") + ip6);
  CHECK(two.good6);
  CHECK(two.packet.link.vlan == 100);
  CHECK(two.packet.link.inner_vlan == 7);
  CHECK(strip(1, macs + hex("9100 0064 8100 0007 0800") + ip).good);
  CHECK(strip(1, macs + hex("8100 00")).text == "a truncated VLAN tag");
}

TEST_CASE("frames without IP are named") {
  CHECK(strip(1, macs + hex("0806 0001")).text == "ARP");
  CHECK(strip(1, macs + hex("88cc 0207")).text == "LLDP");
  CHECK(strip(1, macs + hex("1234 0207")).text == "ethertype 0x1234");
  CHECK(strip(1, macs + hex("0026 424203 0000")).text == "STP");
  CHECK(strip(1, macs + hex("0026 aaaa03 00000c 2000")).text == "CDP");
  CHECK(strip(1, macs + hex("0030 aaaa03 000000 0800") + ip).text == "IP in 802.3 SNAP, which Linux does not take");
  CHECK(strip(1, macs).text == "a truncated Ethernet header");
  CHECK(strip(1, macs + hex("0806")).stripped.kind == Stripped::Kind::not_ip);
}

TEST_CASE("PPPoE sessions come in by a ppp device, without Ethernet header") {
  const Result r = strip(1, macs + hex("8864 1100 0001 002a 0021") + ip);
  CHECK(r.good);
  CHECK_FALSE(r.packet.link.present);
  CHECK_FALSE(r.packet.fields.has(Field::mac_src));
  CHECK(strip(1, macs + hex("8864 1100 0001 003e 0057") + ip6).good6);
  CHECK(strip(1, macs + hex("8864 1100 0001 0006 c021")).text == "PPP LCP");
  CHECK(strip(1, macs + hex("8863 1109 0000 0000")).text == "PPPoE discovery");
  CHECK(strip(51, hex("1100 0001 002a 0021") + ip).good);
}

TEST_CASE("PPP with and without framing, with a compressed protocol, with direction") {
  CHECK(strip(9, hex("ff03 0021") + ip).good);
  CHECK(strip(9, hex("0021") + ip).good);
  CHECK(strip(9, hex("21") + ip).good);
  CHECK(strip(50, hex("ff03 0057") + ip6).good6);
  CHECK(strip(50, hex("0f00 0800") + ip).good);
  CHECK(strip(166, hex("0003 0021") + ip).good);
  CHECK(strip(204, hex("01 ff03 0021") + ip).good);
  CHECK(strip(9, hex("c223 01")).text == "PPP CHAP");
}

TEST_CASE("raw IP, BSD loopback in either byte order, Cisco HDLC") {
  for (const unsigned type : {12U, 14U, 101U}) {
    CHECK(strip(type, ip).good);
    CHECK(strip(type, ip6).good6);
  }
  CHECK(strip(228, ip).good);
  CHECK(strip(229, ip6).good6);
  CHECK(strip(0, hex("02000000") + ip).good);
  CHECK(strip(0, hex("00000002") + ip).good);
  CHECK(strip(0, hex("1e000000") + ip6).good6);
  CHECK(strip(0, hex("0000001c") + ip6).good6);
  CHECK(strip(108, hex("00000018") + ip6).good6);
  CHECK(strip(0, hex("07000000")).stripped.kind == Stripped::Kind::not_ip);
  CHECK(strip(104, hex("0f00 0800") + ip).good);
  CHECK(strip(104, hex("8f00 8035")).text == "Cisco keepalive");
  CHECK(strip(101, hex("00")).text == "neither IPv4 nor IPv6");
}

TEST_CASE("Linux cooked captures know what the kernel knew") {
  const Result in = strip(113, hex("0003 0001 0006 0200000000020000 0800") + ip);
  CHECK(in.good);
  CHECK(in.packet.fields.number(Field::pkttype) == 3);
  CHECK(in.packet.fields.get(Field::mac_src) == 0x020000000002);
  CHECK_FALSE(in.stripped.outgoing);
  CHECK(strip(113, hex("0004 0001 0006 0200000000020000 86dd") + ip6).stripped.outgoing);
  CHECK(strip(113, hex("0000 0001 0006 0200000000020000 8100 0064 0800") + ip).packet.link.vlan == 100);
  CHECK(strip(113, hex("0000 0001 0006 0200000000020000 0806 0001")).text == "ARP");
  const Result loopback = strip(113, hex("0000 0304 0006 0000000000000000 0800") + ip);
  CHECK(loopback.good);
  CHECK_FALSE(loopback.packet.fields.has(Field::mac_src));
  const Result tunnel = strip(113, hex("0000 fffe 0000 0000000000000000 0800") + ip);
  CHECK(tunnel.good);
  CHECK_FALSE(tunnel.packet.link.present);

  const Result second = strip(276, hex("0800 0000 00000005 0001 01 06 0200000000020000") + ip);
  CHECK(second.good);
  CHECK(second.stripped.in_index == 5);
  CHECK(second.packet.fields.number(Field::pkttype) == 1);
  const Result out = strip(276, hex("0800 0000 00000005 0001 04 06 0200000000020000") + ip);
  CHECK(out.stripped.outgoing);
  CHECK(out.stripped.out_index == 5);
}

TEST_CASE("NFLOG captures have the packet among its circumstances") {
  const Octets little =
      hex("0200 0007 0800 0100 0800 02 00 0800 0200 0000002a 0800 0400 00000003 0900 0a00 44524f503a 000000"
          "1000 0800 0006 0000 020000000002 0000 2c00 0900") +
      ip;
  const Result r = strip(239, little);
  CHECK(r.good);
  CHECK(r.packet.fields.number(Field::mark) == 42);
  CHECK(r.packet.fields.get(Field::mac_src) == 0x020000000002);
  CHECK(r.stripped.in_index == 3);
  CHECK(r.stripped.out_index == 0);
  CHECK(r.stripped.hook == Hook::forward);
  CHECK(r.stripped.prefix == "DROP:");
  CHECK(strip(239, hex("0200 0007 002c 0009") + ip, {.big_endian = true}).good);
  CHECK(strip(239, hex("0200 0007 0200 0900")).text == "an NFLOG attribute that is too short");
  CHECK(strip(239, hex("0200 0007")).text == "NFLOG message without a packet");

  // By the hook: what goes out.
  for (unsigned hook = 0; hook < hook_count; ++hook) {
    Octets message = hex("0200 0007 0800 0100 0800 0000 2c00 0900") + ip;
    message[10] = static_cast<std::uint8_t>(hook);
    const Result logged = strip(239, message);
    CHECK(logged.stripped.hook == static_cast<Hook>(hook));
    CHECK(logged.stripped.outgoing == (static_cast<Hook>(hook) == Hook::output || static_cast<Hook>(hook) == Hook::postrouting));
  }

  // --nflog-size 24: the rest of the packet is missing, not wrong.
  Result cut = strip(239, hex("0200 0007 1c00 0900") + Octets(ip.begin(), ip.begin() + 24));
  CHECK(cut.packet.missing == 16);
  CHECK(decode(cut.packet));
  CHECK(cut.packet.truncated);
}

TEST_CASE("802.11 data frames become Ethernet frames") {
  const Octets llc = hex("aaaa03 000000 0800");
  const std::string_view addresses = "020000000001 020000000002 020000000003 1000";
  const Result to_ds = strip(105, hex("0801 0000") + hex(addresses) + llc + ip);
  CHECK(to_ds.good);
  CHECK(to_ds.packet.fields.get(Field::mac_src) == 0x020000000002);
  CHECK(to_ds.packet.link.ethernet[5] == 3);
  const Result from_ds = strip(105, hex("8802 0000") + hex(addresses) + hex("0000") + llc + ip);
  CHECK(from_ds.good);
  CHECK(from_ds.packet.fields.get(Field::mac_src) == 0x020000000003);
  CHECK(from_ds.packet.link.ethernet[5] == 1);
  CHECK(strip(127, hex("0000 0900 02000000 10") + hex("0801 0000") + hex(addresses) + llc + ip).good);
  // Time (8 bytes) before the flags, which tell of padding behind a QoS header.
  CHECK(strip(127, hex("0000 1100 03000000 0000000000000000 20") + hex("8802 0000") + hex(addresses) +
                       hex("0000 0000") + llc + ip)
            .good);
  CHECK(strip(105, hex("0841 0000") + hex(addresses)).text == "802.11 encrypted data");
  CHECK(strip(105, hex("8000 0000") + hex(addresses)).text == "802.11 management");
  CHECK(strip(105, hex("8802 0000") + hex(addresses) + hex("8000") + llc + ip).stripped.kind ==
        Stripped::Kind::unsupported);
  CHECK(strip(127, hex("0000 4000 02000000 10")).text == "a truncated radiotap header");
}

TEST_CASE("other link types are counted, not guessed at") {
  NotSimulated counts;
  counts.count(strip(230, ip).stripped);
  counts.count(strip(230, ip).stripped);
  counts.count(strip(1, macs + hex("0806")).stripped);
  counts.count(strip(1, macs + hex("0800") + ip).stripped);
  REQUIRE(counts.counts().size() == 2);
  CHECK(counts.counts().at("link type 230 is not supported") == 2);
  CHECK(counts.counts().at("ARP") == 1);
}

TEST_CASE("a packet that is used again keeps nothing of the last one") {
  Packet packet;
  packet.fields.set(Field::mark, 1);
  packet.ct_reply = true;
  const Frame frame{.link_type = 101, .bytes = ip, .original = ip.size() + 3, .time = 5, .number = 9};
  strip_link_layer(frame, packet);
  CHECK_FALSE(packet.fields.has(Field::mark));
  CHECK_FALSE(packet.ct_reply);
  CHECK(packet.time == 5);
  CHECK(packet.number == 9);
  CHECK(packet.missing == 3);
}

}  // namespace fwsim::test

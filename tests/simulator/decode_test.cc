#include <doctest/doctest.h>

#include <random>
#include <string>

#include "model/matches/ipv6header.hh"
#include "tests/simulator/packet_builder.hh"

namespace fwsim::test {
namespace {

std::string fault_of(Packet packet) {
  const bool taken = decode(packet);
  CHECK(taken == packet.fault.empty());
  CHECK(taken == packet.fields.has(Field::src));
  return std::string(packet.fault);
}

Packet decoded(Packet packet) {
  REQUIRE(decode(packet));
  return packet;
}

std::uint64_t number(const Packet& packet, Field field) {
  REQUIRE_MESSAGE(packet.fields.has(field), std::string(field_name(field)));
  return packet.fields.number(field);
}

}  // namespace

TEST_CASE("the fields of an IPv4 header with options") {
  const Packet p = decoded(v4(6, syn(), 0x4000, hex("94040000")));
  CHECK(address_text(Family::v4, p.fields.get(Field::src)) == "192.168.1.10");
  CHECK(address_text(Family::v4, p.fields.get(Field::dst)) == "198.51.100.7");
  CHECK(p.l4 == 24);
  CHECK(number(p, Field::length) == 44);
  CHECK(number(p, Field::l4_len) == 20);
  CHECK(number(p, Field::ttl) == 64);
  CHECK(number(p, Field::sport) == 1000);
  CHECK(number(p, Field::dport) == 22);
  CHECK(number(p, Field::tcp_flags) == 2);
  CHECK_FALSE(p.fields.has(Field::ipv6_exts));
  CHECK_FALSE(p.fields.has(Field::frag_id));
}

TEST_CASE("what ip_rcv drops") {
  Packet good = v4(6, syn());
  CHECK(fault_of(good).empty());
  const auto changed = [&](std::size_t at, unsigned value) {
    Packet packet = good;
    packet.bytes[at] = static_cast<std::uint8_t>(value);
    fix_header_checksum(packet);
    return packet;
  };
  CHECK(fault_of(changed(0, 0x55)) == "the IP version is not 4");
  CHECK(fault_of(changed(0, 0x44)) == "an IPv4 header length below 20 bytes");
  CHECK(fault_of(changed(3, 41)) == "shorter than its total length");
  CHECK(fault_of(changed(3, 19)) == "a total length below the header length");
  Packet wrong = good;
  wrong.bytes[11] ^= 1;
  CHECK(fault_of(wrong) == "wrong IPv4 header checksum");
  wrong.locally_sent = true;
  CHECK(fault_of(wrong).empty());
  good.bytes.resize(19);
  CHECK(fault_of(good) == "shorter than an IPv4 header");
}

TEST_CASE("Ethernet padding is no part of the packet") {
  Packet p = v4(17, datagram());
  const std::size_t size = p.bytes.size();
  p.bytes.resize(60);
  REQUIRE(decode(p));
  CHECK(p.bytes.size() == size);
  CHECK(number(p, Field::l4_len) == 13);
  CHECK_FALSE(p.truncated);
}

TEST_CASE("a short capture: lengths are those of the packet, missing bytes are not there") {
  Packet p = v4(6, hex("03e8 0016 000003e8 00000000 6002 faf0 0000 0000 020405b4") + Octets(1000));
  const std::size_t size = p.bytes.size();
  p.bytes.resize(42);
  p.missing = size - 42 + 6;  // with 6 bytes of padding behind the packet
  REQUIRE(decode(p));
  CHECK(p.truncated);
  CHECK(p.missing == size - 42);
  CHECK(number(p, Field::length) == size);
  CHECK(number(p, Field::l4_len) == size - 20);
  CHECK(number(p, Field::tcp_flags) == 2);
  CHECK_FALSE(p.fields.has(Field::tcp_options));
  CHECK(transport_checksum_ok(p));
  REQUIRE(decode(p));
  CHECK(p.truncated);
}

TEST_CASE("a short capture that lacks even the header cannot be judged") {
  Packet p = v4(6, syn());
  p.bytes.resize(14);
  p.missing = 26;
  CHECK(fault_of(p) == "the capture cut the IP header");
}

TEST_CASE("a later fragment has no transport header, whatever its bytes look like") {
  const Packet p = decoded(v4(6, syn(), 0x2003));
  CHECK(number(p, Field::frag_off) == 3);
  CHECK(number(p, Field::l4_len) == 20);
  CHECK_FALSE(p.fields.has(Field::sport));
  CHECK_FALSE(p.fields.has(Field::tcp_flags));
}

TEST_CASE("ports need four bytes, flags the whole TCP header") {
  const Packet p = decoded(v4(6, hex("03e8 0016 000003e8")));
  CHECK(number(p, Field::dport) == 22);
  CHECK_FALSE(p.fields.has(Field::tcp_flags));
  CHECK_FALSE(decoded(v4(17, hex("03e800"))).fields.has(Field::sport));
}

TEST_CASE("the MSS option is found behind others, also behind the end of the list") {
  const std::string_view start = "03e8 0016 000003e8 00000000 8002 faf0 0000 0000 ";
  const Packet p = decoded(v4(6, hex(start) + hex("01 00 0303 07 020405b4 00 00 00")));
  CHECK(number(p, Field::tcp_mss) == 1460);
  CHECK(number(p, Field::tcp_options) == 1);
  CHECK_FALSE(decoded(v4(6, hex(start) + hex("0203 05b4 0101010101010101"))).fields.has(Field::tcp_mss));
}

TEST_CASE("a data offset beyond the packet: no options") {
  Octets tcp = syn();
  tcp[12] = 0x60;
  const Packet p = decoded(v4(6, tcp));
  CHECK(p.fields.has(Field::tcp_flags));
  CHECK_FALSE(p.fields.has(Field::tcp_options));
}

TEST_CASE("transport headers other than TCP and UDP") {
  CHECK(number(decoded(v4(1, hex("0304 0000 00000000"))), Field::icmp) == 0x304);
  CHECK_FALSE(decoded(v4(1, hex("0304 0000 000000"))).fields.has(Field::icmp));
  CHECK(number(decoded(v6(58, hex("8000 0000 00010001"))), Field::icmp) == 0x8000);
  CHECK_FALSE(decoded(v4(58, hex("8000 0000 00010001"))).fields.has(Field::icmp));
  CHECK(number(decoded(v4(50, hex("00000100 00000001"))), Field::esp_spi) == 256);
  CHECK(number(decoded(v4(51, hex("06040000 00000101 00000001"))), Field::ah_spi) == 257);
  CHECK(number(decoded(v4(108, hex("06000007"))), Field::ipcomp_cpi) == 7);
  CHECK(number(decoded(v4(33, hex("03e80016 05000000 0b000001"))), Field::dccp_type) == 5);
  const Packet mobility = decoded(v6(135, hex("3b00 0500 0000 0000")));
  CHECK(number(mobility, Field::mh_type) == 5);
  CHECK(number(mobility, Field::mh_payload) == 59);
}

TEST_CASE("IPv6 extension headers are walked") {
  const Packet p = decoded(
      v6(0, hex("3c00 050200000100") + hex("2c01 0104000000000104000000000100") + hex("0607 0007 000004d2") + syn()));
  CHECK(p.l4 == 72);
  CHECK(number(p, Field::proto) == 6);
  CHECK(number(p, Field::length) == 92);
  CHECK(number(p, Field::hbh_len) == 8);
  CHECK(number(p, Field::dst_len) == 16);
  CHECK(number(p, Field::frag_id) == 1234);
  CHECK(number(p, Field::frag_more) == 1);
  CHECK(number(p, Field::frag_reserved) == 0x706);
  CHECK(number(p, Field::frag_off) == 0);
  CHECK(number(p, Field::dport) == 22);
  CHECK(number(p, Field::ipv6_exts) ==
        (ipv6_ext::hop_opts | ipv6_ext::dst_opts | ipv6_ext::fragment | ipv6_ext::proto));
}

TEST_CASE("an authentication header counts in words of four bytes") {
  const Packet p = decoded(v6(51, hex("0604 0003 00000101 00000001 aaaaaaaa bbbbbbbb cccccccc") + syn()));
  CHECK(p.l4 == 64);
  CHECK(number(p, Field::ah_len) == 24);
  CHECK(number(p, Field::ah_spi) == 257);
  CHECK(number(p, Field::ah_reserved) == 3);
  CHECK(number(p, Field::dport) == 22);
}

TEST_CASE("a chain of extension headers that cannot be walked: no protocol") {
  const Packet cut = decoded(v6(60, hex("06c8 0000 00000000") + syn()));
  CHECK(number(cut, Field::proto) == 6);  // beyond the end, but named
  CHECK(number(cut, Field::l4_len) == 0);
  CHECK_FALSE(cut.fields.has(Field::dst_len));
  const Packet p = decoded(v6(60, hex("3cc8 0000 00000000") + syn()));
  CHECK_FALSE(p.fields.has(Field::proto));
  CHECK_FALSE(p.l4_known);
  CHECK(p.protocol == no_protocol);
  CHECK(number(p, Field::l4_len) == 0);
}

TEST_CASE("a later IPv6 fragment: what it carries is known unless that is an extension header") {
  const Packet tcp = decoded(v6(44, hex("0600 0008 000004d2") + syn()));
  CHECK(number(tcp, Field::proto) == 6);
  CHECK(number(tcp, Field::frag_off) == 1);
  CHECK_FALSE(tcp.fields.has(Field::dport));
  const Packet options = decoded(v6(44, hex("3c00 0008 000004d2") + syn()));
  CHECK_FALSE(options.fields.has(Field::proto));
  CHECK(number(options, Field::frag_off) == 1);
  CHECK(number(decoded(v6(44, hex("3200 0008 000004d2") + syn())), Field::proto) == 50);
}

TEST_CASE("ESP and 'no next header' end the walk") {
  const Packet esp = decoded(v6(50, hex("00000100 00000001 3c000000")));
  CHECK(number(esp, Field::proto) == 50);
  CHECK(number(esp, Field::esp_spi) == 256);
  CHECK(number(esp, Field::ipv6_exts) == ipv6_ext::esp);
  const Packet none = decoded(v6(59, syn()));
  CHECK(number(none, Field::proto) == 59);
  CHECK(number(none, Field::ipv6_exts) == ipv6_ext::none);
}

TEST_CASE("routing headers, segment routing") {
  const Packet old = decoded(v6(43, hex("0602 0001 00000005 20010db8000000000000000000000001") + syn()));
  CHECK(number(old, Field::rt_type) == 0);
  CHECK(number(old, Field::rt_segsleft) == 1);
  CHECK(number(old, Field::rt_len) == 24);
  CHECK(number(old, Field::rt_reserved) == 5);
  CHECK_FALSE(old.fields.has(Field::srh_tag));

  const std::string_view segments =
      "20010db8000000000000000000000001 20010db8000000000000000000000002 20010db8000000000000000000000003";
  const Packet p = decoded(v6(43, hex("0606 0401 02000700") + hex(segments) + syn()));
  CHECK(number(p, Field::srh_segs_left) == 1);
  CHECK(number(p, Field::srh_last_entry) == 2);
  CHECK(number(p, Field::srh_tag) == 7);  // bytes 07 00: the kernel compares them as they lie in memory
  CHECK((p.fields.get(Field::srh_psid) & 0xff) == 3);
  CHECK((p.fields.get(Field::srh_nsid) & 0xff) == 1);
  CHECK((p.fields.get(Field::srh_lsid) & 0xff) == 1);
  const Packet beyond = decoded(v6(43, hex("0606 0403 02000700") + hex(segments) + syn()));
  CHECK(beyond.fields.has(Field::rt_type));
  CHECK_FALSE(beyond.fields.has(Field::srh_segs_left));
}

TEST_CASE("hop-by-hop options on arrival, each as Linux 6.18 took or dropped it") {
  const auto fault = [](std::string_view options) {
    const Octets bytes = hex(options);
    Octets header = hex("0600") + bytes;
    header[1] = static_cast<std::uint8_t>(header.size() / 8 - 1);
    return fault_of(v6(0, header + syn()));
  };
  CHECK(fault("0104 00000000").empty());
  CHECK(fault("000000000000").empty());
  CHECK(fault("0104 00000001") == "padding that is not zero in the hop-by-hop header");
  CHECK(fault("0106 000000000000 0502 0000 0000") == "too much padding in the hop-by-hop header");
  CHECK(fault("0502 0000 0000").empty());
  CHECK(fault("0503 0000 0000") == "a malformed router alert option");
  CHECK(fault("1e04 00000000").empty());
  CHECK(fault("5e04 00000000") == "an unknown hop-by-hop option that forbids to pass it");
  CHECK(fault("de04 00000000") == "an unknown hop-by-hop option that forbids to pass it");
  CHECK(fault("1e001e001e001e001e001e001e001e00 0100 0100 0000").empty());
  CHECK(fault("1e001e001e001e001e001e001e001e001e00 0100 0000") == "too many hop-by-hop options");
  CHECK(fault("1e05 00000000") == "a hop-by-hop option longer than its header");
  CHECK(fault("3104 00000000") == "a misaligned IOAM option");
  CHECK(fault("0100 3102 0000").empty());
  CHECK(fault("0704 00000000") == "a CALIPSO option, but no NetLabel domain is configured");
  CHECK(fault("c204 0000001c") == "a malformed jumbo option");
}

TEST_CASE("payload length 0 with hop-by-hop options: the packet is all there is") {
  Packet p = v6(0, hex("0600 010400000000") + syn() + hex("aabbccdd"));
  put16(p.bytes, 4, 0);
  REQUIRE(decode(p));
  CHECK(number(p, Field::length) == 72);
  Packet plain = v6(6, syn());
  put16(plain.bytes, 4, 0);
  REQUIRE(decode(plain));
  CHECK(plain.bytes.size() == 40);
}

TEST_CASE("a jumbogram is as long as its option says") {
  Packet p = v6(0, hex("0600 c204 00011178") + syn() + Octets(70000 - 28 + 5));
  put16(p.bytes, 4, 0);
  put32(p.bytes, 44, 70000);
  REQUIRE(decode(p));
  CHECK(number(p, Field::length) == 70040);
  CHECK(p.bytes.size() == 70040);
}

TEST_CASE("addresses that the IPv6 receive path refuses") {
  const auto fault = [](std::string_view src, std::string_view dst, bool loopback = false) {
    Packet p = v6(6, syn());
    std::copy_n(hex(src).begin(), 16, p.bytes.begin() + 8);
    std::copy_n(hex(dst).begin(), 16, p.bytes.begin() + 24);
    REQUIRE(decode(p));
    return std::string(arrival_fault(p, loopback));
  };
  const std::string_view host = "20010db8000100000000000000000010", lo = "00000000000000000000000000000001";
  CHECK(fault(host, host).empty());
  CHECK(fault(lo, host) == "the loopback address ::1 from outside");
  CHECK(fault(lo, lo, true).empty());
  CHECK(fault(host, "ff020000000000000000000000000001").empty());
  CHECK_FALSE(fault(host, "ff010000000000000000000000000001").empty());
  CHECK(fault(host, "ff010000000000000000000000000001", true).empty());
  CHECK_FALSE(fault(host, "ff000000000000000000000000000001", true).empty());
  CHECK(fault("ff020000000000000000000000000001", host) == "a multicast source address");
}

TEST_CASE("decoding again keeps the kernel's notes and forgets old header fields") {
  Packet p = decoded(v4(6, syn()));
  p.fields.set(Field::mark, 7);
  p.bytes[9] = 47;
  fix_header_checksum(p);
  REQUIRE(decode(p));
  CHECK(number(p, Field::mark) == 7);
  CHECK_FALSE(p.fields.has(Field::dport));
}

TEST_CASE("any bytes are safe") {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    Octets bytes(random() % 120);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % 3 == 0 ? random() : 0);
    if (!bytes.empty()) bytes[0] = static_cast<std::uint8_t>(random() % 2 == 0 ? 0x60 : 0x40 | random() % 16);
    Packet packet = packet_of(bytes);
    packet.missing = random() % 3 == 0 ? random() % 200 : 0;
    if (packet.family == Family::v4) {
      if (bytes.size() > 3) put16(packet.bytes, 2, random() % 130);
      fix_header_checksum(packet);
    } else if (bytes.size() > 6) {
      put16(packet.bytes, 4, random() % 100);
      packet.bytes[6] = std::to_array<std::uint8_t>({0, 43, 44, 51, 60, 6, 135, 59})[random() % 8];
    }
    if (decode(packet)) {
      transport_checksum_ok(packet);
      CHECK(packet.fields.has(Field::l4_len));
    }
    CHECK_FALSE(packet_text(packet).empty());
    fix_checksums(packet);
  }
}

}  // namespace fwsim::test

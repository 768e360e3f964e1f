// The Ethernet header that packets leave with.
#include "simulator/sources/wire_writer.hh"

#include <doctest/doctest.h>

#include "tests/simulator/packet_builder.hh"

using namespace fwsim;
using namespace fwsim::test;

TEST_CASE("the destination of a leaving frame: next hop, group, or unknown") {
  Host host;
  Interface device{.name = "eth0", .mac = 0x020000000001};
  device.addresses = {{.family = Family::v4, .address = 0xc6336401, .length = 24, .broadcast = 0xc63364ff}};
  host.neighbours = {{.family = Family::v4, .address = 0xc6336407, .device = "eth0", .mac = 0x020000000007},
                     {.family = Family::v4, .address = 0xc63364fe, .device = "eth0", .mac = 0x0200000000fe},
                     {.family = Family::v4, .address = 0xc6336408, .device = "eth1", .mac = 0x020000000008}};
  const auto destination = [&](u128 address, std::optional<u128> gateway = {}) {
    Sent sent{.device = "eth0", .packet = v4(6, syn()), .gateway = gateway};
    put_address(Family::v4, sent.packet.bytes, 16, address);
    fix_header_checksum(sent.packet);
    REQUIRE(decode(sent.packet));
    const LinkHeader link = departing_link(sent, device, host);
    CHECK(Octets(link.ethernet.begin() + 6, link.ethernet.begin() + 12) == hex("020000000001"));
    return Octets(link.ethernet.begin(), link.ethernet.begin() + 6);
  };
  CHECK(destination(0xc6336407) == hex("020000000007"));
  CHECK(destination(0x08080808, 0xc63364fe) == hex("0200000000fe"));
  CHECK(destination(0xc6336408) == hex("000000000000"));  // another device's neighbour
  CHECK(destination(0xefc00102) == hex("01005e400102"));  // 239.192.1.2
  CHECK(destination(0xc63364ff) == hex("ffffffffffff"));
  Sent six{.device = "eth0", .packet = v6(17, datagram())};
  put_address(Family::v6, six.packet.bytes, 24, (u128{0xff02} << 112) | 0x1ff820001);
  REQUIRE(decode(six.packet));
  const LinkHeader link = departing_link(six, device, host);
  CHECK(Octets(link.ethernet.begin(), link.ethernet.begin() + 6) == hex("3333ff820001"));
  // A bridge hands frames on as they are.
  six.packet.link = {.ethernet = {2, 0, 0, 0, 0, 9}, .present = true};
  CHECK(departing_link(six, device, host, true).ethernet == six.packet.link.ethernet);
}

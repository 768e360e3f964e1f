// Matches that ask the host: routes, sets, sockets, country files.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "simulator/routing.hh"
#include "tests/simulator/oracle_match.hh"

using namespace fwsim;
using namespace fwsim::test;

TEST_CASE("socket: other protocols and packets for other hosts have none, the rest is not known") {
  World world;
  Match match(world, "-m socket", Family::v4, Hook::prerouting),
      transparent(world, "-m socket --transparent", Family::v4, Hook::prerouting);
  Packet packet = decoded(v4(6, syn()));
  packet.fields.set(Field::dst_type, 1);
  CHECK(match.ask(packet) == Answer::no);
  CHECK(transparent.ask(packet) == Answer::no);
  packet.bytes[packet.l4 + 13] = 0x10;
  decode(packet);
  CHECK(transparent.ask(packet) == Answer::unknown);
  packet.fields.set(Field::dst_type, 2);
  CHECK(match.ask(packet) == Answer::unknown);
  CHECK(match.ask(decoded(v4(1, hex("0800 0000 0001 0001")))) == Answer::no);
  CHECK(match.why().find("sockets") != std::string::npos);
}

TEST_CASE("set: one that is not known is said so; a known one is looked up") {
  World world;
  Match missing(world, "-m set --match-set nowhere src");
  CHECK(missing.ask(from(client)) == Answer::unknown);
  CHECK(missing.why().find("'nowhere'") != std::string::npos);
  world.host.sets["bad"] = IpSet{.name = "bad", .type = find_set_type("hash:ip"),
                                 .elements = {SetElement{.first = client, .first_length = 32}}};
  Match match(world, "-m set --match-set bad src"), inverted(world, "-m set ! --match-set bad src");
  CHECK(match(from(client)));
  CHECK_FALSE(match(from(client + 1)));
  CHECK(inverted(from(client + 1)));
}

TEST_CASE("rpfilter: loopback and questions to everyone near pass, without routes the rest is not known") {
  World world;
  Match match(world, "-m rpfilter", Family::v4, Hook::prerouting),
      inverted(world, "-m rpfilter --invert", Family::v4, Hook::prerouting);
  Packet packet = from(client);
  packet.fields.set(Field::in_if, name_word("eth0"));
  CHECK(match.ask(packet) == Answer::unknown);
  CHECK(match.why().find("routes") != std::string::npos);
  packet.fields.set(Field::src, 0);
  packet.fields.set(Field::dst, 0xffffffff);
  CHECK(match.ask(packet) == Answer::yes);
  CHECK(inverted.ask(packet) == Answer::no);
}

namespace {

// eth0 with 192.168.1.0/24 and 2001:db8:1::/64, eth1 with the default routes.
Host two_networks() {
  Host host;
  const auto address = [](Family family, const char* text, unsigned length) {
    return InterfaceAddress{.family = family, .address = *read_address(family, text), .length = length};
  };
  host.interfaces = {
      {.name = "lo", .index = 1, .loopback = true},
      {.name = "eth0", .index = 2,
       .addresses = {address(Family::v4, "192.168.1.1", 24), address(Family::v6, "2001:db8:1::1", 64)}},
      {.name = "eth1", .index = 3,
       .addresses = {address(Family::v4, "203.0.113.1", 24), address(Family::v6, "2001:db8:2::1", 64)}}};
  const auto route = [&](Family family, const char* to, const char* device, std::uint32_t metric = 0) {
    host.routes.push_back({.family = family, .destination = *read_prefix(family, to), .hops = {{.device = device}},
                           .metric = metric});
  };
  route(Family::v4, "192.168.1.0/24", "eth0"), route(Family::v4, "0.0.0.0/0", "eth1");
  route(Family::v4, "0.0.0.0/0", "eth0", 20);
  route(Family::v6, "2001:db8:1::/64", "eth0"), route(Family::v6, "::/0", "eth1", 100);
  route(Family::v6, "::/0", "eth0", 2000);
  return host;
}

}  // namespace

TEST_CASE("rpfilter: strict, loose and own addresses (kernel)") {
  World world;
  world.host = two_networks();
  const Routing routing(world.host);
  world.routing = &routing;
  const auto passes = [&](const std::string& options, const char* source, const char* device) {
    const Family family = std::string_view(source).find(':') == std::string_view::npos ? Family::v4 : Family::v6;
    Packet packet = decoded(family == Family::v4 ? v4(17, datagram()) : v6(17, datagram()));
    packet.fields.set(Field::src, *read_address(family, source));
    packet.fields.set(Field::in_if, name_word(device));
    return Match(world, "-m rpfilter " + options, family, Hook::prerouting)(packet);
  };
  CHECK(passes("", "192.168.1.10", "eth0"));
  CHECK_FALSE(passes("", "192.168.1.10", "eth1"));
  CHECK(passes("--loose", "192.168.1.10", "eth1"));
  CHECK_FALSE(passes("--loose", "192.168.1.1", "eth0"));
  CHECK(passes("--accept-local --loose", "192.168.1.1", "eth0"));
  CHECK_FALSE(passes("", "198.51.100.9", "eth0"));  // the default route of the worse metric
  CHECK(passes("", "2001:db8:77::5", "eth0"));      // counts in IPv6
  CHECK_FALSE(passes("", "2001:db8:1::a", "eth1"));
  CHECK(passes("--accept-local", "2001:db8:1::1", "eth1"));
  CHECK(passes("", "fe80::5", "eth1"));
  CHECK(passes("", "::", "eth1"));
}

namespace {

// Country files in a folder of their own.
class Countries {
 public:
  Countries() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fwsim-geoip-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    path = pattern;
  }
  Countries(const Countries&) = delete;
  Countries& operator=(const Countries&) = delete;
  ~Countries() { std::filesystem::remove_all(path); }

  void write(const std::string& name, const Octets& bytes) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream file(path / name, std::ios::binary);
    for (const std::uint8_t byte : bytes) file.put(static_cast<char>(byte));
  }

  std::filesystem::path path;
};

}  // namespace

TEST_CASE("geoip: ranges in network order, and in little-endian words of older versions") {
  const Countries countries;
  countries.write("AA.iv4", hex("0a000000 0a0000ff c0a80100 c0a801ff"));
  countries.write("LE/BB.iv4", hex("0001a8c0 ff01a8c0 00000ac6 ff000ac6"));
  countries.write("LE/CC.iv6", hex("b80d0120 00000100 00000000 00000000 b80d0120 ffff0100 ffffffff ffffffff"));
  World world;
  world.host.geoip_dir = countries.path.string();
  for (const std::string_view code : {"AA", "BB"}) {
    Match match(world, fmt::format("-m geoip --source-country {}", code));
    CHECK(match(from(client)));
    CHECK(match(from(0xc0a80100)));
    CHECK_FALSE(match(from(0xc0a80200)));
  }
  CHECK(Match(world, "-m geoip --source-country CC", Family::v6)(decoded(v6(17, datagram()))));
  CHECK_FALSE(Match(world, "-m geoip ! --source-country CC", Family::v6)(decoded(v6(17, datagram()))));
}

TEST_CASE("geoip: a country without file leaves the answer open, unless another one has the address") {
  const Countries countries;
  countries.write("AA.iv4", hex("c0a80100 c0a801ff"));
  countries.write("ZZ.iv4", hex("c0a801"));
  World world;
  world.host.geoip_dir = countries.path.string();
  Match match(world, "-m geoip --source-country CN,AA");
  CHECK(match.ask(from(client)) == Answer::yes);
  CHECK(match.ask(from(1)) == Answer::unknown);
  CHECK(match.why() == "geoip data for CN not found in " + countries.path.string());
  CHECK(Match(world, "-m geoip --source-country ZZ").ask(from(client)) == Answer::unknown);
}

// What the recorded scenarios do not show: knowledge that is not complete, repeated queues, handshakes.
#include <doctest/doctest.h>

#include "one_match.hh"
#include "packet_builder.hh"
#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "simulator/sockets.hh"

using namespace fwsim;

namespace {

SocketKey key(std::uint16_t dport, bool opens = false) {
  return {.proto = 6, .src = 0xc0a8010a, .sport = 6000, .dst = 0xc0a80101, .dport = dport, .device = "eth0", .opens = opens};
}

}  // namespace

TEST_CASE("sockets: what is not listed is not known") {
  Sockets sockets;
  CHECK_FALSE(sockets.lookup(key(80)).known);
  sockets.listeners_known = true;
  CHECK_FALSE(sockets.lookup(key(80)).known);       // it may be of a connection
  CHECK(sockets.lookup(key(80, true)).known);       // a SYN is not
  CHECK_FALSE(sockets.lookup(key(80, true)).socket);
  const auto listener = sockets.open({.port = 80});
  CHECK(sockets.lookup(key(80, true)).socket == listener);
  sockets.connections_known = true;
  const auto child = sockets.open({.state = Socket::State::established, .address = 0xc0a80101, .port = 80, .peer = 0xc0a8010a, .peer_port = 6000});
  CHECK(sockets.lookup(key(80)).socket == child);
  CHECK(sockets.early(key(80)).socket == child);
  sockets.close(child);
  CHECK(sockets.lookup(key(80)).socket == listener);
  CHECK_FALSE(sockets.early(key(80)).socket);
}

TEST_CASE("sockets: an IPv6 socket takes IPv4 by mapped addresses, unless it may not") {
  Sockets sockets;
  sockets.know_all();
  const auto one = sockets.open({.family = Family::v6, .address = (u128{0xffff} << 32) | 0xc0a80101, .port = 80});
  CHECK(sockets.listener(key(80)).socket == one);
  sockets.open({.family = Family::v6, .port = 81, .v6_only = true});
  CHECK_FALSE(sockets.listener(key(81)).socket);
}

TEST_CASE("the host's stack shakes hands with whom its listener is asked by") {
  Host host = default_host();
  host.interfaces.push_back({.name = "eth0", .index = 2, .addresses = {{.address = 0xc0a80101, .length = 24}}});
  host.sockets.push_back({.port = 80, .uid = 33});
  host.listeners_known = host.connections_known = true;
  const auto parsed = parse_ruleset("*filter\n-A OUTPUT -m owner --uid-owner 33 -j ACCEPT\nCOMMIT\n", {.file = "test"});
  Engine engine(&parsed.ruleset, nullptr, host, {.paths = true, .host_replies = true});
  const auto tcp = [&](std::uint8_t flags, std::uint32_t seq, std::uint32_t ack) {
    Packet p;
    p.bytes = {0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 192, 168, 1, 10, 192, 168, 1, 1, 0x17, 0x70, 0, 80};
    p.bytes.resize(40);
    put32(p.bytes, 24, seq);
    put32(p.bytes, 28, ack);
    p.bytes[32] = 0x50;
    p.bytes[33] = flags;
    fix_header_checksum(p);
    decode(p);
    fix_checksums(p);
    decode(p);
    return engine.receive(std::move(p), "eth0");
  };
  const Result first = tcp(0x02, 1000, 0);
  REQUIRE(first.generated.size() == 1);
  CHECK(first.generated[0].path.front().rule->is_rule());   // of the listener's user
  const std::uint32_t isn = be32(first.generated[0].packet.transport(), 4);
  CHECK(tcp(0x10, 1001, isn).generated.at(0).packet.fields.number(Field::tcp_flags) == 0x04);  // a wrong number
  CHECK(tcp(0x10, 1001, isn + 1).generated.empty());
  CHECK(engine.world().sockets.early(key(80)).socket->state == Socket::State::established);
}

TEST_CASE("the host's stack tells the milliseconds since midnight") {
  Host host = default_host();
  host.interfaces.push_back({.name = "eth0", .index = 2, .addresses = {{.address = 0xc0a80101, .length = 24}}});
  Engine engine(nullptr, nullptr, host, {.host_replies = true});
  Packet p;
  p.bytes = {0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 1, 0, 0, 192, 168, 1, 10, 192, 168, 1, 1, 13, 0, 0, 0, 0, 3, 0, 1, 0, 0, 0, 7};
  p.bytes.resize(40);
  p.time = std::int64_t{1'700'000'000'123} * 1'000'000;   // 2023-11-14 22:13:20.123
  fix_header_checksum(p);
  decode(p);
  fix_checksums(p);
  decode(p);
  const Result r = engine.receive(std::move(p), "eth0");
  REQUIRE(r.generated.size() == 1);
  const Packet& answer = r.generated[0].packet;
  CHECK(answer.transport()[0] == 14);
  CHECK(be32(answer.transport(), 4) == 0x30001);
  CHECK(be32(answer.transport(), 8) == 7);
  CHECK(be32(answer.transport(), 12) == ((22 * 60 + 13) * 60 + 20) * 1000 + 123);
  CHECK(be32(answer.transport(), 16) == be32(answer.transport(), 12));
  CHECK(transport_checksum_ok(answer));
}

// A gateway between 192.168.1.0/24 (eth0) and the Internet (eth1, 203.0.113.1) for tests of helpers.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "simulator/expectation.hh"
#include "simulator/helper.hh"
#include "tests/simulator/packet_builder.hh"

namespace fwsim::test {

inline Host helper_gateway() {
  Host host = default_host();
  for (const auto& [name, address] : {std::pair{"eth0", 0xc0a80101U}, std::pair{"eth1", 0xcb007101U}}) {
    Interface i;
    i.name = name;
    i.addresses = {{.family = Family::v4, .address = address, .length = 24, .broadcast = address | 0xff}};
    host.interfaces.push_back(i);
  }
  host.routes.push_back({.family = Family::v4, .hops = {{.device = "eth1", .gateway = 0xcb0071feU}}});
  host.sysctls["net.ipv4.ip_forward"] = "1";
  return host;
}

class HelperBench {
 public:
  explicit HelperBench(const std::string& rules)
      : parsed_(parse_ruleset(rules, {.file = "test", .family = Family::v4})),
        engine_(&parsed_.ruleset, nullptr, helper_gateway()) {
    REQUIRE_FALSE(has_errors(parsed_.diagnostics));
  }

  // UDP without a checksum.
  Result udp(const std::string& device, std::uint32_t src, unsigned sport, std::uint32_t dst, unsigned dport,
             std::string_view text) {
    Octets l4(8);
    put16(l4, 0, sport);
    put16(l4, 2, dport);
    put16(l4, 4, 8 + text.size());
    l4.insert(l4.end(), text.begin(), text.end());
    return pass(device, src, dst, v4(17, l4));
  }
  Result gre(const std::string& device, std::uint32_t src, std::uint32_t dst, unsigned call_id) {
    Octets l4 = hex("3001 880b 0004 0000 00000000 ff03c021");
    put16(l4, 6, call_id);
    return pass(device, src, dst, v4(47, l4));
  }
  // A segment; both sides count as if nothing were lost.
  Result tcp(const std::string& device, std::uint32_t src, unsigned sport, std::uint32_t dst, unsigned dport,
             unsigned flags, std::uint32_t seq, std::uint32_t ack, const Octets& data = {}) {
    Octets l4 = hex("0000 0000 00000000 00000000 5000 faf0 0000 0000");
    put16(l4, 0, sport);
    put16(l4, 2, dport);
    put32(l4, 4, seq);
    put32(l4, 8, ack);
    l4[13] = static_cast<std::uint8_t>(flags);
    Packet packet = v4(6, l4 + data);
    put32(packet.bytes, 12, src);
    put32(packet.bytes, 16, dst);
    REQUIRE(decode(packet));
    fix_checksums(packet);
    return pass(device, src, dst, std::move(packet));
  }
  // "src:port -> dst:port" of all expectations, newest last.
  std::vector<std::string> expected() {
    std::vector<std::string> list;
    for (const Expectation* e : engine_.world().conntrack.expectations().list(now_)) list.push_back(to_text(*e));
    return list;
  }
  void wait(std::int64_t seconds) { now_ += seconds * 1'000'000'000; }
  World& world() { return engine_.world(); }

  Result pass(const std::string& device, std::uint32_t src, std::uint32_t dst, Packet packet) {
    put32(packet.bytes, 12, src);
    put32(packet.bytes, 16, dst);
    fix_header_checksum(packet);
    packet.time = now_ += 1'000'000;
    packet.locally_sent = device.empty();
    REQUIRE(decode(packet));
    return device.empty() ? engine_.send(std::move(packet)) : engine_.receive(std::move(packet), device);
  }

 private:
  Parsed parsed_;
  Engine engine_;
  std::int64_t now_ = 1'700'000'000'000'000'000;
};

inline std::string text_out(const Result& r) {
  return r.out.empty() ? std::string() : std::string(payload_text(r.out.front().packet));
}

inline constexpr std::uint32_t client = 0xc0a8010a, server = 0xc6336405, outside = 0xcb007101;

}  // namespace fwsim::test

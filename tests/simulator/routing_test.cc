// Routing decisions. Expectations are the answers of `ip route get` and the ICMP errors of Linux 6.18
// for the same host.
#include "simulator/routing.hh"

#include <doctest/doctest.h>

#include <string>

#include "model/value.hh"
#include "parser/host_toml.hh"
#include "parser/iproute.hh"

using namespace fwsim;

namespace {

Host host_of(const std::string& toml) {
  const HostText read = parse_host_toml(toml, "h.toml", [](const std::string&) { return std::nullopt; });
  for (const Diagnostic& d : read.diagnostics) MESSAGE(to_text(d));
  REQUIRE(read.diagnostics.empty());
  return read.host;
}

const char* const router = R"(
routes = ["default via 192.0.2.254", "10.3.0.0/16 dev eth1", "10.4.0.0/16 via 10.1.0.99 tos 0x10", "10.9.0.0/16 dev eth1 src 192.0.2.9",
          "unreachable 9.8.0.0/16", "prohibit 9.7.0.0/16", "blackhole 9.6.0.0/16", "throw 9.5.0.0/16",
          "default via 2001:db8::fe", "unreachable 2001:db8:dead::/48", "prohibit 2001:db8:cccc::/48", "blackhole 2001:db8:bbbb::/48"]
[interfaces.lo]
addresses = ["127.0.0.1/8", "172.16.0.1/32", "10.66.0.1/24", "::1/128"]
[interfaces.eth0]
addresses = ["192.0.2.1/24 brd +", "192.0.2.9/24", "2001:db8::1/64"]
[interfaces.eth1]
addresses = ["10.1.0.1/24", "10.1.0.7/25", "2001:db8:1::1/64", "fd00::1/64"]
mtu = 1400
[interfaces.eth2]
addresses = ["10.8.0.1 peer 10.8.0.2/32"]
[interfaces.noaddr]
[sysctl]
"net.ipv4.ip_forward" = 1
net.ipv6.conf.all.forwarding = 1
)";

struct Net {
  Host host;
  explicit Net(const std::string& toml) : host(host_of(toml)) {}

  static Family family(const std::string& text) {
    return text.find(':') == std::string::npos ? Family::v4 : Family::v6;
  }
  static u128 address(const std::string& text) { return text.empty() ? u128{0} : *read_address(family(text), text); }

  static std::string text(Family family, const RouteResult& r) {
    switch (r.kind) {
      case RouteResult::Kind::drop: return "drop";
      case RouteResult::Kind::error: return "icmp " + std::to_string(r.icmp_type) + "/" + std::to_string(r.icmp_code);
      case RouteResult::Kind::local:
        return std::string(route_type_name(r.type)) + (r.source ? " src " + address_text(family, r.source) : "");
      default: break;
    }
    std::string out = (r.type == RouteType::unicast ? "" : std::string(route_type_name(r.type)) + " ") + r.device;
    if (r.gateway) out += " via " + address_text(family, *r.gateway);
    if (r.source) out += " src " + address_text(family, r.source);
    return out;
  }
  std::string out(const std::string& dst, const std::string& device = {}, std::uint8_t tos = 0,
                  std::uint32_t mark = 0) const {
    const RouteKey key{.family = family(dst), .dst = address(dst), .mark = mark, .tos = tos, .out = device};
    return text(key.family, Routing(host).output(key));
  }
  std::string in(const std::string& src, const std::string& dst, const std::string& device) const {
    const RouteKey key{.family = family(dst), .src = address(src), .dst = address(dst), .in = device};
    return text(key.family, Routing(host).input(key));
  }
  Net& set(const std::string& sysctl) {
    CHECK_FALSE(add_sysctl(host, sysctl));
    return *this;
  }
  Net& rule(const std::string& text) {
    CHECK_FALSE(add_rule(host, text));
    return *this;
  }
};

}  // namespace

TEST_CASE("the local table follows from the addresses") {
  const Net net(router);
  CHECK(net.out("192.0.2.1") == "local src 192.0.2.1");
  CHECK(net.out("192.0.2.9") == "local src 192.0.2.1");  // secondary: the primary is its source
  CHECK(net.out("127.1.2.3") == "local src 127.0.0.1");
  CHECK(net.out("10.66.0.77") == "local src 10.66.0.1");  // all of a network on lo
  CHECK(net.out("10.8.0.1") == "local src 10.8.0.1");
  CHECK(net.out("10.8.0.2") == "eth2 src 10.8.0.1");
  CHECK(net.out("192.0.2.255") == "broadcast eth0 src 192.0.2.1");
  CHECK(net.out("192.0.2.0") == "eth0 src 192.0.2.1");  // the lowest address is like others
  CHECK(net.out("192.0.2.1", "eth1") == "eth1 src 10.1.0.1");
  CHECK(net.out("10.1.0.1", "eth1") == "local src 10.1.0.1");
}

TEST_CASE("longest prefix, TOS, preferred source") {
  const Net net(router);
  CHECK(net.out("8.8.8.8") == "eth0 via 192.0.2.254 src 192.0.2.1");
  CHECK(net.out("10.3.5.5") == "eth1 src 10.1.0.1");
  CHECK(net.out("10.4.1.1") == "eth0 via 192.0.2.254 src 192.0.2.1");
  CHECK(net.out("10.4.1.1", "", 0x10) == "eth1 via 10.1.0.99 src 10.1.0.1");
  CHECK(net.out("10.4.1.1", "", 0xb0) == "eth1 via 10.1.0.99 src 10.1.0.1");  // routes know four bits
  CHECK(net.out("10.4.1.1", "", 0x14) == "eth0 via 192.0.2.254 src 192.0.2.1");
  CHECK(net.out("10.9.1.1") == "eth1 src 192.0.2.9");
  CHECK(net.out("10.1.0.5") == "eth1 src 10.1.0.7");
  CHECK(net.out("10.1.0.130") == "eth1 src 10.1.0.1");
}

TEST_CASE("groups and broadcasts of the host itself") {
  const Net net(router);
  CHECK(net.out("224.0.0.5") == "multicast eth0 src 192.0.2.1");
  CHECK(net.out("255.255.255.255") == "broadcast eth0 src 192.0.2.1");
  CHECK(net.out("255.255.255.255", "eth1") == "broadcast eth1 src 10.1.0.1");
  CHECK(net.out("8.8.8.8", "eth1") == "eth1 src 10.1.0.1");  // bound: taken to be on the link
  CHECK(net.out("8.8.8.8", "noaddr") == "noaddr src 172.16.0.1");
  CHECK(net.out("0.0.0.0") == "local src 127.0.0.1");
}

TEST_CASE("arriving packets: local, forwarded, martian") {
  const Net net(router);
  CHECK(net.in("10.1.0.5", "8.8.8.8", "eth1") == "eth0 via 192.0.2.254");
  CHECK(net.in("10.1.0.5", "192.0.2.9", "eth1") == "local");
  CHECK(net.in("192.0.2.55", "192.0.2.255", "eth0") == "broadcast");
  CHECK(net.in("0.0.0.0", "255.255.255.255", "eth1") == "broadcast");
  CHECK(net.in("10.1.0.1", "255.255.255.255", "eth1") == "drop");
  CHECK(net.in("10.1.0.5", "224.0.0.1", "eth1") == "multicast");
  CHECK(net.in("10.1.0.5", "239.0.0.1", "eth1") == "drop");
  CHECK(net.in("224.0.0.1", "8.8.8.8", "eth1") == "drop");
  CHECK(net.in("0.0.0.0", "8.8.8.8", "eth1") == "drop");
  CHECK(net.in("127.0.0.1", "8.8.8.8", "eth1") == "drop");
  CHECK(net.in("10.1.0.5", "127.0.0.1", "eth1") == "drop");
  CHECK(Net(router).set("net.ipv4.conf.eth1.route_localnet=1").in("10.1.0.5", "127.0.0.1", "eth1") == "local");
  // Since Linux 5.3 only 0.0.0.0 itself is special.
  CHECK(net.in("0.1.2.3", "10.66.0.9", "eth1") == "local");
}

TEST_CASE("source validation without rp_filter: own addresses, and all of it where the packet would turn back") {
  const Net net(router);
  CHECK(net.in("10.1.0.1", "8.8.8.8", "eth1") == "drop");
  CHECK(net.in("10.1.0.255", "8.8.8.8", "eth1") == "eth0 via 192.0.2.254");
  CHECK(net.in("192.0.2.255", "8.8.8.8", "eth0") == "drop");
  CHECK(Net(router).set("net.ipv4.conf.all.accept_local=1").in("10.1.0.1", "8.8.8.8", "eth1") ==
        "eth0 via 192.0.2.254");
  // Any rule of one's own makes the check a full one.
  CHECK(Net(router).rule("to 9.9.9.0/24 unreachable").in("10.1.0.255", "8.8.8.8", "eth1") == "drop");
}

TEST_CASE("rp_filter: loose wants a route back and an address on the device, strict the same device") {
  const Net loose = Net(router).set("net.ipv4.conf.all.rp_filter=2"),
            strict = Net(router).set("net.ipv4.conf.eth0.rp_filter=1");
  CHECK(loose.in("10.1.0.5", "8.8.8.8", "eth0") == "eth0 via 192.0.2.254");
  CHECK(loose.in("10.1.0.5", "8.8.8.8", "noaddr") == "drop");
  CHECK(strict.in("10.1.0.5", "8.8.8.8", "eth0") == "drop");
  CHECK(strict.in("8.8.8.8", "10.1.0.9", "eth0") == "eth1");
  CHECK(strict.in("8.8.8.8", "10.1.0.9", "eth1") == "eth1");  // larger of all and the device
}

TEST_CASE("no way: what the sender gets") {
  const Net net =
      Net(router).rule("to 9.9.9.0/24 unreachable").rule("to 9.9.8.0/24 prohibit").rule("to 9.9.7.0/24 blackhole");
  Net lonely(router);
  std::erase_if(lonely.host.routes, [](const Route& r) { return r.destination.mask == 0; });
  CHECK(lonely.in("10.1.0.5", "8.8.8.8", "eth1") == "icmp 3/0");
  CHECK(net.in("10.1.0.5", "9.8.0.1", "eth1") == "icmp 3/1");
  CHECK(net.in("10.1.0.5", "9.7.0.1", "eth1") == "icmp 3/13");
  CHECK(net.in("10.1.0.5", "9.6.0.1", "eth1") == "drop");
  CHECK(net.in("10.1.0.5", "9.5.0.1", "eth1") == "icmp 3/0");
  CHECK(net.in("10.1.0.5", "9.9.9.1", "eth1") == "icmp 3/0");  // a rule's unreachable is another one
  CHECK(net.in("10.1.0.5", "9.9.8.1", "eth1") == "icmp 3/13");
  CHECK(net.in("10.1.0.5", "9.9.7.1", "eth1") == "drop");
  CHECK(Net(router).set("net.ipv4.conf.eth1.forwarding=0").in("10.1.0.5", "9.8.0.1", "eth1") == "drop");
  CHECK(Net(router).set("net.ipv4.ip_forward=0").in("10.1.0.5", "8.8.8.8", "eth1") == "drop");
  CHECK(net.out("9.8.0.1") == "drop");
}

TEST_CASE("rules: marks, devices, inversion, suppression, goto") {
  Net net = Net(router)
                .rule("fwmark 0x1/0xf table 100")
                .rule("iif eth1 to 7.0.0.0/8 table 100")
                .rule("iif lo to 6.0.0.0/8 table 100");
  CHECK_FALSE(add_route(net.host, "default dev eth2 table 100"));
  CHECK(net.out("8.8.8.8", "", 0, 0x31) == "eth2 src 10.8.0.1");
  CHECK(net.out("8.8.8.8", "", 0, 0x32) == "eth0 via 192.0.2.254 src 192.0.2.1");
  CHECK(net.in("10.1.0.5", "7.1.1.1", "eth1") == "eth2");
  CHECK(net.in("192.0.2.5", "7.1.1.1", "eth2") == "eth0 via 192.0.2.254");
  CHECK(net.out("6.1.1.1") == "eth2 src 10.8.0.1");
  CHECK(net.in("10.1.0.5", "6.1.1.1", "eth1") == "eth0 via 192.0.2.254");
  Net wireguard = Net(router).rule("not fwmark 0xca6c table 51820").rule("table main suppress_prefixlength 0");
  CHECK_FALSE(add_route(wireguard.host, "default dev eth2 table 51820"));
  CHECK(wireguard.out("8.8.8.8") == "eth2 src 10.8.0.1");
  CHECK(wireguard.out("10.3.1.1") == "eth1 src 10.1.0.1");
  CHECK(wireguard.out("8.8.8.8", "", 0, 0xca6c) == "eth0 via 192.0.2.254 src 192.0.2.1");
  CHECK(Net(router).rule("goto 32767 priority 10").out("8.8.8.8") == "drop");
}

TEST_CASE("of several ways one is taken for each pair of addresses, in proportion to the weights") {
  Net net(router);
  CHECK_FALSE(add_route(net.host, "5.0.0.0/8 nexthop via 192.0.2.7 weight 3 nexthop via 10.1.0.8"));
  const Routing routing(net.host);
  unsigned first = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const RouteResult r = routing.output({.family = Family::v4, .src = 0xc0000201, .dst = 0x05000000 + i});
    CHECK(r.balanced);
    first += r.device == "eth0" ? 1 : 0;
  }
  CHECK(first > 700);
  CHECK(first < 800);
  CHECK(net.out("5.0.0.1", "eth1") == "eth1 via 10.1.0.8 src 10.1.0.1");
  CHECK_FALSE(routing.output({.family = Family::v4, .dst = 0x08080808}).balanced);
}

TEST_CASE("IPv6: no source validation, errors even without forwarding, neighbours' groups") {
  const Net net(router), host = Net(router).set("net.ipv6.conf.all.forwarding=0");
  CHECK(net.in("2001:db8:1::5", "2001:4860::1", "eth1") == "eth0 via 2001:db8::fe");
  CHECK(net.in("2001:db8::1", "2001:db8:1::5", "eth0") == "eth1");
  CHECK(net.in("2001:db8:1::5", "2001:db8::1", "eth1") == "local");
  CHECK(net.in("2001:db8:1::5", "2001:db8::", "eth1") == "anycast");
  CHECK(host.in("2001:db8:1::5", "2001:db8::", "eth1") == "drop");
  CHECK(host.in("2001:db8:1::5", "2001:4860::1", "eth1") == "drop");
  for (const Net* n : {&net, &host}) {
    CHECK(n->in("2001:db8:1::5", "2001:db8:dead::1", "eth1") == "icmp 1/0");
    CHECK(n->in("2001:db8:1::5", "2001:db8:cccc::1", "eth1") == "icmp 1/1");
    CHECK(n->in("2001:db8:1::5", "2001:db8:bbbb::1", "eth1") == "drop");
  }
  CHECK(net.in("fe80::5", "ff02::1", "eth1") == "multicast");
  CHECK(net.in("fe80::5", "ff02::1:ff00:1", "eth1") == "multicast");
  CHECK(net.in("fe80::5", "ff02::1:ff00:2", "eth1") == "drop");
}

TEST_CASE("IPv6 sources follow RFC 6724") {
  const Net net(router);
  CHECK(net.out("2001:db8::9") == "eth0 src 2001:db8::1");
  CHECK(net.out("2001:4860::1") == "eth0 via 2001:db8::fe src 2001:db8::1");
  CHECK(net.out("fd00::5") == "eth1 src fd00::1");
  CHECK(net.out("2001:db8:1::9") == "eth1 src 2001:db8:1::1");
  CHECK(net.out("2001:db8:1::1") == "local src 2001:db8:1::1");
}

TEST_CASE("addresses for MASQUERADE, REDIRECT and ICMP errors") {
  const Net net(router);
  const Routing routing(net.host);
  const auto ip = [](const char* text) { return Net::address(text); };
  CHECK(routing.masquerade_address(Family::v4, "eth1", ip("10.1.0.99")) ==
        ip("10.1.0.1"));  // the first whose network has it
  CHECK(routing.masquerade_address(Family::v4, "eth1", ip("10.1.0.200")) == ip("10.1.0.1"));
  CHECK(routing.masquerade_address(Family::v4, "eth0", ip("8.8.8.8")) == ip("192.0.2.1"));
  CHECK(routing.masquerade_address(Family::v4, "noaddr", ip("8.8.8.8")) == ip("172.16.0.1"));
  CHECK(routing.masquerade_address(Family::v6, "eth1", ip("2001:4860::1")) == ip("2001:db8:1::1"));
  CHECK(routing.first_address(Family::v4, "eth1") == ip("10.1.0.1"));
  CHECK_FALSE(routing.first_address(Family::v4, "noaddr"));
  CHECK(routing.source_for(Family::v4, ip("10.3.0.9")) == ip("10.1.0.1"));
  CHECK_FALSE(routing.source_for(Family::v4, ip("9.6.0.1")));
  CHECK(routing.mtu("eth1") == 1400);
  CHECK(routing.mtu("unknown") == 1500);
}

TEST_CASE("types of addresses, as addrtype asks for them") {
  const Net net(router);
  const Routing routing(net.host);
  const auto type = [&](const char* text, const char* device = "") {
    return routing.address_type(Net::family(text), Net::address(text), device);
  };
  CHECK(type("192.0.2.9") == RouteType::local);
  CHECK(type("192.0.2.9", "eth0") == RouteType::local);
  CHECK(type("192.0.2.9", "eth1") == RouteType::unicast);
  CHECK(type("192.0.2.255") == RouteType::broadcast);
  CHECK(type("255.255.255.255") == RouteType::broadcast);
  CHECK(type("0.0.0.0") == RouteType::broadcast);
  CHECK(type("9.6.0.1") == RouteType::unicast);  // only the local table is asked
  CHECK(type("224.0.0.1") == RouteType::multicast);
  CHECK(type("2001:db8::1") == RouteType::local);
  CHECK(type("2001:db8:dead::1") == RouteType::unreachable);
  CHECK(routing.is_local(Family::v4, 0x7f000005));
}

TEST_CASE("a device that is down keeps its local addresses and loses its routes") {
  Net net(router);
  interface_named(net.host, "eth1").up = false;
  CHECK(net.out("10.1.0.1") == "local src 10.1.0.1");
  CHECK(net.out("10.3.5.5") == "eth0 via 192.0.2.254 src 192.0.2.1");
  CHECK(net.out("8.8.8.8", "eth1") == "drop");
}

TEST_CASE("a host that nobody described") {
  const Host host = default_host();
  CHECK_FALSE(knows_routes(host));
  CHECK(knows_routes(host_of(router)));
  const Routing routing(host);
  CHECK(routing.is_local(Family::v4, 0x7f000001));
  CHECK(routing.input({.family = Family::v4, .src = 0x0a000001, .dst = 0x0a000002, .in = "eth0"}).kind ==
        RouteResult::Kind::error);
}

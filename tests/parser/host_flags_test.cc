// Hosts from the flags --addr, --route, --rule and --sysctl.
#include <doctest/doctest.h>

#include "parser/iproute.hh"
#include "tests/parser/faults.hh"

using namespace fwsim;

namespace {

std::string route_fault(const char* text) {
  Host host = default_host();
  add_address(host, "eth0=192.0.2.1/24");
  return fault(add_route(host, text));
}

}  // namespace

TEST_CASE("--addr: a device and its address") {
  Host host = default_host();
  CHECK_FALSE(add_address(host, "eth0=192.0.2.1/24"));
  CHECK_FALSE(add_address(host, "2001:db8::1/64 dev eth0"));
  CHECK_FALSE(add_address(host, "eth1=10.0.0.1/24 brd +"));
  REQUIRE(host.find("eth0"));
  CHECK(host.find("eth0")->addresses.at(0) ==
        InterfaceAddress{.family = Family::v4, .address = ip("192.0.2.1"), .length = 24});
  CHECK(host.find("eth0")->addresses.at(1).length == 64);
  CHECK(host.find("eth1")->addresses.at(0).broadcast == ip("10.0.0.255"));
  CHECK(host.find("lo"));
  CHECK(fault(add_address(host, "eth0=192.0.x.1/24")) == "5+12 '192.0.x.1/24' is not an address");
}

TEST_CASE("--addr: faults say where") {
  Host host = default_host();
  CHECK(fault(add_address(host, "192.0.2.1/24")) == "0+12 the device is missing");
  CHECK(fault(add_address(host, "eth0=192.0.2.1/33")) == "15+2 '33' is not a number up to 32");
  CHECK(fault(add_address(host, "eth0=192.0.2.1/24 brod +")) == "18+4 'brod' is not known here");
  CHECK(fault(add_address(host, "averyveryverylongname=10.0.0.1/8")).substr(0, 4) == "0+21");
}

TEST_CASE("--route: the arguments of ip route add") {
  Host host = default_host();
  add_address(host, "eth0=192.0.2.1/24");
  CHECK_FALSE(add_route(host, "default via 192.0.2.254"));
  CHECK_FALSE(add_route(host,
                        "10.0.0.0/8 via 192.0.2.5 dev eth0 proto static scope global metric 5 src 192.0.2.1 mtu lock "
                        "1400 realm 3/7 tos 0x10 onlink"));
  CHECK_FALSE(add_route(host, "blackhole 10.1.0.0/16 table 100"));
  CHECK_FALSE(add_route(host, "local 10.2.0.0/16 dev lo"));
  CHECK_FALSE(add_route(host, "5.0.0.0/8 nexthop via 192.0.2.2 dev eth0 weight 3 nexthop dev eth1"));
  CHECK_FALSE(add_route(host, "default dev eth1", Family::v6));
  CHECK_FALSE(add_route(host, "10.9.0.0/16 via inet6 fe80::1 dev eth0"));
  REQUIRE(host.routes.size() == 7);
  CHECK(host.routes[0].hops.at(0).device == "eth0");  // the device whose network has the gateway
  const Route& full = host.routes[1];
  CHECK(full.hops.at(0).gateway == ip("192.0.2.5"));
  CHECK(full.metric == 5);
  CHECK(full.mtu == 1400);
  CHECK(full.realm == 0x30007);
  CHECK(full.tos == 0x10);
  CHECK(host.routes[2].type == RouteType::blackhole);
  CHECK(host.routes[2].table == 100);
  CHECK(host.routes[3].table == 255);
  CHECK(host.routes[4].hops.at(0).weight == 3);
  CHECK(host.routes[4].hops.at(1).device == "eth1");
  CHECK(host.routes[5].family == Family::v6);
  CHECK(host.routes[5].metric == 1024);
  CHECK(host.find("eth1"));
}

TEST_CASE("--route: faults say where") {
  CHECK(route_fault("10.0.0.0/33 dev eth0") == "0+11 '10.0.0.0/33' is not a network");
  CHECK(route_fault("default via 10.99.0.1").find("no device has an address in the network of 10.99.0.1") !=
        std::string::npos);
  CHECK(route_fault("default") == "0+7 the route names no device and no gateway");
  CHECK(route_fault("default dev eth0 tabel 100") == "17+5 'tabel' is not known here");
  CHECK(route_fault("default dev eth0 metric x") == "24+1 'x' is not a number up to 4294967295");
  CHECK(route_fault("default dev eth0 table") == "17+5 'table' needs a value");
  CHECK(route_fault("10.0.0.0/8 via 2001:db8::1 dev eth0") == "15+11 '2001:db8::1' is of the other address family");
  CHECK(route_fault("") == "0+1 the destination is missing");
}

TEST_CASE("--rule: the arguments of ip rule add, priorities as the kernel gives them") {
  Host host = default_host();
  CHECK_FALSE(add_rule(host, "fwmark 0x1/0xff lookup 100"));
  CHECK_FALSE(add_rule(host, "not from 10.0.0.0/8 to 10.1.0.0/16 table main suppress_prefixlength 0"));
  CHECK_FALSE(add_rule(host, "iif eth0 oif tun0 tos 0x10 prohibit pref 50"));
  CHECK_FALSE(add_rule(host, "ipproto tcp sport 80 dport 1000-2000 uidrange 0-5 table 7"));
  CHECK_FALSE(add_rule(host, "from 2001:db8::/32 table 9"));
  REQUIRE(host.rules.size() == 5);
  CHECK(host.rules[0].priority == 32765);
  CHECK(host.rules[0].mark_mask == 0xff);
  CHECK(host.rules[1].priority == 32764);
  CHECK(host.rules[1].invert);
  CHECK(host.rules[1].suppress_length == 0);
  CHECK(host.rules[2].action == RouteType::prohibit);
  CHECK(host.rules[3].priority == 49);
  CHECK(host.rules[3].dport == Range{1000, 2000});
  CHECK(host.rules[4].family == Family::v6);
  CHECK(host.rules[4].priority == 32765);
  CHECK(fault(add_rule(host, "fwmark x table 1")) == "7+1 'x' is not a number up to 4294967295");
  CHECK(fault(add_rule(host, "from 10.0.0.0/8 lokup 5")) == "16+5 'lokup' is not known here");
}

TEST_CASE("--sysctl: names with dots, slashes or both") {
  Host host;
  CHECK_FALSE(add_sysctl(host, "net.ipv4.ip_forward=1"));
  CHECK_FALSE(add_sysctl(host, "net/ipv4/conf/eth0.1/rp_filter = 2"));
  CHECK(host.sysctl("net.ipv4.conf.all.forwarding", 0) == 1);
  CHECK(host.sysctl("net.ipv4.conf.eth0.1.rp_filter", 0) == 2);
  CHECK(host.sysctl("net.ipv4.nothing", 7) == 7);
  CHECK(add_sysctl(host, "net.ipv4.ip_forward"));
}

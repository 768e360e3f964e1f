// Hosts from flags, TOML files and snapshots; the collecting script itself.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "model/value.hh"
#include "parser/collect.hh"
#include "parser/connections.hh"
#include "parser/host_toml.hh"
#include "parser/iproute.hh"
#include "parser/snapshot.hh"
#include "parser/ss.hh"
#include "parser/tar.hh"

using namespace fwsim;

namespace {

u128 ip(const char* text) {
  return *read_address(std::string_view(text).find(':') == std::string_view::npos ? Family::v4 : Family::v6, text);
}

// "at+width text" of the fault; empty without one.
std::string fault(const std::optional<TextFault>& f) {
  return f ? std::to_string(f->at) + "+" + std::to_string(f->width) + " " + f->text : "";
}

std::string route_fault(const char* text) {
  Host host = default_host();
  add_address(host, "eth0=192.0.2.1/24");
  return fault(add_route(host, text));
}

HostText toml(const std::string& text, const std::map<std::string, std::string>& files = {}) {
  return parse_host_toml(text, "dir/host.toml", [&](const std::string& name) -> std::optional<std::string> {
    const auto found = files.find(name);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  });
}

// "line:column text" of each fault.
std::string faults(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& d : diagnostics)
    if (d.severity == Severity::error)
      out += std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.text + "\n";
  return out;
}

const std::map<std::string, std::string> recorded{
    {"addr.json",
     R"([{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"group":"default","link_type":"loopback",
"address":"00:00:00:00:00:00","addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host","label":"lo"},
{"family":"inet6","local":"::1","prefixlen":128,"scope":"host"}]},
{"ifindex":2,"ifname":"eth0","flags":["NO-CARRIER","BROADCAST","MULTICAST","UP"],"mtu":1500,"operstate":"DOWN","group":"5",
"link_type":"ether","address":"ba:64:de:2d:e9:80","addr_info":[{"family":"inet","local":"192.0.2.1","prefixlen":24,"scope":"global"},
{"family":"inet","local":"192.0.2.9","prefixlen":24,"scope":"global","secondary":true},
{"family":"inet6","local":"2001:db8::1","prefixlen":64,"scope":"global","nodad":true}]},
{"ifindex":3,"ifname":"tun0","flags":["POINTOPOINT","MULTICAST","NOARP"],"mtu":1400,"group":"default","link_type":"none",
"addr_info":[{"family":"inet","local":"10.8.0.1","address":"10.8.0.2","prefixlen":32,"scope":"link"}]},
{"ifindex":4,"ifname":"eth1","flags":["UP"],"mtu":1500,"master":"br0","link_type":"ether","address":"aa:f1:35:39:39:26","addr_info":[]}])"},
    {"route4.json",
     R"([{"dst":"10.1.0.0/16","tos":"0x10","gateway":"192.0.2.5","dev":"eth0","table":"100","prefsrc":"192.0.2.9","flags":["linkdown"],
"flow":{"from":"3","to":"7"}},{"type":"throw","dst":"10.5.0.0/16","table":"100","flags":[]},
{"dst":"default","gateway":"192.0.2.254","dev":"eth0","metric":100,"flags":[],"metrics":[{"mtu":1400}]},
{"dst":"10.0.0.0/8","flags":[],"nexthops":[{"gateway":"192.0.2.2","dev":"eth0","weight":3,"flags":[]},{"gateway":"10.8.0.2","dev":"tun0","weight":1,"flags":["dead"]}]},
{"dst":"10.9.0.0/16","via":{"family":"inet6","host":"fe80::1"},"dev":"eth0","flags":[]},
{"type":"2","dst":"192.0.2.1","dev":"eth0","table":"255","protocol":"2","scope":"254","prefsrc":"192.0.2.1","flags":[]},
{"dst":"2001:db8::/64","dev":"eth0","protocol":"kernel","metric":256,"flags":[],"pref":"medium"}])"},
    {"rule4.json",
     R"([{"priority":0,"src":"all","table":"local"},{"priority":40,"src":"all","goto":32766},{"priority":41,"src":"1.2.3.4","nop":null},
{"priority":49,"src":"all","uid_start":0,"uid_end":5,"ipproto":"tcp","sport":80,"dport_start":1000,"dport_end":2000,"table":"7"},
{"priority":50,"src":"all","table":"main","suppress_prefixlen":0},{"priority":1000,"src":"all","l3mdev":null},
{"priority":32763,"src":"all","tos":"0x10","iif":"eth0","oif":"tun0","action":"prohibit"},
{"priority":32764,"not":null,"src":"10.0.0.0","srclen":8,"dst":"10.1.0.0","dstlen":16,"table":"200"},
{"priority":32765,"src":"all","fwmark":"0x1","fwmask":"0xff","table":"100"},{"priority":32766,"src":"all","table":"main"},
{"priority":32767,"src":"all","table":"default"}])"},
    {"sysctl.txt",
     "sysctl: permission denied\nnet.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0/1.rp_filter = 2\nvm.swappiness = 60\n"},
    {"ipset.save",
     "create a hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1\nadd a 10.0.0.1\n"},
    {"rules.v4", "*filter\nCOMMIT\n"}};

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

TEST_CASE("host.toml describes a host") {
  const HostText read = toml(R"(
routes = ["default via 192.0.2.254"]
routes6 = ["default dev eth0"]
rules = ["fwmark 1 lookup 100"]
sets = "ipset.save"
[interfaces.eth0]
addresses = ["192.0.2.1/24", "2001:db8::1/64"]
mac = "02:00:00:00:00:01"
mtu = 1400
group = 5
master = "br0"
up = false
[sysctl]
"net.ipv4.ip_forward" = 1
net.ipv4.conf.all.rp_filter = 2
"net.ipv4.tcp_rmem" = "4096 1 2"
)",
                             {{"dir/ipset.save", "create a hash:ip\nadd a 10.0.0.1\n"}});
  CHECK(faults(read.diagnostics).empty());
  const Interface* eth0 = read.host.find("eth0");
  REQUIRE(eth0);
  CHECK(eth0->mac == 0x020000000001);
  CHECK(eth0->mtu == 1400);
  CHECK(eth0->group == 5);
  CHECK(eth0->master == "br0");
  CHECK_FALSE(eth0->up);
  CHECK(eth0->addresses.size() == 2);
  CHECK(read.host.find("lo"));
  CHECK(read.host.routes.size() == 2);
  CHECK(read.host.rules.at(0).mark == 1);
  CHECK(read.host.sysctl("net.ipv4.conf.all.rp_filter", 0) == 2);
  CHECK(read.host.sets.at("a").elements.size() == 1);
}

TEST_CASE("host.toml: all faults, with line and column") {
  CHECK(faults(toml("routes = [\"default via 192.0.2.254 dev eth0 metrc 5\"]\n").diagnostics) ==
        "1:45 'metrc' is not known here\n");
  CHECK(faults(toml("route = []\n[interfaces.eth0]\naddress = [\"x\"]\naddresses = [\"10.0.0.1/40\", 5]\nmtu = "
                    "\"big\"\nmac = \"x\"\n")
                   .diagnostics) ==
        "1:1 unknown key 'route'\n3:1 unknown key 'address' in interface 'eth0'\n4:24 '40' is not a number up to 32\n"
        "4:29 'addresses' holds something that is not a text\n5:7 'mtu' must be a number from 68 to 65536\n6:7 'x' is "
        "not a MAC address\n");
  CHECK(faults(toml("sets = \"none\"\n").diagnostics) == "1:8 cannot read 'dir/none'\n");
  CHECK(toml("x = = 1\n").diagnostics.at(0).line == 1);
  CHECK(faults(toml("sets = \"s\"\n", {{"dir/s", "create a hash:foo\n"}}).diagnostics) ==
        "1:10 unknown type 'hash:foo'\n");
}

TEST_CASE("a snapshot is a host") {
  const Snapshot snapshot = make_snapshot(recorded, "fw1");
  CHECK(faults(snapshot.diagnostics).empty());
  const Host& host = snapshot.host;
  REQUIRE(host.find("eth0"));
  CHECK(host.find("eth0")->mac == 0xba64de2de980);
  CHECK(host.find("eth0")->group == 5);
  CHECK(host.find("eth0")->addresses.size() == 3);
  CHECK(host.find("lo")->loopback);
  CHECK_FALSE(host.find("tun0")->up);
  CHECK_FALSE(host.find("tun0")->ethernet);
  CHECK(host.find("tun0")->addresses.at(0).peer == ip("10.8.0.2"));
  CHECK(host.find("tun0")->addresses.at(0).scope == InterfaceAddress::Scope::link);
  CHECK(host.find("eth1")->master == "br0");
  CHECK(host.sysctl("net.ipv4.conf.eth0.1.rp_filter", 0) == 2);
  CHECK(host.sysctls.size() == 3);  // with conf.all.forwarding, which ip_forward is
  CHECK(host.sets.at("a").elements.size() == 1);
  REQUIRE(snapshot.rules4);
  CHECK(snapshot.rules4->name == "fw1/rules.v4");
  CHECK_FALSE(snapshot.rules6);
}

TEST_CASE("a snapshot's routes and rules") {
  const Snapshot snapshot = make_snapshot(recorded, "fw1");
  const auto& routes = snapshot.host.routes;
  REQUIRE(routes.size() == 6);  // those of IPv6 are left to route6.json
  CHECK(routes[0].tos == 0x10);
  CHECK(routes[0].table == 100);
  CHECK(routes[0].realm == 0x30007);
  CHECK(routes[0].source == ip("192.0.2.9"));
  CHECK(routes[1].type == RouteType::throw_);
  CHECK(routes[2].mtu == 1400);
  CHECK(routes[2].metric == 100);
  CHECK(routes[3].hops.size() == 1);  // without the dead one
  CHECK(routes[3].hops.at(0).weight == 3);
  CHECK(routes[5].type == RouteType::local);
  CHECK(routes[5].kernel);
  CHECK(snapshot.host.routes_complete[0]);
  CHECK_FALSE(snapshot.host.routes_complete[1]);
  const auto& rules = snapshot.host.rules;
  REQUIRE(rules.size() == 10);
  CHECK(rules[1].go_to == 32766U);
  CHECK(rules[2].nothing);
  CHECK(rules[3].ipproto == 6);
  CHECK(rules[3].uids == Range{0, 5});
  CHECK(rules[4].suppress_length == 0);
  CHECK(rules[5].action == RouteType::prohibit);
  CHECK(rules[6].invert);
  CHECK(rules[7].mark_mask == 0xff);
  // The rule for VRF devices is said to be left out.
  unsigned warnings = 0, notes = 0;
  for (const Diagnostic& d : snapshot.diagnostics) {
    warnings += d.severity == Severity::warning ? 1 : 0;
    notes += d.severity == Severity::note ? 1 : 0;
  }
  CHECK(warnings == 1);
  CHECK(notes == 5);  // rules.v6, route6.json, rule6.json, ss.txt, conntrack.txt
}

TEST_CASE("neighbours are those whose MAC address is known") {
  auto files = recorded;
  files["neigh.json"] = R"([{"dst":"192.0.2.254","dev":"eth0","lladdr":"02:00:00:00:00:fe","state":["REACHABLE"]},
    {"dst":"2001:db8::1","dev":"eth0","lladdr":"02:00:00:00:00:01","router":null,"state":["STALE"]},
    {"dst":"192.0.2.7","dev":"eth0","state":["FAILED"]}])";
  const auto neighbours = make_snapshot(files, "fw1").host.neighbours;
  REQUIRE(neighbours.size() == 2);
  CHECK(neighbours[0].address == 0xc00002fe);
  CHECK(neighbours[0].mac == 0x0200000000fe);
  CHECK(neighbours[0].device == "eth0");
  CHECK(neighbours[1].family == Family::v6);
}

TEST_CASE("a broken snapshot says which file is wrong") {
  auto files = recorded;
  files["addr.json"] = "1: lo: <LOOPBACK,UP> mtu 65536\n";
  files["route4.json"] = R"([{"dst":"nonsense","dev":"eth0"},{"dst":"default","dev":"eth0"},7])";
  const Snapshot snapshot = make_snapshot(files, "fw1");
  CHECK(faults(snapshot.diagnostics) == "0:0 this is not what `ip -json address` prints\n");
  CHECK(snapshot.host.routes.size() == 1);
  CHECK(snapshot.host.find("lo"));
}

TEST_CASE("sockets and queues of a described host") {
  const auto none = [](const std::string&) { return std::optional<std::string>(); };
  const HostText text = parse_host_toml("sockets = [{proto = \"tcp\", local = \"*:80\", uid = 5, groups = [7]},"
                                        "{proto = \"udp\", local = \"192.0.2.1:53\", peer = \"192.0.2.9:4000\"}]\n"
                                        "[queues]\n3 = \"repeat mark 0x10\"\n",
                                        "host.toml", none);
  REQUIRE(text.diagnostics.empty());
  const Host& host = text.host;
  REQUIRE(host.sockets.size() == 2);
  CHECK(host.sockets[0].state == Socket::State::listening);
  CHECK(host.sockets[0].family == Family::v6);
  CHECK_FALSE(host.sockets[0].v6_only);
  CHECK(host.sockets[0].uid == 5U);
  CHECK(host.sockets[0].groups == std::vector<std::uint32_t>{7});
  CHECK(host.sockets[1].state == Socket::State::established);
  CHECK(host.sockets[1].peer_port == 4000);
  CHECK(host.connections_known);
  CHECK(host.queues.at(3) == QueueListener{.verdict = QueueListener::Verdict::repeat, .mark = 0x10U});
  const HostText bad = parse_host_toml("[queues]\n70000 = \"drop\"\n4 = \"maybe\"\n[[sockets]]\nlocal = \"80\"\n",
                                       "host.toml", none);
  CHECK(bad.diagnostics.size() == 3);
}

TEST_CASE("connections") {
  Diagnostics faults_found;
  const auto list = read_connections(
      "tcp      6 431999 ESTABLISHED src=10.0.0.5 dst=192.0.2.1 sport=1000 dport=80 packets=3 bytes=180 src=192.0.2.1 "
      "dst=203.0.113.1 sport=80 dport=2000 packets=2 bytes=120 [ASSURED] mark=7 helper=ftp use=1\n"
      "ipv4     2 udp      17 29 src=10.0.0.5 dst=192.0.2.1 sport=1 dport=53 [UNREPLIED] src=192.0.2.1 dst=10.0.0.5 "
      "sport=53 dport=1 mark=0 zone=3 use=2\n"
      "icmpv6   58 30 src=2001:db8::1 dst=2001:db8::2 type=128 code=0 id=77 src=2001:db8::2 dst=2001:db8::1 type=129 code=0 "
      "id=77 mark=0 use=1\n"
      "unknown  50 599 src=10.0.0.5 dst=192.0.2.1 zone-orig=4 src=192.0.2.1 dst=10.0.0.5 use=1\n"
      "tcp      6 9 CLOSE src=10.0.0.5 dst=nowhere sport=1 dport=2 src=1.2.3.4 dst=1.2.3.5 sport=1 dport=2\n"
      "conntrack v1.4.7 (conntrack-tools): 5 flow entries have been shown.\n",
      "conntrack.txt", faults_found);
  REQUIRE(list.size() == 4);
  CHECK(list[0].state == "ESTABLISHED");
  CHECK(list[0].timeout == 431999);
  CHECK(list[0].ends[1] == KnownConnection::End{.src = ip("192.0.2.1"), .dst = ip("203.0.113.1"), .sport = 80, .dport = 2000,
                                                .counters = {2, 120}});
  CHECK(list[0].assured);
  CHECK(list[0].mark == 7);
  CHECK(list[0].helper == "ftp");
  CHECK_FALSE(list[1].replied);
  CHECK(list[1].ends[0].zone == 3);
  CHECK(list[1].ends[1].zone == 3);
  CHECK(list[2].family == Family::v6);
  CHECK(list[2].ends[0].sport == 77);
  CHECK(list[2].ends[1].dport == 129 * 256);
  CHECK(list[3].proto == 50);
  CHECK(list[3].ends[0].zone == 4);
  CHECK(list[3].ends[1].zone == 0);
  REQUIRE(faults_found.size() == 1);
  CHECK(faults_found[0].line == 5);
}

TEST_CASE("sockets as ss lists them") {
  Host host;
  read_sockets(
      "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
      "udp   UNCONN 0      0       0.0.0.0%eth0:53        0.0.0.0:*    users:((\"dnsmasq\",pid=4205,fd=6))\n"
      "tcp   LISTEN 0      128        192.0.2.1:80        0.0.0.0:*\n"
      "tcp   LISTEN 0      128             [::]:444          [::]:*    users:((\"a\",pid=1,fd=5),(\"b\",pid=2,fd=5))\n"
      "tcp   LISTEN 0      128                *:443             *:*\n"
      "tcp   TIME-WAIT 0   0           192.0.2.1:80     192.0.2.9:4000\n"
      "tcp   ESTAB  0      0    [2001:db8::1%eth0]:22 [2001:db8::9]:4001 uid:1000 ino:5 sk:1 cgroup:/a/b.service fwmark:0x7\n"
      "u_str ESTAB  0      0      * 1234   * 1235\n",
      host);
  const auto& list = host.sockets;
  REQUIRE(list.size() == 5);
  CHECK(list[0].device == "eth0");
  CHECK(list[0].proto == 17);
  CHECK(list[0].process == "dnsmasq");
  CHECK(list[1].address == ip("192.0.2.1"));
  CHECK(list[2].family == Family::v6);
  CHECK(list[2].v6_only);
  CHECK_FALSE(list[3].v6_only);
  CHECK(list[1].state == Socket::State::listening);
  CHECK_FALSE(list[1].uid);
  CHECK(list[4].device == "eth0");
  CHECK(list[4].peer == ip("2001:db8::9"));
  CHECK(list[4].peer_port == 4001);
  CHECK(list[4].uid == 1000U);
  CHECK(list[4].mark == 7U);
  CHECK(list[4].cgroup == "a/b.service");
  CHECK(host.listeners_known);
  CHECK(host.connections_known);
}

TEST_CASE("tar files that are none") {
  std::string why;
  CHECK_FALSE(read_tar("\x1f\x8b" + std::string(1000, 'x'), why));
  CHECK(why.find("compressed") != std::string::npos);
  CHECK_FALSE(read_tar("", why));
  CHECK_FALSE(read_tar(std::string(1024, '\0').substr(0, 100), why));
}

TEST_CASE("the collecting script runs here, and what it writes can be read, as directory and as tar") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("fwsim-collect-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "collect.sh") << collect_script();
  const auto run = [&](const std::string& arguments) {
    return std::system(("cd " + folder.string() + " && sh collect.sh " + arguments + " >out 2>&1").c_str());
  };
  if (std::system("ip -json address >/dev/null 2>&1") == 0) {
    CHECK(run("snap") == 0);
    const Snapshot snapshot = read_snapshot((folder / "snap").string());
    CHECK(faults(snapshot.diagnostics).empty());
    CHECK(snapshot.host.find("lo"));
    CHECK(run("snap") != 0);  // it is there already
    CHECK(run("--tar other") == 0);
    CHECK_FALSE(fs::exists(folder / "other"));
    const Snapshot archived = read_snapshot((folder / "other.tar").string());
    CHECK(archived.host.interfaces.size() == snapshot.host.interfaces.size());
    CHECK(archived.host.sysctls.size() == snapshot.host.sysctls.size());
  }
  CHECK_THROWS_AS(read_snapshot((folder / "nothing").string()), EnvironmentError);
  fs::remove_all(folder);
}

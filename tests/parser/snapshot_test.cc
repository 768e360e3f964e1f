// Hosts as the collecting script records them; the script itself.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "parser/collect.hh"
#include "parser/snapshot.hh"
#include "parser/tar.hh"
#include "tests/parser/faults.hh"

using namespace fwsim;

namespace {

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

#include <doctest/doctest.h>

#include "parser/topology.hh"

using namespace fwsim;

namespace {

// The faults of a text, a line each: "3:5 text".
std::string faults(std::string_view text) {
  std::string out;
  for (const Diagnostic& d : parse_topology(text, "net/net.toml").diagnostics) out += std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.text + "\n";
  return out;
}

constexpr const char* two_hosts = "[hosts.a]\nhost = \"a.toml\"\n[hosts.b]\nsnapshot = \"b\"\n";

}  // namespace

TEST_CASE("hosts and links; paths are as seen from the file") {
  const TopologyText read = parse_topology(std::string(two_hosts) + "[links.z]\nends = [\"b:eth1\"]\noutside = true\n"
                                           "[links.mid]\nends = [\"a:eth0\", \"b:eth0\"]\ngateway = [\"10.0.0.1\", \"fd00::1\"]\nnetworks = [\"10.0.0.0/24\"]\n"
                                           "[[pairs]]\nhosts = [\"a\", \"b\"]\n", "net/net.toml");
  REQUIRE(read.diagnostics.empty());
  const Topology& t = read.topology;
  REQUIRE(t.hosts.size() == 2);
  CHECK(t.hosts[0].description.text == "net/a.toml");
  CHECK(t.hosts[1].snapshot.text == "net/b");
  REQUIRE(t.links.size() == 2);   // as they stand in the file
  CHECK(t.links[0].name == "z");
  CHECK(t.links[0].outside);
  CHECK(t.links[1].ends[1].host == 1);
  CHECK(t.links[1].ends[1].device == "eth0");
  CHECK(address_text(Family::v4, *t.links[1].gateways[0]) == "10.0.0.1");
  CHECK(address_text(Family::v6, *t.links[1].gateways[1]) == "fd00::1");
  CHECK(t.links[1].networks.size() == 1);
  REQUIRE(t.pairs.size() == 1);
  CHECK(t.pairs[0].other == 1);
}

TEST_CASE("faults have their place") {
  const std::string hosts = two_hosts;
  CHECK(faults("") == "1:1 the network has no hosts\n");
  CHECK(faults("[hosts.a]\nrules = \"a.v4\"\n") == "1:8 nothing tells which addresses and routes 'a' has\n");
  CHECK(faults(hosts + "[links.l]\nends = [\"c:eth0\", \"eth0\"]\n") == "6:10 there is no host 'c'\n6:20 'eth0' is not a device of a host\n");
  CHECK(faults(hosts + "[links.l]\nends = [\"a:eth0\"]\n[links.m]\nends = [\"a:eth0\"]\n") == "8:10 'a:eth0' is on the link 'l' already\n");
  CHECK(faults(hosts + "[links.l]\nends = [\"a:eth0\", \"a:eth0\"]\n") == "6:20 'a:eth0' is named twice\n");
  CHECK(faults(hosts + "[links.l]\nend = [\"a:eth0\"]\n") == "5:8 the link 'l' needs 'ends'\n6:1 unknown key 'end' in link 'l'\n");
  CHECK(faults(hosts + "[links.l]\nends = []\ngateway = \"10.0.0\"\nnetworks = \"10.0.0.0/33\"\noutside = 1\n") ==
        "7:12 '10.0.0' is not an address\n8:13 '10.0.0.0/33' is not a network\n9:11 'outside' must be true or false\n");
  CHECK(faults(hosts + "[links.l]\nends = []\ngateway = [\"10.0.0.1\", \"10.0.0.2\"]\n") == "7:25 the link 'l' has two gateways of one family\n");
  CHECK(faults(hosts + "[[pairs]]\nhosts = [\"a\"]\n") == "5:1 a pair needs two hosts\n");
  CHECK(faults("[hosts.\"a:b\"]\nhost = \"x\"\n").starts_with("1:8 'a:b' is not a name for a host\n"));
  CHECK(faults("hosts = 1\n").starts_with("1:9 'hosts' must be tables\n"));
}

// Hosts described in a TOML file.
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "parser/host_toml.hh"
#include "tests/parser/faults.hh"

using namespace fwsim;

namespace {

HostText toml(const std::string& text, const std::map<std::string, std::string>& files = {}) {
  return parse_host_toml(text, "dir/host.toml", [&](const std::string& name) -> std::optional<std::string> {
    const auto found = files.find(name);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  });
}

}  // namespace

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

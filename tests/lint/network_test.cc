// Checks of several firewalls: a network with a fault, and the same without.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "lint/network/lint_network.hh"
#include "parser/host_toml.hh"
#include "parser/parse.hh"
#include "parser/topology.hh"

using namespace fwsim;

namespace {

const char* const filter = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n";

// lan - inner - dmz - edge - wan; rules of both, behind those of `filter`.
struct Office {
  Ruleset inner, edge;
  NetworkToLint net;

  Office(const std::string& inner_rules, const std::string& edge_rules, const std::string& more = {}, const std::string& inner_routes = "[\"default via 10.2.0.1 dev eth1\"]") {
    inner = read(inner_rules, "inner");
    edge = read(edge_rules, "edge");
    const std::string hosts = "[hosts.edge]\nhost = \"x\"\n[hosts.inner]\nhost = \"x\"\n";
    TopologyText text = parse_topology(hosts + "[links.lan]\nends = [\"inner:eth0\"]\n[links.dmz]\nends = [\"edge:eth1\", \"inner:eth1\"]\ngateway = \"10.2.0.1\"\n"
                                       "[links.wan]\nends = [\"edge:eth0\"]\noutside = true\n" + more, "net.toml");
    REQUIRE(text.diagnostics.empty());
    net.topology = std::move(text.topology);
    net.members = {{&edge, nullptr, host("[\"default via 198.51.100.254 dev eth0\", \"10.1.0.0/24 via 10.2.0.2 dev eth1\"]", "198.51.100.1/24", "10.2.0.1/24")},
                   {&inner, nullptr, host(inner_routes, "10.1.0.1/24", "10.2.0.2/24")}};
    net.settings = {&no_settings(), &no_settings()};
  }

  static Ruleset read(const std::string& rules, const char* name) {
    Parsed parsed = parse_ruleset(filter + rules + "COMMIT\n", {.file = name, .family = {}});
    REQUIRE(!has_errors(parsed.diagnostics));
    return std::move(parsed.ruleset);
  }
  static Host host(const std::string& routes, const std::string& eth0, const std::string& eth1) {
    HostText text = parse_host_toml("routes = " + routes + "\n[interfaces.eth0]\naddresses = [\"" + eth0 + "\"]\n[interfaces.eth1]\naddresses = [\"" + eth1 +
                                    "\"]\n[sysctl]\n\"net.ipv4.ip_forward\" = 1\n", "host.toml", [](const std::string&) { return std::nullopt; });
    REQUIRE(text.diagnostics.empty());
    return std::move(text.host);
  }

  // Without answers on other ways: of the dmz, which has two firewalls, there always are some.
  // "FW861 inner filter/FORWARD/2 by filter/FORWARD/policy: PACKET\n" for each finding.
  std::string text(bool ways = false) const {
    std::string out;
    for (const LintResult& result : lint_network(net, Family::v4))
      for (const Finding& f : result.findings)
        if (ways == (f.id == "FW864")) out += fmt::format("{} {} {}{}{}: {}\n", f.id, f.place.file, f.place.name, f.by.empty() ? "" : " by " + f.by[0].name, f.certainty == Certainty::may ? " perhaps" : "", f.witness);
    return out;
  }
};

}  // namespace

TEST_CASE("what the upstream firewall never lets come is let through in vain, or dropped twice") {
  const std::string https = "-A FORWARD -i eth0 -p tcp -m tcp --dport 443 -j ACCEPT\n";
  // The outer one lets nothing in.
  CHECK(Office("-A FORWARD -i eth1 -s 192.0.2.0/24 -p tcp -m tcp --dport 25 -j ACCEPT\n" + https, https + "-A FORWARD -i eth1 -p tcp -m tcp --dport 443 -j ACCEPT\n").text() ==
        "FW861 inner filter/FORWARD/2 by filter/FORWARD/policy: tcp 192.0.2.0:40000 -> 10.1.0.0:25 syn\n");
  CHECK(Office("-A FORWARD -i eth1 -s 192.0.2.0/24 -p tcp -m tcp --dport 25 -j DROP\n" + https, https + "-A FORWARD -i eth1 -p tcp -m tcp --dport 443 -j ACCEPT\n").text() ==
        "FW863 inner filter/FORWARD/2 by filter/FORWARD/policy: tcp 192.0.2.0:40000 -> 10.1.0.0:25 syn\n");
}

TEST_CASE("what end systems on the link between may send is none of the upstream firewall's") {
  CHECK(Office("-A FORWARD -i eth1 -s 10.2.0.0/24 -p tcp -m tcp --dport 25 -j ACCEPT\n-A FORWARD -i eth1 -s 10.2.0.64/26 -p udp -j DROP\n", "").text() == "");
}

TEST_CASE("what the next firewall drops is let through in vain") {
  const std::string mail = "-A FORWARD -i eth0 ! -d 10.2.0.0/24 -p tcp -m tcp --dport 25 -j ACCEPT\n";
  CHECK(Office(mail, "-A FORWARD -i eth1 -p tcp -m tcp --dport 443 -j ACCEPT\n").text() ==
        "FW862 inner filter/FORWARD/2 by filter/FORWARD/policy: tcp 10.1.0.0:40000 -> 198.51.100.7:25 syn\n");
  CHECK(Office(mail, "-A FORWARD -i eth1 -p tcp -m tcp --dport 25 -j ACCEPT\n").text() == "");
  // To the mail server of the dmz it goes well.
  CHECK(Office("-A FORWARD -i eth0 -p tcp -m tcp --dport 25 -j ACCEPT\n", "-A FORWARD -i eth1 -p tcp -m tcp --dport 443 -j ACCEPT\n").text().find("FW862") == std::string::npos);
}

TEST_CASE("answers that come back another way") {
  // From the dmz to the lan packets go by the gateway, edge, and on by inner; answers come from inner at once.
  Office office("-A FORWARD -i eth0 -j ACCEPT\n", "-A FORWARD -i eth1 -j ACCEPT\n");
  CHECK(office.text(true) == "FW864 edge filter/FORWARD: ping 10.1.0.5 -> 10.2.0.5\n");
  // Without end systems between them, all goes by both.
  Office alike("-A FORWARD -i eth0 -j ACCEPT\n", "-A FORWARD -i eth1 -j ACCEPT\n");
  alike.net.topology.links[1].networks.push_back({Family::v4, {0x0a020000, 0xffffffff}});
  CHECK(alike.text(true) == "");
}

TEST_CASE("pairs that differ") {
  const std::string https = "-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT\n", pair = "[[pairs]]\nhosts = [\"edge\", \"inner\"]\n";
  CHECK(Office(https, https, pair).text().find("FW865") == std::string::npos);
  const std::string text = Office(https, "", pair).text();
  CHECK(text.find("FW865 inner filter/FORWARD/2 by filter/FORWARD/policy: tcp ") != std::string::npos);
}

TEST_CASE("a note keeps a finding quiet") {
  const std::string rule = "-A FORWARD -i eth1 -s 192.0.2.0/24 -p tcp -m tcp --dport 25 -j ACCEPT\n";
  CHECK(Office("# fwsim: allow FW861 the provider is to open it\n" + rule, "").text() == "");
}

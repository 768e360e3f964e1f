// What is cut off, or open, and nobody meant it: VPNs, routing protocols, devices without rules, loopback by address.
#include <doctest/doctest.h>

#include "parser/host_toml.hh"
#include "tests/lint/linted.hh"

using namespace fwsim;

namespace {

std::string found(const std::string& id, const std::string& text, const std::string& about_host = "") {
  const HostText read = parse_host_toml(about_host, "host.toml", [](const std::string&) { return std::optional<std::string>(); });
  CHECK(read.diagnostics.empty());
  return test::Linted(text, {.only = {id}}, about_host.empty() ? nullptr : &read.host).text();
}

std::string filter(const std::string& rules, const std::string& input = "DROP", const std::string& output = "ACCEPT") {
  return "*filter\n:INPUT " + input + " [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT " + output + " [0:0]\n" + rules + "COMMIT\n";
}

}  // namespace

TEST_CASE("half a VPN") {
  CHECK(found("FW209", filter("-A INPUT -s 192.0.2.9/32 -p udp -m udp --dport 500 -j ACCEPT\n")) == "FW209 filter/INPUT/1\n");
  CHECK(found("FW209", filter("-A INPUT -s 192.0.2.9/32 -p udp -m udp --dport 500 -j ACCEPT\n-A INPUT -s 192.0.2.0/24 -p esp -j ACCEPT\n")) == "");
  CHECK(found("FW209", filter("-A INPUT -s 192.0.2.9/32 -p udp -m udp --dport 500 -j ACCEPT\n-A INPUT -s 198.51.100.0/24 -p esp -j ACCEPT\n")) == "FW209 filter/INPUT/1\n");
  CHECK(found("FW209", filter("-A INPUT -p udp -j ACCEPT\n")) == "");   // not for IKE
  CHECK(found("FW209", filter("-A INPUT -p tcp -m tcp --dport 1723 -j ACCEPT\n")) == "FW209 filter/INPUT/1\n");
  CHECK(found("FW209", filter("-A INPUT -p tcp -m tcp --dport 1723 -j ACCEPT\n-A INPUT -p gre -j ACCEPT\n")) == "");
  CHECK(found("FW209", filter("-A FORWARD -d 10.0.0.5/32 -p udp -m udp --dport 500 -j ACCEPT\n")) == "FW209 filter/FORWARD/1\n");
}

TEST_CASE("a protocol that is heard, and not spoken") {
  const std::string known = "-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n";
  CHECK(found("FW210", filter(known + "-A INPUT -p ospf -j ACCEPT\n", "DROP", "DROP")) == "FW210 filter/INPUT/2 by filter/OUTPUT/policy\n");
  CHECK(found("FW210", filter(known + "-A INPUT -p ospf -j ACCEPT\n")) == "");
  CHECK(found("FW210", filter(known + "-A INPUT -p ospf -i eth1 -j ACCEPT\n-A OUTPUT -o eth1 -j ACCEPT\n", "DROP", "DROP")) == "");
  CHECK(found("FW210", filter(known + "-A OUTPUT -p vrrp -j ACCEPT\n", "DROP", "DROP")) == "FW210 filter/OUTPUT/2 by filter/INPUT/policy\n");
  // Answers of one peer are of a known connection.
  CHECK(found("FW210", filter(known + "-A INPUT -p gre -j ACCEPT\n", "DROP", "DROP")) == "");
  CHECK(found("FW210", filter("-A INPUT -p gre -j ACCEPT\n", "DROP", "DROP")) == "FW210 filter/INPUT/1 by filter/OUTPUT/policy\n");
}

TEST_CASE("a device without rules") {
  const std::string host = "[interfaces.eth0]\naddresses = [\"192.0.2.1/24\"]\n[interfaces.wg0]\naddresses = [\"10.9.0.1/24\"]\n";
  const std::string closed = "-A INPUT -i eth0 -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -i eth0 -j DROP\n";
  CHECK(found("FW211", filter(closed, "ACCEPT"), host) == "FW211 filter/INPUT/policy\n");
  CHECK(found("FW211", filter(closed, "ACCEPT")) == "");
  CHECK(found("FW211", filter(closed), host) == "");
  CHECK(found("FW211", filter(closed + "-A INPUT -i wg+ -j ACCEPT\n", "ACCEPT"), host) == "");
  CHECK(found("FW211", filter("-A INPUT ! -i eth0 -j ACCEPT\n"), host) == "");   // all but one: it is meant
  CHECK(found("FW211", filter("", "ACCEPT"), host) == "");                        // FW201 says so
}

TEST_CASE("a described host that lets everything in by its default route is open") {
  const std::string host = "routes = [\"default via 192.0.2.254 dev eth0\"]\n[interfaces.eth0]\naddresses = [\"192.0.2.1/24\"]\n[interfaces.eth1]\naddresses = [\"10.0.0.1/24\"]\n";
  CHECK(found("FW201", filter("", "ACCEPT"), host) == "FW201 filter/INPUT/policy\n");
  CHECK(found("FW201", filter("-A INPUT -i eth0 -j ACCEPT\n"), host) == "FW201 filter/INPUT/1\n");
  CHECK(found("FW201", filter("-A INPUT -i eth1 -j ACCEPT\n"), host) == "");
  // Without one: by all devices.
  const std::string no_route = host.substr(host.find("[interfaces"));
  CHECK(found("FW201", filter("", "ACCEPT"), no_route) == "FW201 filter/INPUT/policy\n");
  CHECK(found("FW201", filter("-A INPUT -i eth0 -j ACCEPT\n"), no_route) == "");
}

TEST_CASE("loopback by address") {
  CHECK(found("FW212", filter("-A INPUT -s 127.0.0.0/8 -j ACCEPT\n")) == "FW212 filter/INPUT/1 by filter/INPUT/policy\n");
  CHECK(found("FW212", filter("-A INPUT -s 127.0.0.0/8 -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n")) == "");
  CHECK(found("FW212", filter("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n")) == "");   // FW206 says so
}

TEST_CASE("a network by a device that it is not behind") {
  const std::string host = "routes = [\"default via 192.0.2.254 dev eth0\", \"10.5.0.0/16 via 10.0.10.9 dev eth0.10\"]\n[interfaces.eth0]\naddresses = [\"192.0.2.1/24\"]\n"
                           "[interfaces.\"eth0.10\"]\naddresses = [\"10.0.10.1/24\"]\n";
  const auto wrong = [&](const std::string& rule) { return found("FW213", filter(rule), host); };
  CHECK(wrong("-A INPUT -i eth0 -s 10.0.10.128/25 -j ACCEPT\n") == "FW213 filter/INPUT/1\n");
  CHECK(wrong("-A INPUT -i eth0 -s 10.5.7.0/24 -j ACCEPT\n") == "FW213 filter/INPUT/1\n");
  CHECK(wrong("-A INPUT -i eth0 -s 192.0.2.1/32 -j ACCEPT\n") == "FW213 filter/INPUT/1\n");
  CHECK(wrong("-A INPUT -i eth0.10 -s 203.0.113.0/24 -j ACCEPT\n") == "FW213 filter/INPUT/1\n");
  CHECK(wrong("-A INPUT -i eth0 -s 10.0.0.0/8 -j ACCEPT\n") == "");         // some of it is, some not
  CHECK(wrong("-A INPUT -i eth0 -s 10.0.10.0/24 -j DROP\n") == "");         // forged ones
  CHECK(wrong("-A INPUT -i eth0 -s 203.0.113.0/24 -j ACCEPT\n") == "");
  CHECK(wrong("-A INPUT -i eth7 -s 10.0.10.0/24 -j ACCEPT\n") == "");       // FW701 says so
}

TEST_CASE("a log that says what does not happen") {
  const auto wrong = [](const std::string& rules, const std::string& policy = "DROP") { return found("FW604", filter(rules, policy)); };
  CHECK(wrong("-A INPUT -j LOG --log-prefix \"DROPPED \"\n", "ACCEPT") == "FW604 filter/INPUT/1 by filter/INPUT/policy\n");
  CHECK(wrong("-A INPUT -p tcp -m tcp --dport 22 -j LOG --log-prefix \"SSH-DENIED: \"\n-A INPUT -p tcp -m tcp --dport 23 -j DROP\n-A INPUT -p tcp -j ACCEPT\n") ==
        "FW604 filter/INPUT/1 by filter/INPUT/3\n");
  CHECK(wrong("-A INPUT -p tcp -m tcp --dport 22 -j LOG --log-prefix \"ACCEPTED \"\n-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n") == "FW604 filter/INPUT/1 by filter/INPUT/policy\n");
  CHECK(wrong("-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 1/min -j LOG --log-prefix \"ACCEPTED \"\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n") == "");
  CHECK(wrong("-A INPUT -j LOG --log-prefix \"backdrop \"\n", "ACCEPT") == "");      // another word
  CHECK(wrong("-A INPUT -j LOG --log-prefix \"INPUT \"\n", "ACCEPT") == "");
}

TEST_CASE("two cards for one address") {
  const std::string five = "-s 10.0.0.5/32 -m mac ";
  CHECK(found("FW217", filter("-A INPUT " + five + "! --mac-source 02:00:00:00:00:05 -j DROP\n-A INPUT " + five + "! --mac-source 02:00:00:00:00:06 -j DROP\n", "ACCEPT")) ==
        "FW217 filter/INPUT/2 by filter/INPUT/1\n");
  CHECK(found("FW217", filter("-A INPUT " + five + "! --mac-source 02:00:00:00:00:05 -j DROP\n-A INPUT " + five + "--mac-source 02:00:00:00:00:05 -j ACCEPT\n")) == "");
}

// What is redirected: for whom it works, who hides whom, and what comes back to itself.
#include <doctest/doctest.h>

#include "parser/host_toml.hh"
#include "tests/lint/linted.hh"

using namespace fwsim;

namespace {

std::string found(const std::string& id, const std::string& text, const std::string& about_host = "", std::optional<Family> family = {}) {
  const HostText read = parse_host_toml(about_host, "host.toml", [](const std::string&) { return std::optional<std::string>(); });
  CHECK(read.diagnostics.empty());
  test::Linted linted(text, {.only = {id}}, about_host.empty() ? nullptr : &read.host, family);
  std::string out;
  for (const Finding& f : linted.result.findings) out += (f.certainty == Certainty::may ? "perhaps " : "") + f.place.name + " " + f.text + "\n";
  return out;
}

std::string nat(const std::string& rules) { return "*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n" + rules + "COMMIT\n"; }

const std::string gateway =
    "routes = [\"default via 203.0.113.254 dev eth0\"]\n[interfaces.eth0]\naddresses = [\"203.0.113.1/24\"]\n[interfaces.eth1]\naddresses = [\"10.0.0.1/24\"]\n"
    "[sysctl]\n\"net.ipv4.ip_forward\" = 1\n";
const std::string forward_443 = "-A PREROUTING -d 203.0.113.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n";

}  // namespace

TEST_CASE("hairpin: of a described host it is certain") {
  CHECK(found("FW404", nat(forward_443), gateway) ==
        "nat/PREROUTING/1 leaves clients in 10.0.0.0/24 without an answer: 10.0.0.5, beside them, answers them directly, and not from the address that they asked\n");
  CHECK(found("FW404", nat(forward_443 + "-A POSTROUTING -s 10.0.0.0/24 -o eth0 -j MASQUERADE\n"), gateway) != "");
  // Translated on the way back in, in whatever way it is written.
  CHECK(found("FW404", nat(forward_443 + "-A POSTROUTING -o eth1 -m conntrack --ctstate DNAT -j MASQUERADE\n"), gateway) == "");
  CHECK(found("FW404", nat(forward_443 + "-A POSTROUTING -o eth1 -j SNAT --to-source 10.0.0.1\n"), gateway) == "");
}

TEST_CASE("hairpin: who is not redirected, or not forwarded, is another matter") {
  CHECK(found("FW404", nat("-A PREROUTING -i eth0 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"), gateway) == "");
  CHECK(found("FW404", nat("-A PREROUTING ! -s 10.0.0.0/24 -d 203.0.113.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"), gateway) == "");
  CHECK(found("FW404", nat(forward_443) + "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -i eth0 -o eth1 -j ACCEPT\nCOMMIT\n", gateway) == "");
  // A server that is not beside anybody.
  CHECK(found("FW404", nat("-A PREROUTING -d 203.0.113.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 172.16.0.5\n"), gateway) == "");
  // Without a host: a network of many links, and one that is not known.
  CHECK(found("FW404", nat(forward_443 + "-A POSTROUTING -s 10.0.0.0/8 -o eth0 -j MASQUERADE\n")) == "");
  CHECK(found("FW404", nat(forward_443 + "-A POSTROUTING -o eth0 -j MASQUERADE\n")) == "");
}

TEST_CASE("a redirection for all but the host itself") {
  CHECK(found("FW405", nat(forward_443), gateway) == "nat/PREROUTING/1 redirects what arrives for 203.0.113.1, but not what programs of this host send there\n");
  CHECK(found("FW405", nat(forward_443 + "-A OUTPUT -d 203.0.113.0/24 -p tcp -j DNAT --to-destination 10.0.0.5\n"), gateway) == "");
  // Of an address that is not its own nobody expects that.
  CHECK(found("FW405", nat("-A PREROUTING -d 203.0.113.9/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"), gateway) == "");
  CHECK(found("FW405", nat("-A PREROUTING -d 203.0.113.1/32 -i eth0 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"), gateway) == "");
}

TEST_CASE("a redirection to nothing, and to what listens for the host only") {
  const std::string one = nat("-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\n");
  const auto with = [](const std::string& local, const std::string& proto = "tcp") { return gateway + "[[sockets]]\nproto = \"" + proto + "\"\nlocal = \"" + local + "\"\n"; };
  CHECK(found("FW406", one, gateway) == "");   // who listens is not known
  CHECK(found("FW406", one, with("0.0.0.0:22")) == "nat/PREROUTING/1 redirects to tcp 8080 of this host, where nothing listens\n");
  CHECK(found("FW406", one, with("0.0.0.0:8080", "udp")) != "");
  CHECK(found("FW406", one, with("127.0.0.1:8080")) == "nat/PREROUTING/1 redirects to tcp 8080 of the device that packets come by, and there it listens on 127.0.0.1 only\n");
  CHECK(found("FW406", one, with("0.0.0.0:8080")) == "");
  CHECK(found("FW406", one, with("[::]:8080")) == "");   // takes IPv4 too
  CHECK(found("FW406", nat("-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 203.0.113.1:8080\n"), with("0.0.0.0:22")) != "");
  CHECK(found("FW406", nat("-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5:8080\n"), with("0.0.0.0:22")) == "");
  CHECK(found("FW406", nat("-A OUTPUT -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\n"), with("127.0.0.1:8080")) == "");
}

TEST_CASE("clients are hidden where all of them are") {
  const auto hidden = [](const std::string& rules, const std::string& host = "") { return found("FW407", nat(forward_443 + rules), host); };
  CHECK(hidden("-A POSTROUTING -o eth1 -j MASQUERADE\n", gateway).starts_with("nat/POSTROUTING/1 hides who they come from for connections from anywhere that nat/PREROUTING/1 "));
  CHECK(hidden("-A POSTROUTING -o eth1 -j MASQUERADE\n") == "");                     // by which device the server is reached is not known
  CHECK(hidden("-A POSTROUTING -s 10.0.0.0/24 -o eth1 -j MASQUERADE\n", gateway) == "");
  CHECK(hidden("-A POSTROUTING -o eth0 -j MASQUERADE\n", gateway) == "");
  CHECK(hidden("-A POSTROUTING -j MASQUERADE\n") == "");                             // FW401 says so
}

TEST_CASE("a proxy is redirected to itself, unless somebody left it out") {
  const std::string to_proxy = "-A OUTPUT -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128\n";
  CHECK(found("FW408", nat(to_proxy)) != "");
  CHECK(found("FW408", nat("-A OUTPUT -d 127.0.0.0/8 -j RETURN\n" + to_proxy)) != "");
  CHECK(found("FW408", nat("-A OUTPUT -m mark --mark 0x1 -j RETURN\n" + to_proxy)) == "");
  CHECK(found("FW408", nat("-A OUTPUT -d 198.51.100.1/32 -j RETURN\n" + to_proxy)) == "");   // where the proxy goes
  CHECK(found("FW408", nat("-A OUTPUT -o lo -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128\n"), gateway) == "");
  CHECK(found("FW408", nat("-A OUTPUT -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353\n")) == "");
  CHECK(found("FW408", nat("-A OUTPUT -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5:3128\n")) == "");
}

TEST_CASE("NAT of what is not tracked never happens") {
  test::Linted linted("*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 80 -j CT --notrack\nCOMMIT\n" +
                      nat("-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\n"), {.only = {"FW101"}});
  CHECK(linted.text() == "FW101 nat/PREROUTING/1 by raw/PREROUTING/1\n");
}

TEST_CASE("prefixes that do not fit") {
  CHECK(found("FW410", nat("-A POSTROUTING -s 10.0.0.0/8 -j NETMAP --to 192.168.0.0/24\n")).starts_with("nat/POSTROUTING/1 maps 10.0.0.0/8 onto 192.168.0.0/24, which is smaller"));
  CHECK(found("FW410", nat("-A POSTROUTING -d 10.0.0.0/24 -j NETMAP --to 192.168.0.0/24\n")) != "");   // the source is what becomes another
  CHECK(found("FW410", nat("-A POSTROUTING -m iprange --src-range 10.0.0.0-10.0.0.255 -j NETMAP --to 192.168.0.0/24\n")) == "");
  const auto npt = [](const std::string& rule) { return found("FW410", "*mangle\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n" + rule + "COMMIT\n", "", Family::v6); };
  CHECK(npt("-A POSTROUTING -o eth0 -j SNPT --src-pfx fd00:1::/64 --dst-pfx 2001:db8:1::/64\n") ==
        "mangle/POSTROUTING/1 changes the source of packets that are not in fd00:1::/64, too: the option is no condition\n");
  CHECK(npt("-A POSTROUTING -s fd00:1::/64 -o eth0 -j SNPT --src-pfx fd00:1::/64 --dst-pfx 2001:db8:1::/64\n") == "");
  CHECK(npt("-A PREROUTING -d 2001:db8::/32 -j DNPT --src-pfx 2001:db8:1::/64 --dst-pfx fd00:1::/64\n") != "");
}

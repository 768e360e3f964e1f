// The summary counts connection states. What each capture holds was told from its SYNs, ports and messages, and the
// counts of all of them but the fragments' were seen on Linux 6.18 with the same rules.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/run.hh"
#include "tests/shared.hh"

using namespace fwsim;
using test::Folder;
using Json = nlohmann::json;

namespace {

constexpr const char* raw = "*raw\n-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp\nCOMMIT\n";
constexpr const char* stateful =
    "*filter\n:FORWARD DROP [0:0]\n"
    "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A FORWARD -p tcp -m conntrack --ctstate NEW -m multiport --dports 21,25,80,443,5050 -j ACCEPT\n"
    "-A FORWARD -p udp -m conntrack --ctstate NEW -m udp --dport 53 -j ACCEPT\n"
    "-A FORWARD -p ICMP -m conntrack --ctstate NEW -j ACCEPT\nCOMMIT\n";

struct Counts {
  unsigned fresh, established, related, connections, expected;
  unsigned untracked = 0, invalid = 0;
};

std::string rules(const char* icmp, bool helper) {
  std::string text = (helper ? raw : "") + std::string(stateful);
  return text.replace(text.find("ICMP"), 4, icmp);
}

// All frames arrive on eth0 and are for the other side of eth1.
test::Ran trace(const Folder& folder, const std::string& capture, const char* more, bool helper = true) {
  const std::string v4 = folder.write("rules.v4", rules("icmp", helper)),
                    v6 = folder.write("rules.v6", rules("ipv6-icmp", helper));
  return test::fwsim(
      "trace " + capture + "@eth0 --rules " + v4 + " --rules6 " + v6 +
          " --addr eth0=203.0.113.1/24 --addr eth1=203.0.114.1/24 --route 'default dev eth1' --route '::/0 dev eth1'"
          " --sysctl net.ipv6.conf.all.forwarding=1 --summary " +
          more,
      "2>/dev/null");
}

void check(const std::string& name, const Counts& counts, bool helper = true) {
  const std::string capture = test::shared("corpora/pcaps/" + name);
  if (capture.empty()) return;
  INFO(name);
  const Folder folder;
  const test::Ran ran = trace(folder, capture, "--format json", helper);
  CHECK(ran.status == 0);
  const Json json = Json::parse(ran.out, nullptr, false);
  REQUIRE(json.is_object());
  const Json& states = json["states"];
  CHECK(states["NEW"] == counts.fresh);
  CHECK(states["ESTABLISHED"] == counts.established);
  CHECK(states["RELATED"] == counts.related);
  CHECK(states["UNTRACKED"] == counts.untracked);
  CHECK(states["INVALID"] == counts.invalid);
  CHECK(json["connections"] == counts.connections);
  CHECK(json["expected_connections"] == counts.expected);
}

}  // namespace

TEST_CASE("TCP and DNS: first packets are NEW, all from the first answer on ESTABLISHED") {
  // Two questions from one port before the two answers, then one HTTPS connection: SYN, SYN/ACK and 29 more.
  check("arkime/curl-enabled-tls13.pcap",
        {.fresh = 3, .established = 32, .related = 0, .connections = 2, .expected = 0});
  check("suricata-verify/dns__v2__dns-udp-null__input.pcap",
        {.fresh = 1, .established = 1, .related = 0, .connections = 1, .expected = 0});
}

TEST_CASE("FTP, passive: the SYNs of the data connections are RELATED") {
  // 63 packets: one control connection, and three data connections to the ports of three 227 answers.
  const char* passive = "suricata-verify/ftp__ftp-download-passive__input.pcap";
  check(passive, {.fresh = 1, .established = 59, .related = 3, .connections = 4, .expected = 3});
}

TEST_CASE("FTP, extended passive and active, over IPv6") {
  // 136 packets: three EPSV and two EPRT, each followed by its data connection, from the client and from the server.
  check("zeek/ftp__ipv6.pcap", {.fresh = 1, .established = 130, .related = 5, .connections = 6, .expected = 5});
}

TEST_CASE("FTP without helper: the data connections are NEW, and dropped") {
  const std::string capture = test::shared("corpora/pcaps/suricata-verify/ftp__ftp-download-passive__input.pcap");
  if (capture.empty()) return;
  const Folder folder;
  const Json json = Json::parse(trace(folder, capture, "--format json", false).out, nullptr, false);
  REQUIRE(json.is_object());
  CHECK(json["states"]["RELATED"] == 0);
  CHECK(json["connections"] == 1);
  CHECK(json["fates"]["dropped"] > 0);
}

TEST_CASE("ICMP errors: those about a connection are RELATED and make none of their own") {
  const std::string capture = test::shared("corpora/pcaps/zeek/smtp.pcap");
  if (capture.empty()) return;
  const Folder folder;
  const Json json = Json::parse(trace(folder, capture, "--format json").out, nullptr, false);
  REQUIRE(json.is_object());
  CHECK(json["states"]["NEW"] == 14);  // three SYNs, and what was captured in the middle of connections
  CHECK(json["states"]["ESTABLISHED"] == 107);
  CHECK(json["states"]["RELATED"] == 4);  // packets 26, 28, 29 and 30: "too big" for 10.10.1.4
  CHECK(json["expected_connections"] == 0);
}

TEST_CASE("IPv6: neighbour discovery is UNTRACKED, TCP as ever") {
  // 37 solicitations, advertisements and group reports; eight mDNS questions without answer; a connection of ten
  // packets.
  check("arkime/v6-http.pcap",
        {.fresh = 9, .established = 9, .related = 0, .connections = 1, .expected = 0, .untracked = 37});
}

TEST_CASE("fragments: the datagram has a state once it is whole") {
  // An echo request in two pieces and its answer in one.
  check("suricata-verify/exception-policy-defrag-01__ipv4frags.pcap",
        {.fresh = 1, .established = 1, .related = 0, .connections = 1, .expected = 0});
}

TEST_CASE("the same in words") {
  const std::string capture = test::shared("corpora/pcaps/suricata-verify/ftp__ftp-download-passive__input.pcap");
  if (capture.empty()) return;
  const Folder folder;
  const std::string text = trace(folder, capture, "").out;
  CHECK(text.find("by connection state\n         1  NEW\n        59  ESTABLISHED\n         3  RELATED\n"
                  "         4  connections, 3 of them expected by a helper\n") != std::string::npos);
}

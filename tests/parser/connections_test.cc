// What a host has open: connections as conntrack(8) lists them, sockets as ss(8) does.
#include <doctest/doctest.h>

#include "parser/connections.hh"
#include "parser/ss.hh"
#include "tests/parser/faults.hh"

using namespace fwsim;

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

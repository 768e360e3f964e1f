// fwsim list, as a user runs it; the tables are what iptables-legacy 1.8.9 prints for the same rulesets.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;

namespace {

const char* rules =
    "*filter\n:INPUT DROP [123456:98765432]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [3:99]\n:LOGDROP - [0:0]\n"
    "[5:300] -A INPUT -i lo -j ACCEPT\n"
    "[123456:1234567890123] -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "[0:0] -A INPUT -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -m limit --limit 3/min -m comment --comment \"hello world\" -j ACCEPT\n"
    "[0:0] -A INPUT ! -s 10.0.0.0/8 ! -d 192.0.2.1/32 ! -i eth0 -p udp -m multiport --dports 53,100:200 -g LOGDROP\n"
    "[0:0] -A INPUT ! -p icmp ! -f -j REJECT --reject-with icmp-port-unreachable\n"
    "[0:0] -A INPUT -f\n"
    "[0:0] -A INPUT -p tcp -m state --state NEW -m recent --set --name SSH --mask 255.255.255.255 --rsource\n"
    "[0:0] -A LOGDROP -j LOG --log-prefix \"drop: \"\n"
    "[0:0] -A LOGDROP -m hashlimit --hashlimit-above 10/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name x -j DROP\nCOMMIT\n";

const char* printed =
    "Chain INPUT (policy DROP 123K packets, 99M bytes)\n"
    "num   pkts bytes target     prot opt in     out     source               destination         \n"
    "1        5   300 ACCEPT     0    --  lo     *       0.0.0.0/0            0.0.0.0/0           \n"
    "2     123K 1235G ACCEPT     0    --  *      *       0.0.0.0/0            0.0.0.0/0            ctstate RELATED,ESTABLISHED\n"
    "3        0     0 ACCEPT     6    --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:22 flags:0x17/0x02 limit: avg 3/min burst 5 "
    "/* hello world */\n"
    "4        0     0 LOGDROP    17   --  !eth0  *      !10.0.0.0/8          !192.0.2.1           [goto]  multiport dports 53,100:200\n"
    "5        0     0 REJECT    !1    !f  *      *       0.0.0.0/0            0.0.0.0/0            reject-with icmp-port-unreachable\n"
    "6        0     0            0    -f  *      *       0.0.0.0/0            0.0.0.0/0           \n"
    "7        0     0            6    --  *      *       0.0.0.0/0            0.0.0.0/0            state NEW recent: SET name: SSH side: source mask: "
    "255.255.255.255\n"
    "\n"
    "Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)\n"
    "num   pkts bytes target     prot opt in     out     source               destination         \n"
    "\n"
    "Chain OUTPUT (policy ACCEPT 3 packets, 99 bytes)\n"
    "num   pkts bytes target     prot opt in     out     source               destination         \n"
    "\n"
    "Chain LOGDROP (1 references)\n"
    "num   pkts bytes target     prot opt in     out     source               destination         \n"
    "1        0     0 LOG        0    --  *      *       0.0.0.0/0            0.0.0.0/0            LOG flags 0 level 4 prefix \"drop: \"\n"
    "2        0     0 DROP       0    --  *      *       0.0.0.0/0            0.0.0.0/0            limit: above 10/sec burst 5 mode srcip\n";

}  // namespace

TEST_CASE("list prints what iptables -L -v -n --line-numbers does, to the byte") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules);
  const auto ran = fwsim::test::fwsim("list --no-findings -t filter " + file);
  CHECK(ran.status == 0);
  CHECK(ran.out == printed);
  const auto exact = fwsim::test::fwsim("list --no-findings -x -t filter " + file);
  CHECK(exact.out.starts_with("Chain INPUT (policy DROP 123456 packets, 98765432 bytes)\n"
                              "num      pkts      bytes target     prot opt in     out     source               destination         \n"
                              "1           5      300 ACCEPT     0    --  lo "));
}

TEST_CASE("list of IPv6 rules") {
  const Folder folder;
  const std::string file = folder.write("rules.v6",
                                        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                                        "-A INPUT -s 2001:db8::1/128 -i eth0 -p tcp -j ACCEPT\n"
                                        "-A INPUT ! -d 2001:db8:1111:2222:3333:4444:5555:6666/128 -j REJECT --reject-with icmp6-port-unreachable\nCOMMIT\n");
  const auto ran = fwsim::test::fwsim("list --no-findings -t filter " + file);
  CHECK(ran.out.find("1        0     0 ACCEPT     6    --  eth0   *       2001:db8::1          ::/0                \n") != std::string::npos);
  CHECK(ran.out.find("2        0     0 REJECT     0    --  *      *       ::/0                !2001:db8:1111:2222:3333:4444:5555:6666  reject-with "
                     "icmp6-port-unreachable\n") != std::string::npos);
}

TEST_CASE("list shows what lint found below the rule, in text and JSON") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules);
  const auto ran = fwsim::test::fwsim("list " + file);
  CHECK(ran.status == 0);
  CHECK(ran.out.starts_with("Table filter\n\nChain INPUT"));
  CHECK(ran.out.find("mask: 255.255.255.255\n     ^ FW101 shadowed: never matches: filter/INPUT/5 (" + file + ":10) takes all its packets first\n") !=
        std::string::npos);
  const auto json = nlohmann::json::parse(fwsim::test::fwsim("list --format json " + file).out);
  const auto& input = json["tables"][0]["chains"][0];
  CHECK(input["policy"] == "DROP");
  CHECK(input["counters"]["bytes"] == 98765432);
  CHECK(input["rules"][3]["source"] == "!10.0.0.0/8");
  CHECK(input["rules"][3]["goto"] == true);
  CHECK(input["rules"][1]["matches"] == "ctstate RELATED,ESTABLISHED");
  CHECK(input["rules"][1]["findings"].empty());
  CHECK(input["rules"][6]["findings"][0]["id"] == "FW101");
  CHECK(json["tables"][0]["chains"][3]["references"] == 1);
}

TEST_CASE("list of a table that is not there") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules);
  const auto wrong = fwsim::test::fwsim("list -t fliter " + file);
  CHECK(wrong.status == 2);
  CHECK(wrong.out.find("did you mean 'filter'?") != std::string::npos);
  CHECK(fwsim::test::fwsim("list -t nat " + file).out.find("has no table 'nat'") != std::string::npos);
  CHECK(fwsim::test::fwsim("list " + folder.write("empty", "")).status == 2);
}

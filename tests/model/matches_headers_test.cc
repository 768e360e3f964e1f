// Matches on transport headers: how they are read and printed, what is refused, what they mean.
#include "printed.hh"

using namespace fwsim;
using fwsim::test::check_v4;
using fwsim::test::check_v6;
using fwsim::test::means;
using fwsim::test::refuse_v4;
using fwsim::test::refuse_v6;

TEST_CASE("the tests of the iptables project come out right: transport headers") {
  for (const char* name : {"libxt_sctp.t", "libxt_esp.t", "libxt_ipcomp.t"})
    test::run_xt_file(name, {Family::v4, Family::v6});
}

TEST_CASE("the tests of the iptables project come out right: transport headers, one family") {
  for (const char* name : {"libipt_ah.t"}) test::run_xt_file(name, {Family::v4});
}

TEST_CASE("the tests of the iptables project come out right: ICMPv6") {
  for (const char* name : {"libip6t_icmp6.t"}) test::run_xt_file(name, {Family::v6});
}

TEST_CASE("udp: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{"-p udp -m udp"},
            {"-p udp -m udp --sport 0"},
            {"-p udp -m udp --sport :", "-p udp -m udp"},
            {"-p udp -m udp --sport 53:", "-p udp -m udp --sport 53:65535"},
            {"-p udp -m udp --sport :53", "-p udp -m udp --sport 0:53"},
            {"-p udp -m udp --sport domain", "-p udp -m udp --sport 53"},
            {"-p udp -m udp --sport 035", "-p udp -m udp --sport 35"},
            {"-p udp -m udp --source-port 1 --destination-port 3:4", "-p udp -m udp --sport 1 --dport 3:4"},
            {"-p udp -m udp --dport 3 --sport 4", "-p udp -m udp --sport 4 --dport 3"},
            {"-p udp -m udp --dport http-alt", "-p udp -m udp --dport 8080"},
            {"-p udp -m udp --sport 5 ! --dport 6:", "-p udp -m udp --sport 5 ! --dport 6:65535"},
            {"-p udp -m udp --sport 5:http", "-p udp -m udp --sport 5:80"}});
  refuse_v4({"-p udp -m udp --sport 0x35", "-p udp -m udp --sport 1 --sport 2", "-m udp --dport 3",
             "! -p udp -m udp --dport 3", "-p tcp -m udp --dport 3", "-p udplite -m udp --dport 3",
             "-p udp -m udp --dport", "-p udp -m udp --dport 1:2:3", "-p udp -m udp --dport 1-2",
             "-p udp -m udp --sport -1"});
}

TEST_CASE("icmp: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{"-p icmp --icmp-type any", "-p icmp -m icmp --icmp-type any"},
            {"-p icmp ! --icmp-type any", "-p icmp -m icmp ! --icmp-type any"},
            {"-p icmp --icmp-type 255", "-p icmp -m icmp --icmp-type any"},
            {"-p icmp ! --icmp-type 255", "-p icmp -m icmp ! --icmp-type any"},
            {"-p icmp --icmp-type 255/0", "-p icmp -m icmp --icmp-type any"},
            {"-p icmp --icmp-type 255/255", "-p icmp -m icmp --icmp-type any"},
            {"-p icmp --icmp-type 3/255", "-p icmp -m icmp --icmp-type 3/255"},
            {"-p icmp --icmp-type 3/0", "-p icmp -m icmp --icmp-type 3/0"},
            {"-p icmp --icmp-type echo-req", "-p icmp -m icmp --icmp-type 8"},
            {"-p icmp --icmp-type ping", "-p icmp -m icmp --icmp-type 8"},
            {"-p icmp --icmp-type pin", "-p icmp -m icmp --icmp-type 8"},
            {"-p icmp --icmp-type PING", "-p icmp -m icmp --icmp-type 8"},
            {"-p icmp --icmp-type network-redirect", "-p icmp -m icmp --icmp-type 5/0"},
            {"-p icmp --icmp-type TOS-network-redirect", "-p icmp -m icmp --icmp-type 5/2"},
            {"-p icmp --icmp-type tos-host-u", "-p icmp -m icmp --icmp-type 3/12"},
            {"-p icmp --icmp-type ttl-e", "-p icmp -m icmp --icmp-type 11"},
            {"-p icmp --icmp-type time-ex", "-p icmp -m icmp --icmp-type 11"},
            {"-p icmp --icmp-type address-mask-reply", "-p icmp -m icmp --icmp-type 18"},
            {"-p icmp --icmp-type 0x8", "-p icmp -m icmp --icmp-type 8"},
            {"-p icmp --icmp-type 010", "-p icmp -m icmp --icmp-type 8"},
            {"-p icmp --icmp-type 0x3/0x4", "-p icmp -m icmp --icmp-type 3/4"},
            {"-p icmp --icmp-type an", "-p icmp -m icmp --icmp-type any"},
            {"-p icmp --icmp-type required-option-missing", "-p icmp -m icmp --icmp-type 12/1"},
            {"-p icmp --icmp-type router-solicitation", "-p icmp -m icmp --icmp-type 10"},
            {"-p icmp -m icmp --icmp-type 8 -m icmp --icmp-type 0"},
            {"-p 1 --icmp-type 4", "-p icmp -m icmp --icmp-type 4"}});
  refuse_v4({"-p icmp -m icmp", "-p icmp --icmp-type 3/256", "-p icmp --icmp-type 256", "-p icmp --icmp-type 3/",
             "-p icmp --icmp-type echo", "-p icmp --icmp-type network-", "-p icmp --icmp-type ttl",
             R"(-p icmp --icmp-type "")", "-p icmp --icmp-type a", "-p icmp --icmp-type destination-unreachable/1",
             "-m icmp --icmp-type 8", "-p icmp --icmp-type 8 --icmp-type 0", "! -p icmp -m icmp --icmp-type 8",
             "-p icmp --icmp-type 3/1-5"});
}

TEST_CASE("icmp6: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v6({{"-p icmpv6 -m icmp6 --icmpv6-type 255", "-p ipv6-icmp -m icmp6 --icmpv6-type 255"},
            {"-p icmpv6 -m icmp6 --icmpv6-type 128", "-p ipv6-icmp -m icmp6 --icmpv6-type 128"},
            {"-p icmpv6 ! --icmpv6-type 128", "-p ipv6-icmp -m icmp6 ! --icmpv6-type 128"},
            {"-p icmpv6 --icmpv6-type 1/255", "-p ipv6-icmp -m icmp6 --icmpv6-type 1/255"},
            {"-p icmpv6 --icmpv6-type 1/3", "-p ipv6-icmp -m icmp6 --icmpv6-type 1/3"},
            {"-p icmpv6 --icmpv6-type ping", "-p ipv6-icmp -m icmp6 --icmpv6-type 128"},
            {"-p icmpv6 --icmpv6-type neighbor-adv", "-p ipv6-icmp -m icmp6 --icmpv6-type 136"},
            {"-p icmpv6 --icmpv6-type neighbour-sol", "-p ipv6-icmp -m icmp6 --icmpv6-type 135"},
            {"-p icmpv6 --icmpv6-type failed-policy", "-p ipv6-icmp -m icmp6 --icmpv6-type 1/5"},
            {"-p icmpv6 --icmpv6-type reject-route", "-p ipv6-icmp -m icmp6 --icmpv6-type 1/6"},
            {"-p icmpv6 --icmpv6-type beyond-scope", "-p ipv6-icmp -m icmp6 --icmpv6-type 1/2"},
            {"-p icmpv6 --icmpv6-type bad-header", "-p ipv6-icmp -m icmp6 --icmpv6-type 4/0"},
            {"-p icmpv6 --icmpv6-type unknown-header-type", "-p ipv6-icmp -m icmp6 --icmpv6-type 4/1"},
            {"-p icmpv6 --icmpv6-type unknown-option", "-p ipv6-icmp -m icmp6 --icmpv6-type 4/2"},
            {"-p icmpv6 --icmpv6-type ttl-zero-during-reassembly", "-p ipv6-icmp -m icmp6 --icmpv6-type 3/1"},
            {"-p icmpv6 --icmpv6-type redirect", "-p ipv6-icmp -m icmp6 --icmpv6-type 137"},
            {"-p icmpv6 -m icmpv6 --icmpv6-type 128", "-p ipv6-icmp -m icmp6 --icmpv6-type 128"},
            {"-p icmpv6 --icmpv6-type 0x80", "-p ipv6-icmp -m icmp6 --icmpv6-type 128"},
            {"-p icmpv6 --icmpv6-type 128/0", "-p ipv6-icmp -m icmp6 --icmpv6-type 128/0"},
            {"-p icmpv6 --icmpv6-type communication-prohibited", "-p ipv6-icmp -m icmp6 --icmpv6-type 1/1"},
            {"-p icmpv6 --icmpv6-type address-unreachable", "-p ipv6-icmp -m icmp6 --icmpv6-type 1/3"},
            {"-p icmpv6 --icmpv6-type packet-too-big", "-p ipv6-icmp -m icmp6 --icmpv6-type 2"},
            {"-p icmpv6 --icmpv6-type time-exceeded", "-p ipv6-icmp -m icmp6 --icmpv6-type 3"},
            {"-p icmpv6 --icmpv6-type ttl-exceeded", "-p ipv6-icmp -m icmp6 --icmpv6-type 3"},
            {"-p icmpv6 --icmpv6-type parameter-problem", "-p ipv6-icmp -m icmp6 --icmpv6-type 4"},
            {"-p icmpv6 --icmpv6-type router-sol", "-p ipv6-icmp -m icmp6 --icmpv6-type 133"},
            {"-p 58 --icmpv6-type 4", "-p ipv6-icmp -m icmp6 --icmpv6-type 4"}});
  refuse_v6({"-p icmpv6 -m icmp6", "-p icmpv6 -m icmp6 --icmpv6-type any", "-p icmpv6 --icmpv6-type 1/",
             "-p icmpv6 --icmpv6-type 256", "-p icmpv6 --icmpv6-type echo-re", "-p icmpv6 --icmpv6-type neigh",
             "-p icmpv6 --icmpv6-type mld", "-p icmpv6 --icmpv6-type policy-fail", "-p icmpv6 --icmpv6-type unknown",
             "-p icmpv6 -m icmp6 --icmpv6-type 128 --icmpv6-type 129", "-m icmp6 --icmpv6-type 128",
             "-p icmp -m icmp6 --icmpv6-type 128", "-p icmpv6 --icmpv6-type 128/300"});
}

TEST_CASE("multiport: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{"-p tcp -m multiport --dports 80"},
            {"-p tcp -m multiport --dports 80,443,1000:2000"},
            {"-p tcp -m multiport ! --dports 80,443,1000:2000"},
            {"-p tcp -m multiport --ports 80"},
            {"-p tcp -m multiport --sports 80"},
            {"-p tcp -m multiport --source-ports 80", "-p tcp -m multiport --sports 80"},
            {"-p tcp -m multiport --source-port 80", "-p tcp -m multiport --sports 80"},
            {"-p tcp -m multiport --sport 80", "-p tcp -m multiport --sports 80"},
            {"-p tcp -m multiport --destination-port 80", "-p tcp -m multiport --dports 80"},
            {"-p tcp -m multiport --dport 80", "-p tcp -m multiport --dports 80"},
            {"-p tcp -m multiport --port 80", "-p tcp -m multiport --ports 80"},
            {"-p tcp -m multiport --dports http,https", "-p tcp -m multiport --dports 80,443"},
            {"-p tcp -m multiport --dports 0x50", "-p tcp -m multiport --dports 80"},
            {"-p tcp -m multiport --dports 010", "-p tcp -m multiport --dports 8"},
            {"-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"},
            {"-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14:15"},
            {"-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13:14,15"},
            {"-p udp -m multiport --dports 1"},
            {"-p udplite -m multiport --dports 1"},
            {"-p sctp -m multiport --dports 1"},
            {"-p dccp -m multiport --dports 1"},
            {"-p tcp -m multiport --dports 80,80"},
            {R"(-p tcp -m multiport --dports "80, 81")", "-p tcp -m multiport --dports 80,81"},
            {R"(-p tcp -m multiport --dports " 80")", "-p tcp -m multiport --dports 80"},
            {"-p udp -m multiport --dports domain", "-p udp -m multiport --dports 53"}});
  refuse_v4({"-p tcp -m multiport",
             "-p tcp -m multiport --sports 80 --dports 80",
             "-p tcp -m multiport --sports 80 --sports 81",
             "-p tcp -m multiport --dports 80:70",
             "-p tcp -m multiport --dports 80:80",
             "-p tcp -m multiport --dports :80",
             "-p tcp -m multiport --dports 80:",
             "-p tcp -m multiport --dports 080",
             "-p tcp -m multiport --dports 65536",
             "-p tcp -m multiport --dports 80,",
             "-p tcp -m multiport --dports ,80",
             R"(-p tcp -m multiport --dports "")",
             "-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
             "-p tcp -m multiport --dports 1:2:3",
             "-p tcp -m multiport --dports 1-2",
             "-p icmp -m multiport --dports 1",
             "! -p tcp -m multiport --dports 1",
             "-m multiport --dports 1",
             "-p sctp -m multiport --dports http",
             "-p udplite -m multiport --dports http",
             "-p dccp -m multiport --dports http"});
  check_v6({{"-p tcp -m multiport --dports 80,443"}, {"-p udplite -m multiport ! --ports 80,443:555"}});
}

TEST_CASE("sctp: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4(
      {{"-p sctp -m sctp"},
       {"-p sctp -m sctp --sport :", "-p sctp -m sctp --sport 0:65535"},
       {"-p sctp -m sctp ! --sport :", "-p sctp -m sctp ! --sport 0:65535"},
       {"-p sctp -m sctp ! --sport 5"},
       {"-p sctp -m sctp --sport 5:", "-p sctp -m sctp --sport 5:65535"},
       {"-p sctp -m sctp --sport :5", "-p sctp -m sctp --sport 0:5"},
       {"-p sctp -m sctp --sport 0x10", "-p sctp -m sctp --sport 16"},
       {"-p sctp -m sctp --sport 010", "-p sctp -m sctp --sport 8"},
       {"-p sctp -m sctp --source-port 1 --destination-port 2", "-p sctp -m sctp --sport 1 --dport 2"},
       {"-p sctp -m sctp --chunk-types any ALL"},
       {"-p sctp -m sctp --chunk-types all ALL"},
       {"-p sctp -m sctp --chunk-types only ALL"},
       {"-p sctp -m sctp --chunk-types any NONE"},
       {"-p sctp -m sctp --chunk-types all NONE"},
       {"-p sctp -m sctp --chunk-types only NONE"},
       {"-p sctp -m sctp ! --chunk-types only NONE"},
       {"-p sctp -m sctp --chunk-types any data", "-p sctp -m sctp --chunk-types any DATA"},
       {"-p sctp -m sctp --chunk-types ANY data", "-p sctp -m sctp --chunk-types any DATA"},
       {"-p sctp -m sctp --chunk-types any DATA:U"},
       {"-p sctp -m sctp --chunk-types any DATA:u"},
       {"-p sctp -m sctp --chunk-types any DATA:UbE"},
       {"-p sctp -m sctp --chunk-types any DATA:EbUI", "-p sctp -m sctp --chunk-types any DATA:IUbE"},
       {"-p sctp -m sctp --chunk-types any DATA:", "-p sctp -m sctp --chunk-types any DATA"},
       {"-p sctp -m sctp --chunk-types any DATA:Uu", "-p sctp -m sctp --chunk-types any DATA:U"},
       {"-p sctp -m sctp --chunk-types any DATA:uU", "-p sctp -m sctp --chunk-types any DATA:U"},
       {"-p sctp -m sctp --chunk-types any DATA:UU", "-p sctp -m sctp --chunk-types any DATA:U"},
       {"-p sctp -m sctp --chunk-types any ABORT:T,SHUTDOWN_COMPLETE:t"},
       {"-p sctp -m sctp --chunk-types any ABORT:t,DATA,INIT", "-p sctp -m sctp --chunk-types any DATA,INIT,ABORT:t"},
       {"-p sctp -m sctp --chunk-types any DATA,INIT,DATA", "-p sctp -m sctp --chunk-types any DATA,INIT"},
       {"-p sctp -m sctp --chunk-types any DATA:U,DATA:B", "-p sctp -m sctp --chunk-types any DATA:UB"},
       {"-p sctp -m sctp --chunk-types any INIT,DATA", "-p sctp -m sctp --chunk-types any DATA,INIT"},
       {"-p sctp -m sctp --chunk-types any I_DATA:I", "-p sctp -m sctp --chunk-types any I_DATA"},
       {"-p sctp -m sctp --chunk-types any I_DATA:i,I_FORWARD_TSN",
        "-p sctp -m sctp --chunk-types any I_DATA,I_FORWARD_TSN"},
       {R"(-p sctp -m sctp --chunk-types any "")", "-p sctp -m sctp --chunk-types any NONE"},
       {"-p sctp -m sctp --chunk-types any ,", "-p sctp -m sctp --chunk-types any NONE"},
       {"-p sctp -m sctp --chunk-types any DATA,", "-p sctp -m sctp --chunk-types any DATA"},
       {"-p sctp -m sctp ! --chunk-types any DATA:U"},
       {"-p sctp -m sctp --dport 4 --sport 5 --chunk-types only DATA",
        "-p sctp -m sctp --sport 5 --dport 4 --chunk-types only DATA"},
       {"-p sctp --dport 4", "-p sctp -m sctp --dport 4"},
       {"-p sctp -m sctp --chunk-types any "
        "DATA,INIT,INIT_ACK,SACK,HEARTBEAT,HEARTBEAT_ACK,ABORT,SHUTDOWN,SHUTDOWN_ACK,ERROR,COOKIE_ECHO,COOKIE_ACK,ECN_"
        "ECNE,ECN_CWR,SHUTDOWN_COMPLETE,I_DATA,ASCONF_ACK,RE_CONFIG,PAD,FORWARD_TSN,ASCONF,I_FORWARD_TSN"},
       {"-p sctp -m sctp --chunk-types any FORWARD_TSN,ASCONF,DATA:UBE",
        "-p sctp -m sctp --chunk-types any DATA:UBE,FORWARD_TSN,ASCONF"},
       {"-p sctp -m sctp --chunk-types all COOKIE_ACK,ASCONF_ACK,I_DATA",
        "-p sctp -m sctp --chunk-types all COOKIE_ACK,I_DATA,ASCONF_ACK"},
       {"-p sctp -m sctp --chunk-types any DATA:IUBE"},
       {"-p sctp -m sctp --chunk-types any DATA:iube"},
       {"-p 132 --dport 4", "-p sctp -m sctp --dport 4"},
       {"-p sctp -m sctp --sport 0:65535"}});
  refuse_v4({"-p sctp -m sctp --sport 5:3",
             "-p sctp -m sctp --sport domain",
             "-p sctp -m sctp --sport http",
             "-p sctp -m sctp --sport http:https",
             "-p sctp -m sctp --sport 1 --sport 2",
             "-p sctp -m sctp --chunk-types some data",
             "-p sctp -m sctp --chunk-types any DATA:X",
             "-p sctp -m sctp --chunk-types any DATA:*U",
             "-p sctp -m sctp --chunk-types any INIT:T",
             "-p sctp -m sctp --chunk-types any ALL,DATA:U",
             "-p sctp -m sctp --chunk-types any DATA:U,ALL",
             "-p sctp -m sctp --chunk-types any NONE,DATA:U",
             "-p sctp -m sctp --chunk-types any DATA,NONE",
             "-p sctp -m sctp --chunk-types any ALL:U",
             "-p sctp -m sctp --chunk-types any 0",
             "-p sctp -m sctp --chunk-types any 5",
             "-p sctp -m sctp --chunk-types DATA",
             "-p sctp -m sctp --chunk-types any DATA --chunk-types all INIT",
             "-m sctp --dport 4",
             "! -p sctp -m sctp --dport 4",
             "-p sctp -m sctp --chunk-types any INIT:x",
             R"(-p sctp -m sctp --sport "")",
             "-p sctp -m sctp --sport 5:3:4"});
}

TEST_CASE("dccp: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4(
      {{"-p dccp -m dccp"},
       {"-p dccp -m dccp --sport 5"},
       {"-p dccp -m dccp --sport :", "-p dccp -m dccp --sport 0:65535"},
       {"-p dccp -m dccp ! --sport :", "-p dccp -m dccp ! --sport 0:65535"},
       {"-p dccp -m dccp --sport http", "-p dccp -m dccp --sport 80"},
       {"-p dccp -m dccp --source-port 5 --destination-port 7:", "-p dccp -m dccp --sport 5 --dport 7:65535"},
       {"-p dccp -m dccp --dccp-types REQUEST"},
       {"-p dccp -m dccp --dccp-types REQUEST,RESPONSE"},
       {"-p dccp -m dccp --dccp-types RESPONSE,REQUEST", "-p dccp -m dccp --dccp-types REQUEST,RESPONSE"},
       {"-p dccp -m dccp ! --dccp-types RESPONSE,REQUEST", "-p dccp -m dccp ! --dccp-types REQUEST,RESPONSE"},
       {"-p dccp -m dccp --dccp-types request", "-p dccp -m dccp --dccp-types REQUEST"},
       {"-p dccp -m dccp --dccp-types REQUEST,RESPONSE,DATA,ACK,DATAACK,CLOSEREQ,CLOSE,RESET,SYNC,SYNCACK,INVALID"},
       {"-p dccp -m dccp --dccp-types INVALID"},
       {"-p dccp -m dccp --dccp-types DATA,", "-p dccp -m dccp --dccp-types DATA"},
       {"-p dccp -m dccp --dccp-types DATA,DATA", "-p dccp -m dccp --dccp-types DATA"},
       {"-p dccp -m dccp --dccp-option 1"},
       {"-p dccp -m dccp --dccp-option 255"},
       {"-p dccp -m dccp ! --dccp-option 0x10", "-p dccp -m dccp ! --dccp-option 16"},
       {"-p dccp -m dccp ! --dport 0:65535 --sport 0:65535", "-p dccp -m dccp --sport 0:65535 ! --dport 0:65535"},
       {"-p dccp -m dccp --dccp-option 4 --dccp-types ACK --dport 4 --sport 5",
        "-p dccp -m dccp --sport 5 --dport 4 --dccp-types ACK --dccp-option 4"},
       {"-p dccp --dport 4", "-p dccp -m dccp --dport 4"},
       {"-p 33 --dport 4", "-p dccp -m dccp --dport 4"},
       {"-p dccp -m dccp --dport domain", "-p dccp -m dccp --dport 53"}});
  refuse_v4({"-p dccp -m dccp --dccp-types req", "-p dccp -m dccp --dccp-types 0", "-p dccp -m dccp --dccp-types ALL",
             "-p dccp -m dccp --dccp-option 0", "-p dccp -m dccp --dccp-option 256", "-m dccp --dport 4",
             "-p dccp --dccp-option 4 --dccp-option 5"});
}

TEST_CASE("esp: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{"-p esp --espspi 0x100", "-p esp -m esp --espspi 256"},
            {"-p esp --espspi 010", "-p esp -m esp --espspi 8"},
            {"-p esp ! --espspi 4", "-p esp -m esp ! --espspi 4"},
            {"-p esp ! --espspi 4:", "-p esp -m esp ! --espspi 4:4294967295"}});
  refuse_v4({"-p esp --espspi 4294967296", "-p esp --espspi 1 --espspi 2", "-p esp --espspi abc",
             "! -p esp -m esp --espspi 4", "-p esp --espspi 4:5:6"});
  check_v6({{"-p esp -m esp"}, {"-p esp -m esp --espspi 4:5"}});
  refuse_v6({"-m esp"});
}

TEST_CASE("ah: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{"-p ah --ahspi 4:5", "-p ah -m ah --ahspi 4:5"},
            {"-p ah ! --ahspi 4:5", "-p ah -m ah ! --ahspi 4:5"},
            {"-p ah --ahspi 0x10", "-p ah -m ah --ahspi 16"},
            {"-p 51 --ahspi 4", "-p ah -m ah --ahspi 4"}});
  refuse_v4({"-p ah --ahres", "-p ah --ahlen 4"});
  check_v6({{"-p ah -m ah --ahspi 5"},
            {"-m ah --ahres"},
            {"-m ah --ahlen 32"},
            {"-m ah ! --ahlen 32"},
            {"-m ah --ahlen 0", "-m ah"},
            {"-m ah ! --ahlen 0"},
            {"-m ah --ahlen 4294967295"},
            {"-m ah --ahres --ahlen 32 --ahspi 5", "-m ah --ahspi 5 --ahlen 32 --ahres"},
            {"-m ah ! --ahspi 5:6 ! --ahlen 24 --ahres"},
            {"-p tcp -m ah --ahspi 5"},
            {"-p ah --ahspi 4", "-p ah -m ah --ahspi 4"},
            {"-m ah --ahspi 0x10", "-m ah --ahspi 16"}});
  refuse_v6({"-m ah --ahlen 4294967296", "-m ah --ahlen 4:5", "-m ah ! --ahres", "-m ah --ahspi 1 --ahspi 2"});
}

TEST_CASE("ipcomp: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{"-p ipcomp -m ipcomp", "-p ipcomp -m ipcomp --ipcompspi 0"},
            {"-p 108 --ipcompspi 4", "-p ipcomp -m ipcomp --ipcompspi 4"},
            {"-p ipcomp -m ipcomp --compres", "-p ipcomp -m ipcomp --ipcompspi 0 --compres"},
            {"-p ipcomp -m ipcomp --ipcompspi 4 --compres"},
            {"-p ipcomp --ipcompspi 0x40", "-p ipcomp -m ipcomp --ipcompspi 64"},
            {"-p ipcomp --ipcompspi 70000", "-p ipcomp -m ipcomp --ipcompspi 70000"},
            {"-p 108 -m ipcomp --ipcompspi 5", "-p ipcomp -m ipcomp --ipcompspi 5"}});
  refuse_v4({"-p ipcomp -m ipcomp ! --compres", "-m ipcomp --ipcompspi 4", "! -p ipcomp -m ipcomp --ipcompspi 4"});
  check_v6({{"-p ipcomp -m ipcomp --ipcompspi 4"}});
}

TEST_CASE("sloppy ranges follow later iptables: the saved rule must not mean something else") {
  // 1.8.9 takes an end below the start, and prints nothing for a negated range over everything.
  refuse_v4({"-p udp --dport 5:3", "-p esp --espspi 4:3", "-p ah --ahspi 4:3", "-p ipcomp --ipcompspi 4:3",
             "-p dccp --sport 4:3"});
  check_v4({{"-p udp -m udp ! --sport :", "-p udp -m udp ! --sport 0:65535"},
            {"-p esp -m esp ! --espspi :", "-p esp -m esp ! --espspi 0:4294967295"},
            {"-p ipcomp -m ipcomp ! --ipcompspi :", "-p ipcomp -m ipcomp ! --ipcompspi 0:4294967295"}});
  refuse_v4({"-p udp --dport 65536", "-p udp --dport 70000"});  // 1.8.9 makes 0 and 4464 of them
}

TEST_CASE("a negated test needs the header: later fragments never match") {
  CHECK(means("-p udp ! --dport 53") == "(frag_off in 0 and (has dport and not dport in 53))");
  CHECK(means("-p icmp ! --icmp-type any") == "(frag_off in 0 and (has icmp and not icmp in 0-65535))");
  CHECK(means("-p icmp --icmp-type 3/4") == "(frag_off in 0 and icmp in 772)");
  CHECK(means("-p esp -m esp") == "frag_off in 0");
}

TEST_CASE("multiport: --ports is either port, negated neither") {
  CHECK(means("-p udp -m multiport --dports 53,1000:2000") == "(frag_off in 0 and dport in 53,1000-2000)");
  CHECK(means("-p udp -m multiport --ports 1,5:6") == "(frag_off in 0 and (sport in 1,5-6 or dport in 1,5-6))");
  CHECK(means("-p udp -m multiport ! --ports 1") ==
        "(frag_off in 0 and (has sport and not (sport in 1 or dport in 1)))");
}

TEST_CASE("ipcomp without an option asks for CPI 0; DCCP types from 10 on are INVALID") {
  CHECK(means("-p ipcomp -m ipcomp") == "(frag_off in 0 and ipcomp_cpi in 0)");
  CHECK(means("-p dccp --dccp-types DATA,INVALID") == "(frag_off in 0 and dccp_type in 2,10,11,12,13,14,15)");
  CHECK(means("-p dccp ! --dccp-types DATA") == "(frag_off in 0 and (has dccp_type and not dccp_type in 2))");
}

TEST_CASE("the old names of icmp6 load it") {
  check_v6({{"-p icmpv6 -m ipv6-icmp --icmpv6-type 1", "-p ipv6-icmp -m icmp6 --icmpv6-type 1"}});
}

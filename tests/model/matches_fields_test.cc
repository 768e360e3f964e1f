// Matches on single fields and on the content of packets: read, printed, refused, and what they mean.
#include "printed.hh"

using namespace fwsim;
using fwsim::test::check_v4;
using fwsim::test::check_v6;
using fwsim::test::means;
using fwsim::test::refuse_v4;
using fwsim::test::refuse_v6;

TEST_CASE("the tests of the iptables project come out right: fields") {
  for (const char* name : {"libxt_length.t", "libxt_dscp.t", "libxt_u32.t"})
    test::run_xt_file(name, {Family::v4, Family::v6});
}

TEST_CASE("length: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{"-m length --length 65535"},
            {"-m length --length 0x10", "-m length --length 16"},
            {"-m length --length 010", "-m length --length 8"},
            {"-m length ! --length 64:1500"}});
  refuse_v4({"-m length --length 65536", "-m length --length 1 --length 2", "-m length --length 5:6:7"});
  check_v6({{"-m length --length 40:", "-m length --length 40:65535"}});
}

TEST_CASE("tos: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{"-m tos --tos 0x10", "-m tos --tos 0x10/0xff"},
            {"-m tos --tos 16", "-m tos --tos 0x10/0xff"},
            {"-m tos --tos 0x10/0xff"},
            {"-m tos --tos 0x10/0x10"},
            {"-m tos --tos 0x10/0x3f"},
            {"-m tos --tos 0xff", "-m tos --tos 0xff/0xff"},
            {"-m tos --tos 0x10/0", "-m tos --tos 0x10/0x00"},
            {"-m tos --tos Minimize-Delay", "-m tos --tos 0x10/0x3f"},
            {"-m tos --tos minimize-delay", "-m tos --tos 0x10/0x3f"},
            {"-m tos --tos Maximize-Throughput", "-m tos --tos 0x08/0x3f"},
            {"-m tos --tos Maximize-Reliability", "-m tos --tos 0x04/0x3f"},
            {"-m tos --tos Minimize-Cost", "-m tos --tos 0x02/0x3f"},
            {"-m tos --tos Normal-Service", "-m tos --tos 0x00/0x3f"},
            {"-m tos ! --tos Normal-Service", "-m tos ! --tos 0x00/0x3f"},
            {"-m tos ! --tos 0x08", "-m tos ! --tos 0x08/0xff"},
            {"-m tos ! --tos 0x08/0x3f"},
            {"-m tos --tos 0x08/0x3f"},
            {"-m tos --tos 0x20/0x1f"},
            {"-m tos --tos 05/07", "-m tos --tos 0x05/0x07"}});
  refuse_v4({"-m tos --tos 256", "-m tos --tos 0x10/256", "-m tos --tos 0x10/", "-m tos --tos MINIMIZE-D",
             "-m tos --tos Maximize", "-m tos --tos normal", "-m tos", "-m tos --tos 1 --tos 2",
             "-m tos --tos Minimize-Delay/0xff", "-m tos --tos 0x05/ 0x07"});
  check_v6({{"-m tos --tos Minimize-Delay", "-m tos --tos 0x10/0x3f"}, {"-m tos --tos 0x10/0x3f"}});
}

TEST_CASE("dscp: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{"-m dscp ! --dscp 10", "-m dscp ! --dscp 0x0a"},
            {"-m dscp --dscp 63", "-m dscp --dscp 0x3f"},
            {"-m dscp --dscp-class ef", "-m dscp --dscp 0x2e"},
            {"-m dscp ! --dscp-class AF41", "-m dscp ! --dscp 0x22"},
            {"-m dscp --dscp 010", "-m dscp --dscp 0x08"}});
  refuse_v4({"-m dscp --dscp 64", "-m dscp --dscp-class AF4", "-m dscp --dscp-class CS", "-m dscp --dscp-class 46",
             "-m dscp --dscp-class 0x2e", "-m dscp --dscp EF", "-m dscp --dscp-class AF11 --dscp-class AF12",
             "-m dscp --dscp-class VA", "-m dscp --dscp-class LE", "-m dscp --dscp-class voice-admit"});
  check_v6({{"-m dscp --dscp-class CS7", "-m dscp --dscp 0x38"}});
}

TEST_CASE("ecn: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{"-p tcp -m ecn --ecn-tcp-cwr"},
            {"-p tcp -m ecn ! --ecn-tcp-cwr"},
            {"-p tcp -m ecn --ecn-tcp-ece"},
            {"-p tcp -m ecn ! --ecn-tcp-ece ! --ecn-tcp-cwr"},
            {"-p tcp -m ecn --ecn-tcp-cwr --ecn-tcp-ece", "-p tcp -m ecn --ecn-tcp-ece --ecn-tcp-cwr"},
            {"-m ecn --ecn-ip-ect 0"},
            {"-m ecn --ecn-ip-ect 3"},
            {"-m ecn ! --ecn-ip-ect 1"},
            {"-p udp -m ecn --ecn-ip-ect 1"},
            {"-p tcp -m ecn --ecn-ip-ect 2 --ecn-tcp-cwr --ecn-tcp-ece",
             "-p tcp -m ecn --ecn-tcp-ece --ecn-tcp-cwr --ecn-ip-ect 2"},
            {"-p tcp -m ecn ! --ecn-ip-ect 2 ! --ecn-tcp-cwr --ecn-tcp-ece",
             "-p tcp -m ecn --ecn-tcp-ece ! --ecn-tcp-cwr ! --ecn-ip-ect 2"},
            {"-m ecn --ecn-ip-ect 0x1", "-m ecn --ecn-ip-ect 1"}});
  refuse_v4({"-p tcp -m ecn", "-m ecn --ecn-tcp-cwr", "-m ecn --ecn-ip-ect 4", "-p udp -m ecn --ecn-tcp-ece",
             "! -p tcp -m ecn --ecn-tcp-ece", "-m ecn --ecn-ip-ect 1:2", "-m ecn --ecn-ip-ect 1 --ecn-ip-ect 2"});
  check_v6({{"-m ecn --ecn-ip-ect 1"}, {"-p tcp -m ecn --ecn-tcp-ece"}});
  refuse_v6({"-m ecn --ecn-tcp-ece"});
}

TEST_CASE("tcpmss: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{"-p tcp -m tcpmss --mss 42"},
            {"-p tcp -m tcpmss ! --mss 42"},
            {"-p tcp -m tcpmss --mss 42:", "-p tcp -m tcpmss --mss 42:65535"},
            {"-p tcp -m tcpmss --mss :42", "-p tcp -m tcpmss --mss 0:42"},
            {"-p tcp -m tcpmss --mss :", "-p tcp -m tcpmss --mss 0:65535"},
            {"-p tcp -m tcpmss ! --mss :", "-p tcp -m tcpmss ! --mss 0:65535"},
            {"-p tcp -m tcpmss --mss 0:65535"},
            {"-p tcp -m tcpmss --mss 0x10", "-p tcp -m tcpmss --mss 16"}});
  refuse_v4({"-p tcp -m tcpmss --mss 65536", "-p tcp -m tcpmss --mss 5:3", "-p tcp -m tcpmss --mss 42:12",
             "-p tcp -m tcpmss", "-m tcpmss --mss 42", "! -p tcp -m tcpmss --mss 42", "-p udp -m tcpmss --mss 42",
             "-p tcp -m tcpmss --mss 1 --mss 2"});
  check_v6({{"-p tcp -m tcpmss --mss 42:1400"}});
}

TEST_CASE("string: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4(
      {{"-m string --string abc --algo bm", R"(-m string --string "abc" --algo bm)"},
       {"-m string --algo bm --string abc", R"(-m string --string "abc" --algo bm)"},
       {R"(-m string --algo bm --string "abc def")", R"(-m string --string "abc def" --algo bm)"},
       {R"(-m string --algo bm --string "a\"b")", R"(-m string --string "a\"b" --algo bm)"},
       {R"(-m string --algo bm --string "a\\b")", R"(-m string --string "a\\b" --algo bm)"},
       {R"(-m string --algo bm --string "ab\\")", R"(-m string --hex-string "|61625c|" --algo bm)"},
       {R"(-m string --algo bm --string "a'b")", R"(-m string --string "a'b" --algo bm)"},
       {R"(-m string --algo bm --string "|0d0a|")", R"(-m string --string "|0d0a|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|0d0a|")", R"(-m string --hex-string "|0d0a|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|0d 0a|")", R"(-m string --hex-string "|0d0a|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|61 62 63|")", R"(-m string --string "abc" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|6162|cd")", R"(-m string --string "abcd" --algo bm)"},
       {R"(-m string --algo bm --hex-string "abc")", R"(-m string --string "abc" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|de ad|be|ef|")", R"(-m string --hex-string "|dead6265ef|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "abc|")", R"(-m string --string "abc" --algo bm)"},
       {R"(-m string --algo bm --hex-string "| 0d|")", R"(-m string --hex-string "|0d|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|0d |")", R"(-m string --hex-string "|0d|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "a\\|b")", R"(-m string --string "a|b" --algo bm)"},
       {R"(-m string --algo bm --hex-string "a\\\\b")", R"(-m string --string "a\\b" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|00|")", R"(-m string --hex-string "|00|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|610062|")", R"(-m string --hex-string "|610062|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|61 62 5c|")", R"(-m string --hex-string "|61625c|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|5c 61|")", R"(-m string --string "\\a" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|22|")", R"(-m string --string "\"" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|20|")", R"(-m string --string " " --algo bm)"},
       {R"(-m string --algo bm --hex-string "|7f|")", R"(-m string --hex-string "|7f|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|7e|")", R"(-m string --string "~" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|ff41|")", R"(-m string --hex-string "|ff41|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|7c|")", R"(-m string --string "|" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|AbCd|")", R"(-m string --hex-string "|abcd|" --algo bm)"},
       {"-m string --algo bm ! --string abc", R"(-m string ! --string "abc" --algo bm)"},
       {R"(-m string --algo bm ! --hex-string "|0d|")", R"(-m string ! --hex-string "|0d|" --algo bm)"},
       {"-m string --algo kmp --string abc", R"(-m string --string "abc" --algo kmp)"},
       {"-m string --algo bm --string abc --from 0", R"(-m string --string "abc" --algo bm)"},
       {"-m string --algo bm --string abc --from 10", R"(-m string --string "abc" --algo bm --from 10)"},
       {"-m string --algo bm --string abc --from 65535", R"(-m string --string "abc" --algo bm --from 65535)"},
       {"-m string --algo bm --string abc --to 0", R"(-m string --string "abc" --algo bm --to 0)"},
       {"-m string --algo bm --string abc --to 10", R"(-m string --string "abc" --algo bm --to 10)"},
       {"-m string --algo bm --string abc --to 65535", R"(-m string --string "abc" --algo bm)"},
       {"-m string --algo bm --string abc --to 65534", R"(-m string --string "abc" --algo bm --to 65534)"},
       {"-m string --algo bm --string abc --from 10 --to 10",
        R"(-m string --string "abc" --algo bm --from 10 --to 10)"},
       {"-m string --algo bm --string abc --from 10 --to 11",
        R"(-m string --string "abc" --algo bm --from 10 --to 11)"},
       {"-m string --algo bm --string abc --icase", R"(-m string --string "abc" --algo bm --icase)"},
       {"-m string --algo bm --string ABC --icase --from 4 --to 1000",
        R"(-m string --string "ABC" --algo bm --from 4 --to 1000 --icase)"},
       {"-m string --algo bm ! --string abc --icase --from 0x10",
        R"(-m string ! --string "abc" --algo bm --from 16 --icase)"},
       {"-m string --algo bm --string abc -m string --algo kmp --string def",
        R"(-m string --string "abc" --algo bm -m string --string "def" --algo kmp)"},
       {R"(-m string --algo bm --hex-string "|61||62|")", R"(-m string --string "a|62" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|61|\|x")", R"(-m string --string "a|x" --algo bm)"},
       {R"(-m string --algo bm --hex-string "|  61 |")", R"(-m string --string "a" --algo bm)"}});
  refuse_v4({R"(-m string --algo bm --hex-string "|abc")",
             R"(-m string --algo bm --hex-string "|")",
             R"(-m string --algo bm --hex-string "||")",
             R"(-m string --algo bm --hex-string "")",
             R"(-m string --algo bm --string "")",
             R"(-m string --algo bm --hex-string "|zz|")",
             R"(-m string --algo bm --hex-string "|0|")",
             R"(-m string --algo bm --hex-string "|0d0|")",
             R"(-m string --algo bm --hex-string "|0d 0|")",
             R"(-m string --algo bm --hex-string "|0d  0a|")",
             R"(-m string --algo bm --hex-string "a\\")",
             "-m string --algo fsm --string abc",
             "-m string --algo regex --string abc",
             "-m string --algo BM --string abc",
             "-m string --string abc",
             "-m string --algo bm",
             R"(-m string --algo bm --string abc --hex-string "|61|")",
             "-m string --algo bm --string abc --string def",
             "-m string --algo bm --string abc --from 65536",
             "-m string --algo bm --string abc --to 65536",
             "-m string --algo bm --string abc --from 10 --to 5",
             "-m string --algo bm --string abc ! --icase",
             R"(-m string --algo bm --hex-string "|61|\\|x")",
             R"(-m string --algo bm --hex-string "|abcd")",
             R"(-m string --algo bm --hex-string "|61\\|")",
             R"(-m string --algo bm --hex-string "x| |y")",
             R"(-m string --algo bm --hex-string "ab|63")",
             R"(-m string --algo bm --hex-string "a|6 3|")"});
  check_v6({{"-m string --algo bm --string abc", R"(-m string --string "abc" --algo bm)"}});
}

TEST_CASE("u32: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4(
      {{"-m u32 --u32 0=1", R"(-m u32 --u32 "0x0=0x1")"},
       {R"(-m u32 --u32 "0=1")", R"(-m u32 --u32 "0x0=0x1")"},
       {R"(-m u32 --u32 "0>>22&0x3C@12=0:5,0xff")", R"(-m u32 --u32 "0x0>>0x16&0x3c@0xc=0x0:0x5,0xff")"},
       {R"(-m u32 --u32 "0 >> 22 & 0x3C @ 12 = 0 : 5 , 0xff")", R"(-m u32 --u32 "0x0>>0x16&0x3c@0xc=0x0:0x5,0xff")"},
       {R"(-m u32 --u32 " 0=1 ")", R"(-m u32 --u32 "0x0=0x1")"},
       {R"(-m u32 --u32 "0=1&&4=2")", R"(-m u32 --u32 "0x0=0x1&&0x4=0x2")"},
       {R"(-m u32 --u32 "0=1 && 4=2")", R"(-m u32 --u32 "0x0=0x1&&0x4=0x2")"},
       {R"(-m u32 --u32 "0>>31=1")", R"(-m u32 --u32 "0x0>>0x1f=0x1")"},
       {R"(-m u32 --u32 "0=5:3")", R"(-m u32 --u32 "0x0=0x5:0x3")"},
       {R"(-m u32 --u32 "0=1,2,3,4,5,6,7,8,9,10")", R"(-m u32 --u32 "0x0=0x1,0x2,0x3,0x4,0x5,0x6,0x7,0x8,0x9,0xa")"},
       {R"(-m u32 --u32 "0&1&2&3&4&5&6&7&8&9=1")", R"(-m u32 --u32 "0x0&0x1&0x2&0x3&0x4&0x5&0x6&0x7&0x8&0x9=0x1")"},
       {R"(-m u32 --u32 "0=1&&0=2&&0=3&&0=4&&0=5&&0=6&&0=7&&0=8&&0=9&&0=10")",
        R"(-m u32 --u32 "0x0=0x1&&0x0=0x2&&0x0=0x3&&0x0=0x4&&0x0=0x5&&0x0=0x6&&0x0=0x7&&0x0=0x8&&0x0=0x9&&0x0=0xa")"},
       {R"(-m u32 --u32 "0=0xffffffff")", R"(-m u32 --u32 "0x0=0xffffffff")"},
       {R"(-m u32 --u32 "4294967295=1")", R"(-m u32 --u32 "0xffffffff=0x1")"},
       {R"(-m u32 --u32 "0=010")", R"(-m u32 --u32 "0x0=0x8")"},
       {R"(-m u32 ! --u32 "0=1")", R"(-m u32 ! --u32 "0x0=0x1")"},
       {R"(-m u32 --u32 "0@1@2=5")", R"(-m u32 --u32 "0x0@0x1@0x2=0x5")"},
       {R"(-m u32 --u32 "0=1&&4&0xff=3:4,7")", R"(-m u32 --u32 "0x0=0x1&&0x4&0xff=0x3:0x4,0x7")"},
       {R"(-m u32 --u32 "0=1:2,3:4&&6&0xFF=17&&4&0x1FFF=0&&0>>22&0x3C@0>>24=0:5")",
        R"(-m u32 --u32 "0x0=0x1:0x2,0x3:0x4&&0x6&0xff=0x11&&0x4&0x1fff=0x0&&0x0>>0x16&0x3c@0x0>>0x18=0x0:0x5")"},
       {R"(-m u32 --u32 "00=0")", R"(-m u32 --u32 "0x0=0x0")"},
       {R"(-m u32 --u32 "0=+1")", R"(-m u32 --u32 "0x0=0x1")"},
       {R"(-m u32 --u32 "0=0x1ABCdef")", R"(-m u32 --u32 "0x0=0x1abcdef")"},
       {R"(-m u32 --u32 "6 & 0xFF = 1 && 4 & 0x3FFF = 0 && 0 >> 22 & 0x3C @ 0 >> 24 = 0")",
        R"(-m u32 --u32 "0x6&0xff=0x1&&0x4&0x3fff=0x0&&0x0>>0x16&0x3c@0x0>>0x18=0x0")"}});
  refuse_v4({R"(-m u32 --u32 "0=1&4=2")",
             R"(-m u32 --u32 "0=1&&&4=2")",
             R"(-m u32 --u32 "0>>32=1")",
             R"(-m u32 --u32 "0<<32=1")",
             R"(-m u32 --u32 "0=1:2:3")",
             R"(-m u32 --u32 "0=1,2,3,4,5,6,7,8,9,10,11")",
             R"(-m u32 --u32 "0&1&2&3&4&5&6&7&8&9&10=1")",
             R"(-m u32 --u32 "0=1&&0=2&&0=3&&0=4&&0=5&&0=6&&0=7&&0=8&&0=9&&0=10&&0=11")",
             R"(-m u32 --u32 "")",
             R"(-m u32 --u32 "0")",
             R"(-m u32 --u32 "0=")",
             R"(-m u32 --u32 "=1")",
             R"(-m u32 --u32 "0==1")",
             R"(-m u32 --u32 "0=1&&")",
             R"(-m u32 --u32 "0=1,")",
             R"(-m u32 --u32 "0=1:")",
             R"(-m u32 --u32 "0=:1")",
             R"(-m u32 --u32 "0&=1")",
             R"(-m u32 --u32 "0+1=1")",
             R"(-m u32 --u32 "abc=1")",
             R"(-m u32 --u32 "0=0x100000000")",
             R"(-m u32 --u32 "0=08")",
             R"(-m u32 --u32 "0=-1")",
             R"(-m u32 --u32 "0>5=1")",
             R"(-m u32 --u32 "0=1 2")",
             R"(-m u32 --u32 "0 1=2")",
             "-m u32",
             R"(-m u32 --u32 "0=1" --u32 "0=2")",
             R"(-m u32 --u32 "0=1; ")",
             R"(-m u32 --u32 "0=0x")",
             R"(-m u32 --u32 "0=0xg")",
             R"(-m u32 --u32 "(0)=1")",
             R"(-m u32 --u32 "0>>1 6=2")",
             R"(-m u32 --u32 "0&0xFFFF=0:")",
             R"(-m u32 --u32 "0=1,&&0=2")",
             R"(-m u32 --u32 "0&&1=2")",
             R"(-m u32 --u32 "0=1&&4")",
             R"(-m u32 --u32 "0=1&& &0=2")",
             R"(-m u32 --u32 "0=1& &0=2")",
             R"(-m u32 --u32 "0 > > 1=2")"});
  check_v6({{R"(-m u32 --u32 "40=1")", R"(-m u32 --u32 "0x28=0x1")"}});
}

TEST_CASE("bpf: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v4({{R"(-m bpf --bytecode "1,6 0 0 65535")"},
            {R"(-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0")"},
            {R"(-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0,")",
             R"(-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0")"},
            {R"(-m bpf --bytecode "1, 6 0 0 65535")", R"(-m bpf --bytecode "1,6 0 0 65535")"},
            {R"(-m bpf --bytecode "1,6  0 0 65535")", R"(-m bpf --bytecode "1,6 0 0 65535")"},
            {R"(-m bpf --bytecode "1,6 0 0 0xffff")", R"(-m bpf --bytecode "1,6 0 0 0")"},
            {R"(-m bpf --bytecode "1,6 0 0 4294967295")"},
            {R"(-m bpf --bytecode "1,6 0 0 4294967296")", R"(-m bpf --bytecode "1,6 0 0 0")"},
            {R"(-m bpf --bytecode "1,6 0 0 -1")", R"(-m bpf --bytecode "1,6 0 0 4294967295")"},
            {R"(-m bpf --bytecode "1,22 0 0 0")"},
            {R"(-m bpf --bytecode "1,6 256 0 0")", R"(-m bpf --bytecode "1,6 0 0 0")"},
            {R"(-m bpf --bytecode "1,6 1 0 5")"},
            {R"(-m bpf --bytecode "2,48 0 0 4294963200,6 0 0 1")"},
            {R"(-m bpf --bytecode "2,100 0 0 31,6 0 0 1")"},
            {R"(-m bpf --bytecode "1,6 0 0 1 7")", R"(-m bpf --bytecode "1,6 0 0 1")"},
            {R"(-m bpf --bytecode "1,6 0 0 1x")", R"(-m bpf --bytecode "1,6 0 0 1")"},
            {R"(-m bpf --bytecode "1,22 0 0 5")"},
            {R"(-m bpf --bytecode "2,0 0 0 1,22 0 0 0")"},
            {R"(-m bpf --bytecode "2,6 0 0 1,6 0 0 2,")", R"(-m bpf --bytecode "2,6 0 0 1,6 0 0 2")"},
            {R"(-m bpf --bytecode " 1,6 0 0 1")", R"(-m bpf --bytecode "1,6 0 0 1")"},
            {R"(-m bpf --bytecode "01,06 00 00 010")", R"(-m bpf --bytecode "1,6 0 0 10")"}});
  refuse_v4({R"(-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1")",
             R"(-m bpf --bytecode "3,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0")",
             R"(-m bpf --bytecode "1,0x6 0 0 0xffff")",
             R"(-m bpf --bytecode "1,6 0 0")",
             R"(-m bpf --bytecode "0,")",
             R"(-m bpf --bytecode "0")",
             R"(-m bpf --bytecode "")",
             R"(-m bpf --bytecode "1")",
             R"(-m bpf --bytecode "65,6 0 0 1")",
             R"(-m bpf --bytecode "1,48 0 0 9")",
             R"(-m bpf --bytecode "2,21 5 0 0,6 0 0 1")",
             R"(-m bpf --bytecode "1,99 0 0 0")",
             R"(-m bpf --bytecode "1,70000 0 0 0")",
             R"(-m bpf ! --bytecode "1,6 0 0 65535")",
             "-m bpf",
             R"(-m bpf --object-pinned /x --bytecode "1,6 0 0 65535")",
             R"(-m bpf --bytecode "2,52 0 0 0,6 0 0 1")",
             R"(-m bpf --bytecode "2,100 0 0 32,6 0 0 1")",
             R"(-m bpf --bytecode "2,96 0 0 16,6 0 0 1")",
             R"(-m bpf --bytecode "2,96 0 0 3,6 0 0 1")",
             R"(-m bpf --bytecode "2,6 0 0 1,,6 0 0 2")",
             R"(-m bpf --bytecode "1 ,6 0 0 1")",
             R"(-m bpf --bytecode "1x,6 0 0 1")",
             R"(-m bpf --bytecode "x1,6 0 0 1")",
             R"(-m bpf --bytecode "-1,6 0 0 1")",
             R"(-m bpf --bytecode "1,6,0,0,1")",
             R"(-m bpf --bytecode "2,6 0 0 1,")",
             R"(-m bpf --bytecode "0x1,6 0 0 1")",
             R"(-m bpf --bytecode "1,6 0 0 1,6 0 0 2,7")"});
  check_v6({{R"(-m bpf --bytecode "1,6 0 0 65535")"}});
}

TEST_CASE("length: sloppy ranges follow later iptables") {
  refuse_v4({"-m length --length 5:3", "-m length ! --length 5:3"});
}

TEST_CASE("fields that share a byte are compared under a mask") {
  CHECK(means("-m dscp ! --dscp-class AF41") == "(has tos and not tos & 252 == 136)");
  CHECK(means("-m tos --tos Normal-Service") == "tos & 63 == 0");
  CHECK(means("-m ecn --ecn-ip-ect 2") == "tos & 3 == 2");
}

TEST_CASE("ecn and tcpmss leave odd packets to a look at their bytes") {
  CHECK(means("-p tcp -m ecn ! --ecn-tcp-cwr") ==
        "((frag_off in 0 and l4_len in 20-0xffffffff and tcp_flags & 128 == 0) or "
        "((has frag_off and not frag_off in 0) and ecn?))");
  CHECK(means("-p tcp -m tcpmss --mss 42") ==
        "((has tcp_options and tcp_mss in 42) or (not has tcp_options and tcpmss?))");
}

TEST_CASE("bpf: what is not known is said") {
  CHECK(means("-m bpf --object-pinned /sys/fs/bpf/x") == "unknown(the program pinned at /sys/fs/bpf/x is not at hand)");
  CHECK(means("-m bpf --bytecode \"2,32 0 0 4294963232,22 0 0 0\"") == "unknown(the program loads the receive hash)");
  CHECK(means("-m bpf --bytecode \"1,6 0 0 1\"") == "bpf?");
}

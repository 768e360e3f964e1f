// Tests of the content of packets, small and by hand; match_verdicts_test.cc has the broad ones.
#include "model/matches/ipv6header.hh"
#include "one_match.hh"
#include "simulator/ipv6_walk.hh"

using namespace fwsim;
using fwsim::test::arrived;
using fwsim::test::hex;
using fwsim::test::OneRule;

namespace {

// UDP from 1 to 2 with this payload, at offset 28 of the packet.
std::vector<std::uint8_t> udp4(const std::string& payload) {
  auto bytes =
      hex("450000000001000040110000"
          "c0000201"
          "c0000202"
          "0001000200000000");
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  bytes[3] = static_cast<std::uint8_t>(bytes.size());
  bytes[25] = static_cast<std::uint8_t>(bytes.size() - 20);
  const auto sum = static_cast<std::uint16_t>(~fold_sum(sum_words(Bytes(bytes).first(20))));
  put16(bytes, 10, sum);
  return bytes;
}

std::string v4(const std::string& rule, const std::string& payload) {
  return OneRule(rule, Family::v4).verdict(arrived(Family::v4, udp4(payload)));
}

// An IPv6 packet from fe80::ff:fe00:2 to 2001:db8::1.
std::vector<std::uint8_t> packet6(unsigned next, const std::string& octets) {
  auto bytes =
      hex("6000000000000040"
          "fe80000000000000000000fffe000002"
          "20010db8000000000000000000000001");
  const auto payload = hex(octets);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  put16(bytes, 4, payload.size());
  bytes[6] = static_cast<std::uint8_t>(next);
  return bytes;
}

std::string v6(const std::string& rule, unsigned next, const std::string& octets) {
  return OneRule(rule, Family::v6).verdict(arrived(Family::v6, packet6(next, octets)));
}

std::uint64_t bad(unsigned next, const std::string& octets) {
  Packet packet = arrived(Family::v6, packet6(next, octets));
  REQUIRE(decode(packet));
  return packet.fields.number(Field::ipv6_bad_exts);
}

}  // namespace

TEST_CASE("string: offsets count from the IP header, and the whole pattern lies between them") {
  const std::string rule = "-m string --algo bm --string abc";
  CHECK(v4(rule, "..abc") == "match");
  CHECK(v4(rule + " --from 30", "..abc") == "match");
  CHECK(v4(rule + " --from 31", "..abc") == "no");
  CHECK(v4(rule + " --to 33", "..abc") == "match");
  CHECK(v4(rule + " --to 32", "..abc") == "no");
  CHECK(v4(rule + " --from 31", "..abcabc") == "match");
  CHECK(v4(rule, "..aBC") == "no");
  CHECK(v4(rule + " --icase", "..aBC") == "match");
  CHECK(v4("-m string --algo kmp ! --hex-string |00ff|", std::string("a\0\xff", 3)) == "no");
}

TEST_CASE("string: what the capture did not keep could hold the pattern") {
  OneRule rule("-m string --algo bm --string abc --to 60", Family::v4);
  auto bytes = udp4("..ab" + std::string(40, 'x'));
  bytes.resize(32);
  CHECK(rule.answer(arrived(Family::v4, bytes, 40)) == Answer::unknown);
  CHECK(rule.answer(arrived(Family::v4, udp4("..ab"))) == Answer::no);
  CHECK(OneRule("-m string --algo bm --string abc --to 32", Family::v4).answer(arrived(Family::v4, bytes, 40)) ==
        Answer::no);
}

TEST_CASE("u32: a word outside the packet fails the expression and makes its negation true") {
  CHECK(v4("-m u32 --u32 0>>22&0x3C@8=0x61626364", "abcd") == "match");
  CHECK(v4("-m u32 --u32 0>>22&0x3C@8=0x61626364", "abce") == "no");
  CHECK(v4("-m u32 --u32 0>>22&0x3C@8=0:0xffffffff", "abc") == "no");
  CHECK(v4("-m u32 ! --u32 0>>22&0x3C@8=0:0xffffffff", "abc") == "match");
  CHECK(v4("-m u32 --u32 6&0xff=6,17&&4>>16=1", "") == "match");
}

TEST_CASE("bpf: loads, jumps, arithmetic, and notes of the packet") {
  CHECK(v4(R"(-m bpf --bytecode "4,48 0 0 9,21 0 1 17,6 0 0 1,6 0 0 0")", "") == "match");
  CHECK(v4(R"(-m bpf --bytecode "4,177 0 0 0,72 0 0 2,2 0 0 5,22 0 0 0")", "") == "match");  // the destination port
  CHECK(v4(R"(-m bpf --bytecode "2,48 0 0 60,6 0 0 1")", "short") == "no");
  CHECK(v4(R"(-m bpf --bytecode "4,128 0 0 0,1 0 0 0,60 0 0 0,6 0 0 1")", "") == "no");  // a division by zero
  CHECK(v4(R"(-m bpf --bytecode "4,40 0 0 4294963200,21 0 1 2048,6 0 0 1,6 0 0 0")", "") == "match");
  // The device is not one that the host knows.
  CHECK(OneRule(R"(-m bpf --bytecode "2,32 0 0 4294963208,22 0 0 0")", Family::v4)
            .answer(arrived(Family::v4, udp4(""))) == Answer::unknown);
}

TEST_CASE("eui64: the source address is made from the MAC address, its U/L bit turned round") {
  CHECK(v6("-m eui64", 59, "") == "match");
  Packet other = arrived(Family::v6, packet6(59, ""));
  other.fields.set(Field::mac_src, 0x020000000003);
  CHECK(OneRule("-m eui64", Family::v6).verdict(other) == "no");
}

TEST_CASE("hbh: options count from the first, padding too") {
  const std::string alert =
      "3b00"
      "05020000"
      "0100";  // router alert, PadN of none
  CHECK(v6("-m hbh --hbh-opts 5:2", 0, alert) == "match");
  CHECK(v6("-m hbh --hbh-opts 5,1:0", 0, alert) == "match");
  CHECK(v6("-m hbh --hbh-opts 1", 0, alert) == "no");
  CHECK(v6("-m hbh --hbh-opts 5:2,1,0", 0, alert) == "no");
}

TEST_CASE("rt: all addresses in their order, or not strictly, among others") {
  const std::string one = "20010db8000000000000000000000001", two = "20010db8000000000000000000000002";
  const std::string header = "3b04000200000000" + one + two;
  CHECK(v6("-m rt --rt-type 0 --rt-0-addrs 2001:db8::1,2001:db8::2", 43, header) == "match");
  CHECK(v6("-m rt --rt-type 0 --rt-0-addrs 2001:db8::2", 43, header) == "no");
  CHECK(v6("-m rt --rt-type 0 --rt-0-addrs 2001:db8::2 --rt-0-not-strict", 43, header) == "match");
  CHECK(v6("-m rt --rt-type 0 --rt-0-addrs 2001:db8::2,2001:db8::1 --rt-0-not-strict", 43, header) == "no");
}

TEST_CASE("extension headers that cannot be read are told for each match") {
  CHECK(bad(59, "") == 0);
  CHECK(bad(60,
            "3b00"
            "010400000000") == 0);
  CHECK(bad(60,
            "3b01"
            "010400000000") == ipv6_ext::dst_opts);  // ends before its header does
  CHECK(bad(60,
            "2c00"
            "010400000000"
            "11") ==  // a fragment header of one byte
        (ipv6_ext::hop_opts | ipv6_ext::routing | ipv6_ext::fragment | ipv6_ext::ah));
  CHECK(bad(44,
            "3300000800000001"
            "11") == 0);  // a later fragment ends the search
  CHECK(v6("-m dst", 60,
           "3b01"
           "010400000000") == "hotdrop");
  CHECK(v6("-m srh", 43,
           "3b04"
           "0400") == "no");
}

TEST_CASE("sctp: chunk flags, and chunks that drop the packet") {
  const auto sctp = [](const std::string& rule, const std::string& chunks) {
    return v6("-p sctp -m sctp --chunk-types " + rule, 132,
              "0001000200000000"
              "00000000" +
                  chunks);
  };
  const std::string last = "00010004", sack = "03000004";  // DATA with E set
  CHECK(sctp("any DATA:E", last) == "match");
  CHECK(sctp("any DATA:e", last) == "no");
  CHECK(sctp("all DATA,SACK", sack + last) == "match");
  CHECK(sctp("only DATA", sack + last) == "no");
  CHECK(sctp("any INIT", "01000000") == "hotdrop");
  CHECK(sctp("any INIT", "") == "hotdrop");
}

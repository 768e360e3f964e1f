// Helpers at work, with and without translation; what is expected here was recorded on Linux 6.18.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/simulator/helpers/helper_bench.hh"

using namespace fwsim;
using namespace fwsim::test;

namespace {

constexpr unsigned syn_flag = 2, syn_ack = 0x12, push_ack = 0x18;

std::string helped(const char* proto, unsigned port, const char* helper, bool snat) {
  return fmt::format("*raw\n-A PREROUTING -p {} --dport {} -j CT --helper {}\n-A OUTPUT -p {} --dport {} -j CT --helper {}\nCOMMIT\n",
                     proto, port, helper, proto, port, helper) +
         (snat ? "*nat\n-A POSTROUTING -o eth1 -j SNAT --to-source 203.0.113.1\nCOMMIT\n" : "");
}

std::string sdp(const char* address, unsigned port) {
  return fmt::format("v=0\r\no=u 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\nm=audio {1} RTP/AVP 0\r\n", address, port);
}

std::string invite(const char* address, unsigned port, unsigned cseq = 1) {
  const std::string body = sdp(address, port);
  return fmt::format("INVITE sip:bob@198.51.100.5 SIP/2.0\r\nVia: SIP/2.0/UDP {0}:5060;branch=z\r\nCSeq: {1} INVITE\r\n"
                     "Contact: <sip:a@{0}:5060>\r\nContent-Length: {2}\r\n\r\n{3}", address, cseq, body.size(), body);
}

std::string registration(const char* first, unsigned cseq, const char* contact) {
  return fmt::format("{}\r\nCSeq: {} REGISTER\r\nContact: <sip:a@{}\r\nContent-Length: 0\r\n\r\n", first, cseq, contact);
}

// A connection of the client to the server's port, up to the first data.
void open_tcp(HelperBench& b, unsigned port, std::uint32_t from_outside) {
  b.tcp("eth0", client, 42000, server, port, syn_flag, 1000, 0);
  b.tcp("eth1", server, port, from_outside, 42000, syn_ack, 5000, 1001);
  b.tcp("eth0", client, 42000, server, port, 0x10, 1001, 5001);
}

}  // namespace

TEST_CASE("SIP: media go between the ends of the signalling, in both directions, until BYE") {
  HelperBench b(helped("udp", 5060, "sip", false));
  b.udp("eth0", client, 5060, server, 5060, invite("192.168.1.10", 8001));
  CHECK(b.expected() == std::vector<std::string>{"198.51.100.5:any -> 192.168.1.10:8000", "198.51.100.5:any -> 192.168.1.10:8001"});
  b.udp("eth0", client, 5060, server, 5060, invite("192.168.1.77", 8002, 2));
  CHECK(b.expected().empty());  // another INVITE, of a foreign address
  b.udp("eth0", client, 5060, server, 5060, invite("192.168.1.10", 8004, 3));
  const Result rtp = b.udp("eth1", server, 9000, client, 8004, "rtp");
  CHECK(rtp.ct_state == CtState::related);
  b.udp("eth1", server, 5060, client, 5060, "BYE sip:a@192.168.1.10 SIP/2.0\r\nCSeq: 4 BYE\r\n\r\n");
  CHECK(b.expected().empty());
  const Result low = b.udp("eth0", client, 5060, server, 5060, invite("192.168.1.10", 700, 5));
  CHECK(low.fate == Fate::dropped);
  REQUIRE_FALSE(low.records.empty());
  CHECK(low.records.front().text == "nf_ct_sip: dropping packet: wrong port 700 ");
}

TEST_CASE("SIP behind SNAT: addresses, lengths and media ports") {
  HelperBench b(helped("udp", 5060, "sip", true));
  const Result out = b.udp("eth0", client, 5060, server, 5060, invite("192.168.1.10", 8000));
  CHECK(text_out(out) == invite("203.0.113.1", 8000));
  CHECK(b.expected().front() == "198.51.100.5:any -> 203.0.113.1:8000");
  // Another client that names the same port is refused.
  CHECK(b.udp("eth0", client + 1, 5062, server, 5060, invite("192.168.1.11", 8000)).fate == Fate::dropped);
  const Result rtp = b.udp("eth1", server, 9000, outside, 8000, "rtp");
  CHECK(rtp.ct_state == CtState::related);
  REQUIRE_FALSE(rtp.out.empty());
  CHECK(rtp.out.front().packet.fields.get(Field::dst) == client);
}

TEST_CASE("SIP: a registered address can be called once the registrar agrees, for the time it grants") {
  HelperBench b(helped("udp", 5060, "sip", false));
  b.udp("eth0", client, 5060, server, 5060, registration("REGISTER sip:x SIP/2.0", 1, "192.168.1.10:5070>;expires=600"));
  CHECK(b.udp("eth1", server, 7000, client, 5070, "early").ct_state == CtState::fresh);
  b.udp("eth1", server, 5060, client, 5060, registration("SIP/2.0 200 OK", 9, "192.168.1.10:5070>;expires=600"));
  CHECK(b.udp("eth1", server, 7001, client, 5070, "other number").ct_state == CtState::fresh);
  b.udp("eth1", server, 5060, client, 5060, registration("SIP/2.0 200 OK", 1, "192.168.1.10:5070>;expires=300"));
  CHECK(b.udp("eth1", server, 7002, client, 5070, "call").ct_state == CtState::related);
  b.wait(299);
  CHECK(b.udp("eth1", server, 7003, client, 5070, "call").ct_state == CtState::related);
  b.wait(2);
  CHECK(b.udp("eth1", server, 7004, client, 5070, "late").ct_state == CtState::fresh);
}

TEST_CASE("SIP over TCP: several messages in a segment, their changes in one step of the sequence numbers") {
  HelperBench b(helped("tcp", 5060, "sip", true));
  open_tcp(b, 5060, outside);
  const std::string one = "ACK sip:b@192.168.1.10:42000 SIP/2.0\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n";
  const std::string text = one + one;
  const Result out = b.tcp("eth0", client, 42000, server, 5060, push_ack, 1001, 5001, Octets(text.begin(), text.end()));
  REQUIRE_FALSE(out.out.empty());
  CHECK(text_out(out).size() == text.size() - 2);
  const auto next = static_cast<std::uint32_t>(1001 + text.size());
  const Result later = b.tcp("eth0", client, 42000, server, 5060, 0x10, next, 5001);
  CHECK(be32(later.out.at(0).packet.transport(), 4) == next - 2);
  const Result answer = b.tcp("eth1", server, 5060, outside, 42000, 0x10, 5001, next - 2);
  CHECK(be32(answer.out.at(0).packet.transport(), 8) == next);
}

TEST_CASE("PPTP behind SNAT: the call id becomes the port; GRE is one connection in both directions") {
  HelperBench b(helped("tcp", 1723, "pptp", true));
  open_tcp(b, 1723, outside);
  Octets start = hex("009c 0001 1a2b3c4d 0001 0000"), agreed = hex("009c 0001 1a2b3c4d 0002 0000 0100 01");
  start.resize(156);
  agreed.resize(156);
  Octets call = hex("00a8 0001 1a2b3c4d 0007 0000 1111");
  call.resize(168);
  Octets reply = hex("0020 0001 1a2b3c4d 0008 0000 2222 0000 01");
  reply.resize(32);
  put16(reply, 14, 42000);
  b.tcp("eth0", client, 42000, server, 1723, push_ack, 1001, 5001, start);
  b.tcp("eth1", server, 1723, outside, 42000, push_ack, 5001, 1157, agreed);
  const Result asked = b.tcp("eth0", client, 42000, server, 1723, push_ack, 1157, 5157, call);
  CHECK(be16(payload(asked.out.at(0).packet), 12) == 42000);
  const Result given = b.tcp("eth1", server, 1723, outside, 42000, push_ack, 5157, 1325, reply);
  CHECK(be16(payload(given.out.at(0).packet), 14) == 0x1111);
  const Result up = b.gre("eth0", client, server, 0x2222);
  CHECK(up.ct_state == CtState::related);
  const Result down = b.gre("eth1", server, outside, 42000);
  CHECK(down.ct_state == CtState::established);
  CHECK(be16(down.out.at(0).packet.transport(), 6) == 0x1111);
  Octets end = hex("0094 0001 1a2b3c4d 000d 0000 2222");
  end.resize(148);
  b.tcp("eth1", server, 1723, outside, 42000, push_ack, 5189, 1325, end);
  CHECK(b.gre("eth0", client, server, 0x2222).ct_state == CtState::fresh);
}

TEST_CASE("Q.931 behind SNAT: the client's H.245 address is translated and its connection let in") {
  HelperBench b(helped("tcp", 1720, "Q.931", true));
  open_tcp(b, 1720, outside);
  const Octets connect =
      hex("0300002f 08020001077e0023050240060008914a000400 c0a8010a138b 000011111111111111111111111111111111");
  const Result out = b.tcp("eth0", client, 42000, server, 1720, push_ack, 1001, 5001, connect);
  CHECK(be32(payload(out.out.at(0).packet), 23) == outside);
  CHECK(b.expected() == std::vector<std::string>{"198.51.100.5:any -> 203.0.113.1:5003"});
  const Result in = b.tcp("eth1", server, 6000, outside, 5003, syn_flag, 1, 0);
  CHECK(in.ct_state == CtState::related);
  CHECK(in.out.at(0).packet.fields.get(Field::dst) == client);
  CHECK(in.out.at(0).packet.ct->ext().helper == "H.245");
}

TEST_CASE("broadcast queries: everyone of the subnet may answer, for a while") {
  HelperBench b(helped("udp", 137, "netbios-ns", false));
  const std::uint32_t own = 0xc0a80101, all = 0xc0a801ff;
  b.udp("", own, 137, own + 8, 137, "unicast");
  CHECK(b.expected().empty());
  b.udp("", own, 137, all, 137, "query");
  CHECK(b.udp("eth0", own + 76, 137, own, 137, "answer").ct_state == CtState::related);
  CHECK(b.udp("eth0", own + 77, 137, own, 137, "answer").ct_state == CtState::related);
  CHECK(b.udp("eth0", own + 78, 138, own, 137, "answer").ct_state == CtState::fresh);
  b.wait(3);
  CHECK(b.udp("eth0", own + 79, 137, own, 137, "answer").ct_state == CtState::fresh);
}

TEST_CASE("SNMP traps: the sender's address becomes the translated one; unreadable ones are refused") {
  const auto text = [](const Octets& o) { return std::string(o.begin(), o.end()); };
  const Octets trap = hex("301f 020101 0400 a718 020101 020100 020100 300d 300b 06032b0601 4004 c0a8010a");
  HelperBench t(helped("udp", 162, "snmp_trap", true));
  const Result out = t.udp("eth0", client, 4000, server, 162, text(trap));
  REQUIRE(out.fate == Fate::forwarded);
  CHECK(text_out(out).substr(29) == text(hex("cb007101")));
  CHECK(t.udp("eth0", client, 4000, server, 162, text(trap).substr(0, 20)).fate == Fate::dropped);
}

// What targets leave behind besides the packet: records, copies, answers, notes for conntrack.
#include <fmt/format.h>

#include <string_view>

#include "one_target.hh"
#include "simulator/conntrack.hh"
#include "simulator/crc32c.hh"
#include "simulator/ct_template.hh"
#include "simulator/jhash.hh"
#include "tests/simulator/entry_builder.hh"

using namespace fwsim;
using fwsim::test::hex;
using fwsim::test::make_entry;
using fwsim::test::OneTarget;
using fwsim::test::packet_of;

namespace {

// The packet with its checksums made right.
Packet whole(std::string_view text) {
  Packet p = packet_of(hex(text));
  fix_header_checksum(p);
  REQUIRE(decode(p));
  fix_checksums(p, true);
  REQUIRE(decode(p));
  return p;
}

// 192.168.1.10:9 > 198.51.100.5:80, SYN with MSS 1460; UDP of the same hosts.
Packet syn() {
  return whole("4500002c 00014000 40060000 c0a8010a c6336405 00090050 000003e8 00000000 6002faf0 00000000 020405b4");
}
Packet udp() { return whole("45000021 00014000 40110000 c0a8010a c6336405 00090050 000d0000 68656c6c6f"); }

}  // namespace

TEST_CASE("LOG records the line with its level, and the packet goes on") {
  OneTarget rule("4 filter FORWARD -j LOG --log-prefix \"fwd: \" --log-level 6");
  Packet p = udp();
  CHECK(rule.apply(p) == Outcome::next_rule);
  REQUIRE(rule.world.records.size() == 1);
  CHECK(rule.world.records[0].kind == Record::Kind::log);
  CHECK(rule.world.records[0].level == 6);
  CHECK(rule.world.records[0].text.substr(0, 14) == "fwd: IN= OUT= ");
}

TEST_CASE("NFLOG records prefix and group, AUDIT the addresses") {
  OneTarget nflog("4 filter FORWARD -j NFLOG --nflog-group 5 --nflog-prefix x");
  OneTarget audit("4 filter FORWARD -j AUDIT --type drop");
  Packet p = udp();
  nflog.apply(p);
  CHECK(nflog.world.records.at(0).group == 5);
  CHECK(nflog.world.records.at(0).text == "x");
  audit.apply(p);
  CHECK(audit.world.records.at(0).text == "mark=0x0 saddr=192.168.1.10 daddr=198.51.100.5 proto=17");
}

TEST_CASE("NOTRACK and CT leave a note for conntrack; the first one wins") {
  OneTarget zone("4 raw PREROUTING -p tcp -j CT --zone-orig 7 --helper ftp"), notrack("4 raw PREROUTING -j NOTRACK");
  Packet p = syn();
  zone.apply(p);
  REQUIRE(p.ct_template);
  CHECK(p.ct_template->zone == 7);
  CHECK(p.ct_template->zones == CtTemplate::Zones::original);
  CHECK(p.ct_template->helper == "ftp");
  CHECK(p.fields.number(Field::ct_state) == 1);
  notrack.apply(p);
  CHECK_FALSE(p.untracked);
  Packet q = syn();
  notrack.apply(q);
  CHECK(q.untracked);
  CHECK(q.fields.number(Field::ct_state) == 4);
}

TEST_CASE("TRACE marks the packet") {
  OneTarget rule("4 raw PREROUTING -j TRACE");
  Packet p = udp();
  rule.apply(p);
  CHECK(p.traced);
}

TEST_CASE("NFQUEUE drops when nobody listens, and passes with --queue-bypass") {
  OneTarget queue("4 filter FORWARD -j NFQUEUE --queue-num 3"), bypass("4 filter FORWARD -j NFQUEUE --queue-bypass");
  Packet p = udp();
  CHECK(queue.apply(p) == Outcome::drop);
  CHECK(bypass.apply(p) == Outcome::accept);
}

TEST_CASE("TEE sends an untracked copy to the gateway; arriving packets lose a hop and may not be split") {
  OneTarget rule("4 mangle PREROUTING -j TEE --gateway 192.168.1.77 --oif eth0");
  Packet p = udp();
  p.bytes[6] = 0;  // without DF
  fix_header_checksum(p);
  CHECK(rule.apply(p) == Outcome::next_rule);
  REQUIRE(rule.world.generated.size() == 1);
  const Packet& copy = rule.world.generated[0];
  CHECK(copy.next_hop == u128{0xc0a8014d});
  CHECK(copy.next_device == "eth0");
  CHECK(copy.untracked);
  CHECK(copy.fields.number(Field::ttl) == 63);
  CHECK(copy.bytes[6] == 0x40);
  CHECK(fold_sum(sum_words(copy.all().first(20))) == 0xffff);
  CHECK(p.fields.number(Field::ttl) == 64);
  Packet again = copy;
  rule.apply(again);
  CHECK(rule.world.generated.size() == 1);
}

TEST_CASE("TEE in FORWARD keeps the hop count") {
  OneTarget rule("4 mangle FORWARD -j TEE --gateway 192.168.1.77");
  Packet p = udp();
  rule.apply(p);
  CHECK(rule.world.generated.at(0).fields.number(Field::ttl) == 64);
}

TEST_CASE("REJECT --reject-with tcp-reset closes a known connection") {
  OneTarget rule("4 filter FORWARD -p tcp -j REJECT --reject-with tcp-reset");
  Packet p = syn();
  p.ct = make_entry();
  p.ct->status = ct_confirmed;
  p.ct->tcp.state = TcpState::established;
  CHECK(rule.apply(p) == Outcome::drop);
  CHECK(p.ct->tcp.state == TcpState::close);
  CHECK(p.ct->expires == rule.world.now + 10'000'000'000);
}

TEST_CASE("SYNPROXY answers a SYN itself, and knows its cookie again") {
  OneTarget rule("4 filter FORWARD -p tcp -j SYNPROXY --mss 1400 --wscale 7 --timestamp --sack-perm");
  Packet p = syn();
  CHECK(rule.apply(p) == Outcome::stolen);
  const Packet& answer = rule.world.generated.at(0);
  CHECK(answer.fields.get(Field::dst) == u128{0xc0a8010a});
  CHECK(answer.fields.number(Field::tcp_flags) == 0x12);
  CHECK(answer.fields.number(Field::tcp_mss) == 1400);
  CHECK(be16(answer.transport(), 14) == 0);                          // window
  CHECK(be32(answer.transport(), 8) == be32(p.transport(), 4) + 1);  // acknowledges the SYN
  CHECK(answer.bytes.size() == 44);                                  // no timestamp offered: only the MSS
  Packet ack = syn();
  ack.bytes[33] = 0x10;
  fix_checksums(ack);
  put32(ack.bytes, 24, be32(p.transport(), 4) + 1);
  put32(ack.bytes, 28, be32(answer.transport(), 4));
  fix_checksums(ack);
  CHECK(rule.apply(ack) == Outcome::drop);  // one off
  rule.world.recorded = true;
  CHECK(rule.apply(ack) == Outcome::unknown);
  CHECK(rule.why().find("cookie") != std::string::npos);
  put32(ack.bytes, 28, be32(answer.transport(), 4) + 1);
  fix_checksums(ack);
  rule.world.generated.clear();
  rule.world.now += 59'000'000'000;
  CHECK(rule.apply(ack) == Outcome::stolen);
  const Packet& to_server = rule.world.generated.at(0);
  CHECK(to_server.fields.get(Field::src) == u128{0xc0a8010a});
  CHECK(to_server.fields.number(Field::tcp_flags) == 0x02);
  CHECK(to_server.fields.number(Field::tcp_mss) == 1460);  // what the cookie tells of the client's
  rule.world.now += 2'000'000'000;
  CHECK(rule.apply(ack) == Outcome::unknown);  // the second minute may have begun or not
  rule.world.now += 60'000'000'000;
  rule.world.recorded = false;
  CHECK(rule.apply(ack) == Outcome::drop);
}

TEST_CASE("TPROXY gives packets to a transparent socket, where sockets are known") {
  OneTarget rule("4 mangle PREROUTING -p tcp -j TPROXY --on-port 3128 --tproxy-mark 0x1/0xf");
  Packet p = syn();
  CHECK(rule.apply(p) == Outcome::unknown);
  rule.world.sockets.know_all();
  CHECK(rule.apply(p) == Outcome::drop);
  const auto plain = rule.world.sockets.open({.port = 3128});
  CHECK(rule.apply(p) == Outcome::drop);
  rule.world.sockets.close(plain);
  rule.world.sockets.open({.port = 3128, .transparent = true});
  p.fields.set(Field::mark, 0x32);
  CHECK(rule.apply(p) == Outcome::accept);
  CHECK(p.fields.number(Field::mark) == 0x31);
  CHECK(p.socket->port == 3128);
}

TEST_CASE("NFQUEUE asks the program on the queue") {
  OneTarget one("4 filter FORWARD -j NFQUEUE --queue-num 3"), some("4 filter FORWARD -j NFQUEUE --queue-balance 2:3");
  OneTarget fanout("4 filter FORWARD -j NFQUEUE --queue-balance 2:3 --queue-cpu-fanout");
  one.world.host.queues[3] = {.verdict = QueueListener::Verdict::accept, .mark = 5};
  some.world.host.queues[3] = fanout.world.host.queues[3] = {};
  Packet p = udp();
  CHECK(one.apply(p) == Outcome::accept);
  CHECK(p.fields.number(Field::mark) == 5);
  CHECK(some.apply(p) == Outcome::unknown);  // 2 has none, and a secret chooses
  some.world.host.queues[2] = {};
  CHECK(some.apply(p) == Outcome::accept);
  CHECK(fanout.apply(p) == Outcome::drop);  // processor 0: queue 2
}

TEST_CASE("targets without an effect on packets do nothing") {
  for (const char* text :
       {"4 mangle FORWARD -j CHECKSUM --checksum-fill", "4 filter FORWARD -j LED --led-trigger-id x",
        "4 filter FORWARD -j IDLETIMER --timeout 5 --label x", "4 mangle FORWARD -j CONNSECMARK --save",
        "4 mangle FORWARD -j RATEEST --rateest-name x --rateest-interval 250ms --rateest-ewmalog 1s"}) {
    OneTarget rule(text);
    INFO(std::string(text));
    REQUIRE(rule.good());
    Packet p = udp();
    const auto before = p.bytes;
    CHECK(rule.apply(p) == Outcome::next_rule);
    CHECK(p.bytes == before);
    CHECK(rule.world.records.empty());
  }
}

TEST_CASE("marks: MARK, CLASSIFY, CONNMARK") {
  OneTarget mark("4 mangle FORWARD -j MARK --set-mark 0x12/0xf0"),
      classify("4 mangle FORWARD -j CLASSIFY --set-class 1:10");
  OneTarget set("4 mangle FORWARD -j CONNMARK --set-mark 0x40 --right-shift-mark 4");
  OneTarget save("4 mangle FORWARD -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff00 --left-shift-mark 8");
  OneTarget restore("4 mangle FORWARD -j CONNMARK --restore-mark --nfmask 0xf --ctmask 0xff");
  Packet p = udp();
  p.fields.set(Field::mark, 0x3ff);
  mark.apply(p);
  CHECK(p.fields.number(Field::mark) == 0x31f);  // the set bits of the value count as mask too
  classify.apply(p);
  CHECK(p.fields.number(Field::priority) == 0x10010);
  restore.apply(p);
  CHECK(p.fields.number(Field::mark) == 0x31f);  // no connection: nothing happens
  p.ct = make_entry();
  p.fields.set(Field::ct_mark, 0);
  set.apply(p);
  CHECK(p.ct->mark == 4);
  save.apply(p);
  CHECK(p.ct->mark == 0x1f04);
  restore.apply(p);
  CHECK(p.fields.number(Field::mark) == (0x310 ^ 0x04));
}

TEST_CASE("a wrong checksum stays wrong by the same amount") {
  Packet p = udp();
  p.bytes[26] ^= 0x55;
  REQUIRE(decode(p));
  CHECK_FALSE(transport_checksum_ok(p));
  CHECK(set_field(p, Field::dst, 0x0a000001));
  CHECK(set_field(p, Field::dport, 8080));
  CHECK_FALSE(transport_checksum_ok(p));
  p.bytes[26] ^= 0x55;
  CHECK(p.fields.number(Field::dport) == 8080);
}

TEST_CASE("set_field keeps right checksums right, for each protocol") {
  for (const unsigned protocol : {6U, 17U, 33U, 132U}) {
    Packet p =
        whole(fmt::format("45000034 00014000 40{:02x}0000 c0a8010a c6336405 00090050 00200000 00000000 50020faf "
                          "00000000 020405b4 00000000 00000000",
                          protocol));
    CHECK(set_field(p, Field::src, 0xcb007101));
    CHECK(set_field(p, Field::ttl, 3));
    CHECK(set_field(p, Field::tos, 0xff));
    INFO(protocol);
    CHECK(transport_checksum_ok(p));
    CHECK(fold_sum(sum_words(p.all().first(20))) == 0xffff);
    CHECK(address_text(Family::v4, p.fields.get(Field::src)) == "203.0.113.1");
  }
}

TEST_CASE("set_field leaves a UDP packet without checksum without one, and says what is not there") {
  Packet p = udp();
  put16(p.bytes, 26, 0);
  CHECK(set_field(p, Field::sport, 77));
  CHECK(be16(p.bytes, 26) == 0);
  Packet icmp = whole("4500001c 00014000 40010000 c0a8010a c6336405 08000000 00010001");
  CHECK_FALSE(set_field(icmp, Field::sport, 1));
  CHECK(set_icmp_id(icmp, 0x1234));
  CHECK(be16(icmp.bytes, 24) == 0x1234);
  CHECK(transport_checksum_ok(icmp));
}

TEST_CASE("jhash has the kernel's values") {
  CHECK(jhash_words({}, 7) == 0xdeadbeef + 7);
  // 192.168.1.10 to 198.51.100.5, as HMARK hashed them with --hmark-rnd 0 and --hmark-mod 4294967295.
  CHECK(scaled(jhash3(0xc0a8010a, 0xc6336405, 0, 0), 0xffffffff) == 0xf4045420);
  CHECK(scaled(0x80000000, 10) == 5);
  CHECK(raw_load(0x0a000001) == 0x0100000a);
}

TEST_CASE("the CRC of SCTP: the check value of CRC-32C") { CHECK(crc32c(hex("313233343536373839")) == 0xe3069283); }

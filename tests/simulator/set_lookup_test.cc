// Membership in sets. Expectations are what Linux 6.18 did with `-m set` and `-j SET` in OUTPUT.
#include "simulator/set_lookup.hh"

#include <doctest/doctest.h>

#include <string>

#include "model/value.hh"
#include "parser/ipset.hh"
#include "tests/simulator/packet_builder.hh"

using namespace fwsim;
using namespace fwsim::test;

namespace {

constexpr std::int64_t second = 1'000'000'000, start = 1000 * second;

// A UDP packet, port 1000 to 53, of 33 bytes, that leaves by d0.
Packet udp(const char* src, const char* dst) {
  Packet p = v4(17, datagram());
  put_address(Family::v4, p.bytes, 12, *read_address(Family::v4, src));
  put_address(Family::v4, p.bytes, 16, *read_address(Family::v4, dst));
  fix_header_checksum(p);
  REQUIRE(decode(p));
  p.fields.set(Field::in_if, 0);
  p.fields.set(Field::out_if, name_word("d0"));
  p.fields.set(Field::mark, 0);
  return p;
}

struct Sets {
  IpSets sets;
  SetStore store;

  explicit Sets(const std::string& text) : sets(read(text)), store(sets, start) {}
  static IpSets read(const std::string& text) {
    ParsedSets parsed = parse_ipset(text);
    for (const Diagnostic& d : parsed.diagnostics) MESSAGE(to_text(d));
    REQUIRE(parsed.diagnostics.empty());
    return std::move(parsed.sets);
  }
  bool test(const char* set, const char* flags, const Packet& p, const SetTest& options = {},
            std::int64_t now = start) {
    return store.test(store.find(set), *read_set_flags(flags), p, options, now);
  }
  SetChange add(const char* set, const char* flags, const Packet& p, bool exist = false,
                std::optional<std::uint32_t> timeout = {}, std::int64_t now = start) {
    return store.add(store.find(set), *read_set_flags(flags), p, timeout, exist, now);
  }
  // The elements as ipset save would show them.
  std::string elements(const char* name, std::int64_t now = start) const {
    const IpSet set = store.state(store.find(name), now);
    std::string out;
    for (const SetElement& e : set.elements) out += (out.empty() ? "" : " | ") + print_element(set, e);
    return out;
  }
};

}  // namespace

TEST_CASE("flags: src and dst, at most six") {
  CHECK(read_set_flags("src,dst")->count == 2);
  CHECK(read_set_flags("src,dst")->source(0));
  CHECK_FALSE(read_set_flags("src,dst")->source(1));
  CHECK_FALSE(read_set_flags("src,both"));
  CHECK_FALSE(read_set_flags(""));
  CHECK_FALSE(read_set_flags("src,src,src,src,src,src,src"));
}

TEST_CASE("too few flags never match, more than enough are left out; lists pass theirs on") {
  Sets s(
      "create a hash:ip\nadd a 10.0.0.1\ncreate b hash:ip,port\nadd b 10.0.0.1,udp:53\ncreate l list:set\nadd l b\nadd "
      "l a\n");
  const Packet p = udp("192.0.2.1", "10.0.0.1");
  CHECK(s.test("a", "dst,src", p));
  CHECK_FALSE(s.test("b", "dst", p));
  CHECK(s.test("b", "dst,dst", p));
  CHECK_FALSE(s.test("b", "dst,src", p));
  CHECK(s.test("l", "dst", p));
  CHECK_FALSE(s.test("a", "src", p));
}

TEST_CASE("sets of the other family and unknown sets hold nothing") {
  Sets s("create a hash:net family inet6\nadd a 2001:db8::/32\n");
  CHECK_FALSE(s.test("a", "dst", udp("192.0.2.1", "10.0.0.1")));
  CHECK(s.store.find("b") == SetStore::none);
  CHECK_FALSE(s.test("b", "dst", udp("192.0.2.1", "10.0.0.1")));
  Packet six = v6(17, datagram());
  REQUIRE(decode(six));
  CHECK(s.test("a", "src", six));
}

TEST_CASE("the most specific network decides, exceptions included") {
  Sets s("create n hash:net counters\nadd n 10.0.0.0/8\nadd n 10.1.0.0/16 nomatch\nadd n 10.1.2.0/24\n");
  const SetTest inverted{.return_nomatch = true};
  CHECK(s.test("n", "dst", udp("192.0.2.1", "10.2.0.1")));
  CHECK_FALSE(s.test("n", "dst", udp("192.0.2.1", "10.1.0.1")));
  CHECK(s.test("n", "dst", udp("192.0.2.1", "10.1.2.1")));
  CHECK(s.test("n", "dst", udp("192.0.2.1", "10.1.0.1"), inverted));
  CHECK_FALSE(s.test("n", "dst", udp("192.0.2.1", "10.2.0.1"), inverted));
  CHECK_FALSE(s.test("n", "dst", udp("192.0.2.1", "11.0.0.1"), inverted));
  CHECK(s.elements("n") ==
        "10.0.0.0/8 packets 2 bytes 66 | 10.1.0.0/16 nomatch packets 2 bytes 66 | 10.1.2.0/24 packets 1 bytes 33");
}

TEST_CASE("counters are written before they are compared") {
  Sets s("create a hash:ip counters\nadd a 10.0.0.1 packets 1 bytes 10\n");
  const Packet p = udp("192.0.2.1", "10.0.0.1");
  using Kind = SetCounterTest::Kind;
  CHECK_FALSE(s.test("a", "dst", p, {.packets = {Kind::greater, 2}}));
  CHECK(s.test("a", "dst", p, {.packets = {Kind::greater, 2}}));
  CHECK(s.test("a", "dst", p, {.update_counters = false, .bytes = {Kind::equal, 76}}));
  CHECK_FALSE(s.test("a", "dst", p, {.bytes = {Kind::less, 100}}));
  CHECK(s.elements("a") == "10.0.0.1 packets 4 bytes 109");
}

TEST_CASE("net,iface: another interface of a longer prefix hides shorter ones, a bridge port does not") {
  Sets s("create w hash:net,iface\nadd w 10.0.0.0/8,d wildcard\nadd w 10.1.0.0/16,x0\nadd w 10.2.0.0/16,x0\n"
         "add w 10.2.0.0/16,d0 nomatch\nadd w 10.3.0.0/16,physdev:d0\n");
  CHECK(s.test("w", "dst,dst", udp("192.0.2.1", "10.9.0.1")));
  CHECK_FALSE(s.test("w", "dst,dst", udp("192.0.2.1", "10.1.0.1")));
  CHECK_FALSE(s.test("w", "dst,dst", udp("192.0.2.1", "10.2.0.1")));
  CHECK(s.test("w", "dst,dst", udp("192.0.2.1", "10.3.0.1")));
  CHECK_FALSE(s.test("w", "dst,src", udp("192.0.2.1", "10.9.0.1")));  // no input device in OUTPUT
}

TEST_CASE("net types of three parts, and port 0 for protocols without ports") {
  Sets s("create a hash:ip,port,net\nadd a 10.0.0.1,udp:53,192.0.2.0/24\nadd a 10.0.0.1,udp:53,192.0.2.128/25 nomatch\n"
         "create g hash:net,port\nadd g 10.0.0.0/8,gre:0\nadd g 10.0.0.0/8,icmp:echo-request\n");
  CHECK(s.test("a", "dst,dst,src", udp("192.0.2.1", "10.0.0.1")));
  CHECK_FALSE(s.test("a", "dst,dst,src", udp("192.0.2.129", "10.0.0.1")));
  const auto to_ten = [](unsigned protocol, const Octets& payload, unsigned fragment) {
    Packet p = v4(protocol, payload, fragment);
    put_address(Family::v4, p.bytes, 16, 0x0a000001);
    fix_header_checksum(p);
    REQUIRE(decode(p));
    return p;
  };
  CHECK(s.test("g", "dst,dst", to_ten(47, hex("00000800 00000000"), 0x4000)));
  CHECK(s.test("g", "dst,dst", to_ten(47, hex("00000800 00000000"), 0x0005)));  // also as a later fragment
  CHECK(s.test("g", "dst,dst", to_ten(1, hex("0800f7fd 00010001"), 0x4000)));
  CHECK_FALSE(s.test("g", "dst,dst", to_ten(1, hex("0800f7fd 00010001"), 0x0005)));
}

TEST_CASE("bitmaps: a netmask counts networks; ports of TCP and UDP alone") {
  Sets s(
      "create b bitmap:ip range 10.0.0.0/16 netmask 24\nadd b 10.0.7.0\ncreate p bitmap:port range 0-100\nadd p 53\n");
  CHECK(s.test("b", "dst", udp("192.0.2.1", "10.0.7.99")));
  CHECK_FALSE(s.test("b", "dst", udp("192.0.2.1", "10.1.7.99")));
  CHECK(s.test("p", "dst", udp("192.0.2.1", "10.0.7.99")));
  CHECK_FALSE(s.test("p", "src", udp("192.0.2.1", "10.0.7.99")));
}

TEST_CASE("bitmap:ip,mac: the second flag chooses the MAC, the first packet fills in a missing one") {
  Sets s("create m bitmap:ip,mac range 10.0.0.0/24 timeout 50 counters\nadd m 10.0.0.5 timeout 20\n"
         "add m 10.0.0.6,02:00:00:00:00:06\n");
  Packet p = udp("10.0.0.5", "10.0.0.1");
  CHECK_FALSE(s.test("m", "src,src", p));  // no link header
  p.link.present = true;
  const Octets frame = hex("020000000001 020000000005 0800");
  std::copy(frame.begin(), frame.end(), p.link.ethernet.begin());
  CHECK(s.test("m", "src,src", p));
  CHECK(s.elements("m") == "10.0.0.5,02:00:00:00:00:05 timeout 20 packets 1 bytes 33 | "
                           "10.0.0.6,02:00:00:00:00:06 timeout 50 packets 0 bytes 0");
  CHECK_FALSE(s.test("m", "src,dst", p));
  CHECK_FALSE(s.test("m", "src,src", p, {}, start + 21 * second));
}

TEST_CASE("expired elements do not match, and what they hid shows") {
  Sets s("create n hash:net timeout 0\nadd n 10.0.0.0/8\nadd n 10.1.0.0/16 nomatch timeout 2\n");
  const Packet p = udp("192.0.2.1", "10.1.0.1");
  CHECK_FALSE(s.test("n", "dst", p, {}, start + second));
  CHECK(s.test("n", "dst", p, {}, start + 3 * second));
  CHECK(s.elements("n", start + second) == "10.0.0.0/8 timeout 0 | 10.1.0.0/16 timeout 1 nomatch");
  CHECK(s.elements("n", start + 3 * second) == "10.0.0.0/8 timeout 0");
}

TEST_CASE("SET adds the most specific prefix of the set; --exist starts options anew") {
  Sets s(
      "create c hash:ip counters timeout 100\ncreate n hash:net counters\nadd n 10.1.0.0/16\nadd n 10.0.0.0/8 packets "
      "9\n"
      "create e hash:net\n");
  const Packet p = udp("192.0.2.1", "10.0.7.9");
  CHECK(s.add("c", "dst", p) == SetChange::done);
  CHECK(s.add("n", "dst", p) == SetChange::done);
  CHECK(s.add("e", "dst", p) == SetChange::done);
  CHECK(s.elements("c") == "10.0.7.9 timeout 100 packets 1 bytes 33");
  CHECK(s.elements("n") ==
        "10.1.0.0/16 packets 0 bytes 0 | 10.0.0.0/8 packets 9 bytes 0 | 10.0.0.0/16 packets 1 bytes 33");
  CHECK(s.elements("e") == "10.0.7.9");
  CHECK(s.add("c", "dst", p) == SetChange::exists);
  CHECK(s.test("c", "dst", p));
  CHECK(s.add("c", "dst", p, true, 5) == SetChange::done);
  CHECK(s.elements("c") == "10.0.7.9 timeout 5 packets 1 bytes 33");
  CHECK(s.store.del(s.store.find("n"), *read_set_flags("dst"), p, start) == SetChange::done);
  CHECK(s.store.del(s.store.find("n"), *read_set_flags("dst"), p, start) == SetChange::absent);
}

TEST_CASE("a full set refuses, and lists add to the first member that can take it") {
  Sets s("create a hash:ip maxelem 1\nadd a 10.0.0.1\ncreate b hash:ip\ncreate l list:set\nadd l a\nadd l b\n"
         "create t hash:ip maxelem 1 timeout 5\nadd t 10.0.0.1\n");
  const Packet p = udp("192.0.2.1", "10.0.7.9");
  CHECK(s.add("a", "dst", p) == SetChange::full);
  CHECK(s.add("l", "dst", p) == SetChange::done);
  CHECK(s.elements("b") == "10.0.7.9");
  CHECK(s.add("t", "dst", p, false, {}, start + 6 * second) == SetChange::done);  // the old one has expired
  CHECK(s.elements("t", start + 6 * second) == "10.0.7.9 timeout 5");
}

TEST_CASE("what an element maps a packet to") {
  Sets s("create k hash:ip skbinfo\nadd k 10.0.0.8 skbmark 0x5/0xf skbprio 1:10\nadd k 10.0.0.9\n");
  SkbInfo info{.mark = 1};
  const int k = s.store.find("k");
  CHECK(s.store.test(k, *read_set_flags("dst"), udp("192.0.2.1", "10.0.0.8"), {}, start, &info));
  CHECK(info.mark == 5);
  CHECK(info.mark_mask == 0xf);
  CHECK(info.priority == 0x10010);
  CHECK(s.store.test(k, *read_set_flags("dst"), udp("192.0.2.1", "10.0.0.9"), {}, start, &info));
  CHECK(info.mark_mask == 0);
}

TEST_CASE("types that this kernel lacks: net,net, marks and MACs, by their source") {
  Sets s("create n hash:net,net\nadd n 10.0.0.0/8,192.0.2.0/24\nadd n 10.1.0.0/16,0.0.0.0/0 nomatch\n"
         "create k hash:ip,mark markmask 0xff\nadd k 10.0.0.1,0x105\ncreate m hash:mac\nadd m 02:00:00:00:00:05\n");
  CHECK(s.test("n", "dst,src", udp("192.0.2.1", "10.0.0.1")));
  CHECK_FALSE(s.test("n", "dst,src", udp("192.0.2.1", "10.1.0.1")));
  Packet p = udp("192.0.2.1", "10.0.0.1");
  p.fields.set(Field::mark, 0x305);
  CHECK(s.test("k", "dst,src", p));
  CHECK_FALSE(s.test("m", "src", p));
  p.link.present = true;
  const Octets frame = hex("020000000001 020000000005 0800");
  std::copy(frame.begin(), frame.end(), p.link.ethernet.begin());
  CHECK(s.test("m", "src", p));
}

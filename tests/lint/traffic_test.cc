// Sets of packets in words: what they hold, and what is said of those that cannot be.
#include "lint/traffic.hh"

#include <doctest/doctest.h>

#include "lint/box.hh"

using namespace fwsim;

namespace {

Traffic good(std::string_view text) {
  QuestionFault fault;
  auto traffic = read_traffic(text, fault);
  INFO(text << ": " << fault.text);
  REQUIRE(traffic);
  return *traffic;
}

struct Bad {
  const char* text;
  std::size_t column, width;
  const char* fault;
  const char* hint;
};

}  // namespace

TEST_CASE("traffic: what is said") {
  const Traffic t = good("tcp 10.0.0.0/8,192.0.2.1-192.0.2.9 -> any:22,80-90,https in eth+ new established");
  CHECK(t.family == Family::v4);
  CHECK(t.protocols == std::vector<Range>{{6, 6}});
  CHECK(t.src == std::vector<Range>{{0x0a000000, 0x0affffff}, {0xc0000201, 0xc0000209}});
  CHECK(t.dst.empty());
  CHECK(t.dport == std::vector<Range>{{22, 22}, {80, 90}, {443, 443}});
  CHECK(t.in == Prefix{name_word("eth"), ~(all_ones >> 24)});
  CHECK(t.states == std::vector<Range>{{1, 1}, {3, 3}});
  CHECK(t.state_given);
  CHECK_FALSE(t.way);
}

TEST_CASE("traffic: families, ways, defaults") {
  CHECK_FALSE(good("any any -> any").family);
  CHECK(good("udp [2001:db8::/32,::1]:53 -> any").family == Family::v6);
  CHECK(good("icmp any -> any").family == Family::v4);
  CHECK(good("ping -> 2001:db8::1").icmp == std::vector<Range>{{128 * 256, 128 * 256}});
  CHECK(good("ping any -> any").icmp.size() == 2);
  CHECK(good("tcp -> :22").dport == std::vector<Range>{{22, 22}});
  CHECK(good("icmp any -> any type 3").icmp == std::vector<Range>{{3 * 256, 3 * 256 + 255}});
  CHECK(good("tcp any -> any in eth0 out eth1").way == Way::forward);
  CHECK(good("tcp any -> any out eth1").way == Way::output);
  CHECK(good("tcp any -> any uid 1000").local);
}

TEST_CASE("traffic: replies change places") {
  const Traffic t = replies_to(good("tcp 10.0.0.0/8:1024-65535 -> 192.0.2.1:22 in eth0 out eth1"));
  CHECK(t.src == std::vector<Range>{{0xc0000201, 0xc0000201}});
  CHECK(t.sport == std::vector<Range>{{22, 22}});
  CHECK(t.dport == std::vector<Range>{{1024, 65535}});
  CHECK(name_text(t.in.address) == "eth1");
  CHECK(t.states == std::vector<Range>{{3, 3}});
}

TEST_CASE("traffic: the predicate holds what was said") {
  const Traffic t = good("tcp 10.0.0.0/8 -> any:22 in eth0");
  SpaceBuilder builder(Family::v4);
  const Pred pred = asked(t, Family::v4, true);
  builder.add(pred);
  const Space space = builder.build();
  const Boxes boxes = lower(space, pred);
  CHECK(boxes.exact);
  REQUIRE(boxes.boxes.size() == 1);
  const Var src = space.of(Field::src), port = space.of(Field::dport), state = space.of(Field::ct_state);
  CHECK(space.ranges(src, *boxes.boxes[0].find(src)) == std::vector<Range>{{0x0a000000, 0x0affffff}});
  CHECK(space.ranges(port, *boxes.boxes[0].find(port)) == std::vector<Range>{{22, 22}});
  CHECK(space.ranges(state, *boxes.boxes[0].find(state)) == std::vector<Range>{{1, 1}});
  CHECK_FALSE(asked(t, Family::v4, false).parts.empty());
  CHECK(to_text(asked(t, Family::v4, false)).find("ct_state") == std::string::npos);
}

TEST_CASE("traffic: faults, each with its place") {
  const Bad list[] = {
      {"", 1, 1, "no traffic is described", "like: tcp 10.0.0.0/8 -> any:22,80-90 in eth0"},
      {"tpc any -> any", 1, 3, "'tpc' is not a protocol", "like: tcp 10.0.0.0/8 -> any:22,80-90 in eth0"},
      {"tcp", 4, 1, "addresses are missing", "SOURCE -> DESTINATION, where either may be any"},
      {"tcp any any", 9, 3, "'->' is expected here", "SOURCE -> DESTINATION"},
      {"tcp any -> any:90-80", 16, 5, "the range '90-80' is empty: its end comes before its beginning", "80-90"},
      {"tcp any -> any:22,70000", 19, 5, "'70000' is not a port", "ports go from 0 to 65535"},
      {"tcp 10.0.0.0/33 -> any:22", 13, 3, "'33' is not a prefix length", "/0 to /32"},
      {"tcp 10.0.0.0/255.0.255.0 -> any:22", 13, 12, "'255.0.255.0' is not a prefix length", "/0 to /32"},
      {"tcp 10.0.0.9-10.0.0.1 -> any:22", 5, 17, "the range '10.0.0.9-10.0.0.1' is empty: its end comes before its beginning",
       "10.0.0.1-10.0.0.9"},
      {"tcp 10.0.0.9-2001:db8:1::1 -> any", 5, 22, "the ends of the range are of different families", ""},
      {"tcp 10.0.0.1 -> 2001:db8::1", 17, 11, "'10.0.0.1' and '2001:db8::1' are of different families", ""},
      {"tcp 10.0.0.1 -> 10.0.0.2:22,10.0.0.3:22", 17, 11, "'10.0.0.2:22' is not an address", "ports follow the whole list, as 22,80-90"},
      {"tcp any -> example.com:22", 12, 11, "'example.com' is not an address", "an address, a prefix, a range a-b, or any"},
      {"icmp any -> any:22", 13, 6, "icmp has no ports", ""},
      {"icmp any -> 2001:db8::1", 1, 4, "icmp is a protocol of the other family", "ipv6-icmp"},
      {"tcp any -> any estblished", 16, 10, "'estblished' is not understood here", "did you mean established?"},
      {"udp any -> any:53 syn", 19, 3, "only TCP has flags", ""},
      {"tcp any -> any in", 18, 1, "'in' needs a device", ""},
      {"tcp any -> any in eth0 uid 0", 24, 3, "only what the host itself sends has an owner, and this arrives", ""},
      {"tcp any -> any mark 0x10/0xf", 21, 8, "no mark is like this: the value has bits that the mask has not", ""},
      {"tcp any -> any ttl 64-1", 20, 4, "the range '64-1' is empty: its end comes before its beginning", ""},
  };
  for (const Bad& bad : list) {
    INFO(bad.text);
    QuestionFault fault;
    CHECK_FALSE(read_traffic(bad.text, fault));
    CHECK(fault.column == bad.column);
    CHECK(fault.width == bad.width);
    CHECK(fault.text == bad.fault);
    CHECK(fault.hint == bad.hint);
  }
}

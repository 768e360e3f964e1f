// Packets between two hooks: which is found again.
#include "simulator/live/in_flight.hh"

#include <doctest/doctest.h>

#include "simulator/sources/question.hh"

using namespace fwsim;

namespace {

Packet packet(std::int64_t time, const char* words = "tcp 10.0.0.1:1000 -> 10.0.0.2:80 syn ttl 64") {
  QuestionFault fault;
  auto question = read_question(words, fault);
  REQUIRE(question);
  question->packet.time = time;
  return question->packet;
}

Flight flight(Packet packet, bool own = false) {
  Flight made = std::make_unique<InFlight>();
  made->result.packet = std::move(packet);
  made->own = own;
  return made;
}

}  // namespace

TEST_CASE("a packet is found again with another TTL and id, and only once") {
  FlightTable table(10, 10'000);
  table.put(flight(packet(5)));
  Packet later = packet(9, "tcp 10.0.0.1:1000 -> 10.0.0.2:80 syn ttl 63");
  later.bytes[5] = 77;
  CHECK_FALSE(table.take(packet(9, "tcp 10.0.0.1:1001 -> 10.0.0.2:80 syn ttl 63")));
  const auto found = table.take(later);
  REQUIRE(found);
  CHECK(found->result.packet.time == 5);
  CHECK_FALSE(table.take(later));
}

TEST_CASE("equal packets keep their order, and one that begins its way takes no other's place") {
  FlightTable table(10, 10'000);
  table.put(flight(packet(1)));
  table.put(flight(packet(2)));
  CHECK_FALSE(table.take(packet(3), true));
  CHECK(table.size() == 2);
  table.put(flight(packet(3), true));
  const auto own = table.take(packet(4), true);
  REQUIRE(own);
  CHECK(own->own);
  CHECK(table.take(packet(4))->result.packet.time == 1);
  CHECK(table.take(packet(4))->result.packet.time == 2);
}

TEST_CASE("those that never came to the next hook are told, and never more than the table holds") {
  FlightTable table(2, 10'000);
  for (std::int64_t time : {1, 2, 3, 4}) table.put(flight(packet(time)));
  CHECK(table.lost_before(0).size() == 2);
  const auto old = table.lost_before(4);
  REQUIRE(old.size() == 1);
  CHECK(old[0]->result.packet.time == 3);
  CHECK(table.take(packet(9))->result.packet.time == 4);
}

TEST_CASE("nor more bytes than it may hold") {
  FlightTable table(10, 100);
  for (std::int64_t time : {1, 2}) table.put(flight(packet(time)));
  CHECK(!table.too_many());
  table.put(flight(packet(3)));
  CHECK(table.too_many());
  REQUIRE(table.lost_before(0).size() == 1);
  CHECK(!table.too_many());
}

TEST_CASE("a packet is found again when the kernel has written into its options") {
  FlightTable table(10, 10'000);
  Packet before = packet(1);
  before.bytes[0] = 0x47;
  before.bytes.insert(before.bytes.begin() + 20, {7, 7, 4, 0, 0, 0, 0, 0});   // record route
  table.put(flight(before));
  Packet after = before;
  after.bytes[22] = 8;
  after.bytes[23] = 10;
  CHECK(table.take(after));
  table.put(flight(before));
  after.bytes[20] = 0x83;   // a source route
  CHECK_FALSE(table.take(after));
  after.bytes[20] = 7;
  after.bytes[28] ^= 1;     // a port
  CHECK_FALSE(table.take(after));
}

TEST_CASE("one that the kernel dropped for its TTL is not taken for another") {
  FlightTable table(10, 10'000);
  table.put(flight(packet(1, "tcp 10.0.0.1:1000 -> 10.0.0.2:80 syn ttl 1")));
  table.put(flight(packet(2)));
  const auto found = table.take(packet(3, "tcp 10.0.0.1:1000 -> 10.0.0.2:80 syn ttl 63"));
  REQUIRE(found);
  CHECK(found->result.packet.time == 2);
}

TEST_CASE("rules that go are not told of any more, but that one of them was undecided is known") {
  FlightTable table(10, 10'000);
  Flight judged = flight(packet(1));
  judged->result.decided_by = RuleRef{};
  judged->result.path.push_back({});
  judged->result.undecided.push_back({});
  judged->result.generated.emplace_back();
  judged->result.ct_state = CtState::established;
  table.put(std::move(judged));
  table.put(flight(packet(2)));
  table.forget_rules();
  const auto first = table.take(packet(3)), second = table.take(packet(3));
  REQUIRE((first && second));
  CHECK(first->undecided);
  CHECK_FALSE(second->undecided);
  CHECK_FALSE(first->result.decided_by);
  CHECK(first->result.path.empty());
  CHECK(first->result.undecided.empty());
  CHECK(first->result.generated.empty());
  CHECK(first->result.ct_state == CtState::established);
}

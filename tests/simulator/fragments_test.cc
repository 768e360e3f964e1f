// Parts of the way of fragments and errors that need no kernel beside them; whole ways are recorded
// in tests/kernel/scenarios.
#include <doctest/doctest.h>

#include "packet_builder.hh"
#include "simulator/defrag.hh"
#include "simulator/icmp_limits.hh"
#include "simulator/ip_options.hh"
#include "simulator/split.hh"

using namespace fwsim;
using namespace fwsim::test;

namespace {

FragmentQueue::Part part(std::size_t offset, std::size_t length) {
  return {.offset = offset, .length = length, .bytes = Octets(length)};
}

}  // namespace

TEST_CASE("a part is a duplicate only within a run that came in order") {
  FragmentQueue queue;
  CHECK(insert_part(queue, part(0, 16)) == Inserted::fine);
  CHECK(insert_part(queue, part(16, 16)) == Inserted::fine);
  CHECK(insert_part(queue, part(8, 16)) == Inserted::duplicate);
  CHECK(insert_part(queue, part(64, 16)) == Inserted::fine);
  CHECK(insert_part(queue, part(32, 16)) == Inserted::fine);   // a run of its own, though it adjoins
  CHECK(insert_part(queue, part(24, 16)) == Inserted::overlap);
  CHECK(insert_part(queue, part(72, 16)) == Inserted::overlap);
  CHECK(queue.have == 64);
}

TEST_CASE("codepoints of congestion join or contradict") {
  CHECK(joint_ecn(0b0001) == 0U);
  CHECK(joint_ecn(0b1100) == 3U);
  CHECK(joint_ecn(0b1000) == 0U);   // all say so already
  CHECK_FALSE(joint_ecn(0b1001));
}

TEST_CASE("fragments of a sender that sent many others meanwhile are not put together") {
  World world;
  world.now = 1'700'000'000'000'000'000;
  FragmentQueues queues;
  std::string why;
  const auto send = [&](unsigned id, unsigned word, std::size_t size) {
    Packet p = v4(17, Octets(size), word);
    put16(p.bytes, 4, id);
    fix_header_checksum(p);
    REQUIRE(decode(p));
    return queues.gather(p, {}, "eth0", world, why);
  };
  CHECK(send(1, 0x2000, 8) == Gathered::waiting);
  for (unsigned i = 0; i < 64; ++i) CHECK(send(100 + i, 0x2000, 8) == Gathered::waiting);
  CHECK(send(1, 0x0001, 8) == Gathered::waiting);   // the first one was forgotten
  CHECK(send(1, 0x2000, 8) == Gathered::whole);
}

TEST_CASE("options that are not to be copied stay in the first fragment") {
  // router alert (copied), record route (not), end
  Packet packet = v4(17, Octets(200), 0, hex("94040000 07070400 00000000"));
  REQUIRE(decode(packet));
  std::mt19937_64 random;
  const Split result = split(packet, 120, random);
  REQUIRE(result.kind == Split::Kind::parts);
  REQUIRE(result.fragments.size() == 3);
  CHECK(be32(result.fragments[0].bytes, 24) == 0x07070400);
  CHECK(be32(result.fragments[1].bytes, 20) == 0x94040000);
  CHECK(be32(result.fragments[1].bytes, 24) == 0x01010101);
  CHECK(result.fragments[1].bytes[31] == 0);
}

TEST_CASE("errors to one peer: six at once, then one a second; the missing route takes from the same bucket") {
  World world;
  world.now = 1'700'000'000'000'000'000;
  IcmpLimits limits;
  unsigned sent = 0;
  for (unsigned i = 0; i < 10; ++i) sent += limits.allow(world, Family::v4, 11, 0, 1, false);
  CHECK(sent == 6);
  CHECK_FALSE(limits.allow_no_route(world, 1));
  CHECK(limits.allow(world, Family::v4, 3, 4, 1, false));   // "fragmentation needed" always goes
  world.now += 1'000'000'000;
  CHECK(limits.allow(world, Family::v4, 11, 0, 1, false));
  CHECK_FALSE(limits.allow(world, Family::v4, 11, 0, 1, false));
  sent = 0;
  for (unsigned i = 0; i < 10; ++i) sent += limits.allow_no_route(world, 2);
  CHECK(sent == 5);
}

// Limits of expectations: what the scenarios of the kernel cannot reach in a few packets.
#include "simulator/expectation.hh"

#include <doctest/doctest.h>

#include "simulator/conntrack_select.hh"

using namespace fwsim;

namespace {

constexpr std::int64_t second = 1'000'000'000, start = 1'700'000'000 * second;

CtRef master(Conntrack& table, const char* helper, std::uint16_t port, std::uint8_t proto = 6) {
  const Tuple original{.family = Family::v4, .src = 1, .dst = 2, .sport = port, .dport = 9, .proto = proto};
  CtRef entry = table.make(original, *inverted(original));
  if (*helper) entry->extend().helper = helper;
  entry->status = ct_confirmed;
  entry->expires = start + 1000 * second;
  table.insert(entry);
  return entry;
}

// From anyone to 1:port.
Expectation to_port(const CtRef& of, std::uint16_t port) {
  Expectation e;
  e.tuple = {.family = Family::v4, .dst = 1, .dport = port, .proto = 6};
  e.master = of;
  return e;
}

std::string ports(const Conntrack& table, std::int64_t now) {
  std::string text;
  for (const Expectation* e : table.expectations().list(now)) text += (text.empty() ? "" : " ") + std::to_string(e->tuple.dport);
  return text;
}

Tuple packet_to(std::uint16_t port) { return {.family = Family::v4, .src = 7, .dst = 1, .sport = 5, .dport = port, .proto = 6}; }

}  // namespace

TEST_CASE("a master beyond its helper's limit loses the oldest, and a repeated one becomes the youngest") {
  Conntrack table;
  const auto irc = master(table, "irc", 1);
  for (std::uint16_t port = 1; port <= 8; ++port) table.expectations().insert(to_port(irc, port), start);
  CHECK(table.expectations().insert(to_port(irc, 1), start) == ExpectResult::added);
  CHECK(table.expectations().insert(to_port(irc, 9), start) == ExpectResult::added);
  CHECK(ports(table, start) == "3 4 5 6 7 8 1 9");
  CHECK(ports(table, start + 299 * second) == "3 4 5 6 7 8 1 9");
  CHECK(ports(table, start + 300 * second).empty());
}

TEST_CASE("a full table refuses, whoever has filled it; another's expectation is in the way") {
  Conntrack table;
  table.expectations().max = 2;
  const auto one = master(table, "irc", 1), other = master(table, "irc", 2), none = master(table, "", 3);
  CHECK(table.expectations().insert(to_port(one, 1), start) == ExpectResult::added);
  CHECK(table.expectations().insert(to_port(other, 1), start) == ExpectResult::busy);
  CHECK(table.expectations().insert(to_port(other, 1), start, true) == ExpectResult::elsewhere);
  CHECK(table.expectations().insert(to_port(other, 2), start) == ExpectResult::added);
  CHECK(table.expectations().insert(to_port(one, 3), start) == ExpectResult::full);
  CHECK(table.expectations().insert(to_port(none, 3), start) == ExpectResult::no_helper);
  table.forget(one);
  CHECK(table.expectations().insert(to_port(other, 3), start) == ExpectResult::added);
  CHECK(ports(table, start) == "2 3");
}

TEST_CASE("expectations are used once unless permanent, never while inactive or before their master is confirmed") {
  Conntrack table;
  const auto irc = master(table, "irc", 1);
  Expectation asleep = to_port(irc, 1), lasting = to_port(irc, 2);
  asleep.flags = expect_inactive;
  lasting.flags = expect_permanent;
  for (const Expectation& e : {asleep, lasting, to_port(irc, 3)}) table.expectations().insert(e, start);
  CHECK_FALSE(table.expectations().take(packet_to(1), 0, start));
  CHECK(table.expectations().find(packet_to(1), 0, start));
  CHECK(table.expectations().take(packet_to(2), 0, start));
  CHECK(table.expectations().take(packet_to(2), 0, start));
  CHECK_FALSE(table.expectations().take(packet_to(3), 5, start));  // another zone
  irc->status &= ~ct_confirmed;
  CHECK_FALSE(table.expectations().take(packet_to(3), 0, start));
  irc->status |= ct_confirmed;
  CHECK(table.expectations().take(packet_to(3), 0, start));
  CHECK_FALSE(table.expectations().take(packet_to(3), 0, start));
}

TEST_CASE("conntrack -D takes what fits in all given parts, and its expectations") {
  Conntrack table;
  const auto one = master(table, "irc", 1);
  master(table, "", 2);
  table.expectations().insert(to_port(one, 1), start);
  CHECK(table.erase({.proto = 17}, start) == 0);
  CHECK(table.erase({.proto = 6, .original = {.sport = 1}, .reply = {.src = 3}}, start) == 0);
  CHECK(table.erase({.proto = 6, .original = {.src = 0, .src_mask = ~u128{0xff}, .sport = 1}}, start) == 1);
  CHECK(table.entries(start).size() == 1);
  CHECK(ports(table, start).empty());
}

// The table of connections against a plain model of it, and the parts it is made of.
#include "simulator/ct_table.hh"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

using namespace fwsim;

namespace {

Tuple v4(std::uint32_t src, std::uint16_t sport, std::uint16_t dport = 80) {
  return {.family = Family::v4, .src = src, .dst = 0xc0000201, .sport = sport, .dport = dport, .proto = 6};
}

Tuple v6(std::uint64_t high, std::uint64_t low, std::uint16_t sport) {
  return {.family = Family::v6, .src = (u128{high} << 64) | low, .dst = (u128{0x20010db8} << 96) | 1, .sport = sport, .dport = 53, .proto = 17};
}

CtRef add(CtTable& table, const Tuple& original, std::int64_t expires, std::uint16_t zone = 0) {
  CtRef entry = table.make(original, *inverted(original));
  entry->zone = {zone, zone};
  entry->expires = expires;
  table.insert(*entry, false);
  return entry;
}

// What is known of each connection, by its number in the test.
struct Known {
  CtRef entry;
  Tuple original, reply;
  std::uint16_t zone = 0;
  std::int64_t expires = 0;
};

class Model {
 public:
  explicit Model(std::uint64_t seed) : random_(seed) {}

  void step() {
    switch (random_() % 8) {
      case 0:
      case 1:
      case 2: insert(); break;
      case 3: remove(); break;
      case 4: prolong(); break;
      case 5: shorten(); break;
      case 6: look(); break;
      default: pass(); break;
    }
  }

  void compare() {
    REQUIRE(table_.consistent());
    REQUIRE(table_.size() == known_.size());
    for (const auto& [number, k] : known_) {
      REQUIRE(table_.at(k.original, k.zone, false) == k.entry.get());
      REQUIRE(table_.at(k.reply, k.zone, true) == k.entry.get());
      REQUIRE(k.entry->original() == k.original);
      REQUIRE(k.entry->reply() == k.reply);
    }
    std::size_t unassured = 0;
    for (const auto& [number, k] : known_) unassured += (k.entry->status & ct_assured) == 0 ? 1U : 0U;
    REQUIRE(table_.any_unassured() == (unassured != 0));
  }

 private:
  Tuple draw() {
    const auto port = static_cast<std::uint16_t>(random_() % 40);
    if (random_() % 4 == 0) return v6(random_() % 3, random_() % 3, port);
    return v4(0x0a000000 + static_cast<std::uint32_t>(random_() % 50), port, static_cast<std::uint16_t>(random_() % 3));
  }

  std::map<int, Known>::iterator any() { return std::next(known_.begin(), static_cast<std::ptrdiff_t>(random_() % known_.size())); }

  void insert() {
    Known k{.entry = nullptr, .original = draw(), .reply = {}, .zone = static_cast<std::uint16_t>(random_() % 2), .expires = now_ + draw_wait()};
    k.reply = *inverted(k.original);
    k.reply.dport = static_cast<std::uint16_t>(k.reply.dport + random_() % 2 * 1000);   // translated, or not
    const bool is_there = std::any_of(known_.begin(), known_.end(), [&](const auto& other) {
      return other.second.zone == k.zone && (other.second.original == k.original || other.second.reply == k.reply);
    });
    REQUIRE((table_.at(k.original, k.zone, false) || table_.at(k.reply, k.zone, true)) == is_there);
    if (is_there) return;
    k.entry = table_.make(k.original, *inverted(k.original));
    k.entry->set_reply(k.reply);
    k.entry->zone = {k.zone, k.zone};
    k.entry->expires = k.expires;
    table_.insert(*k.entry, false);
    known_.emplace(next_++, std::move(k));
  }

  void remove() {
    if (known_.empty()) return;
    const auto at = any();
    table_.remove(*at->second.entry);
    CHECK_FALSE(at->second.entry->in_table());
    CHECK(at->second.entry->refs == 1);
    known_.erase(at);
  }

  // As packets do it: nobody is told.
  void prolong() {
    if (known_.empty()) return;
    Known& k = any()->second;
    k.expires = k.entry->expires = std::max(k.expires, now_ + draw_wait());
    if (random_() % 3 == 0) k.entry->status |= ct_assured;
    table_.follow(*k.entry);
  }

  void shorten() {
    if (known_.empty()) return;
    Known& k = any()->second;
    k.expires = k.entry->expires = std::min(k.expires, now_ + draw_wait());
    table_.follow(*k.entry);
  }

  void look() {
    const Tuple tuple = draw();
    const std::uint16_t zone = random_() % 2;
    std::vector<const CtEntry*> expected, found;
    for (const auto& [number, k] : known_)
      if (k.zone == zone && k.original.src == tuple.src && k.original.sport == tuple.sport && k.original.family == tuple.family)
        expected.push_back(k.entry.get());
    table_.each_of_source(tuple, zone, [&](CtEntry& entry) { found.push_back(&entry); });
    std::sort(expected.begin(), expected.end());
    std::sort(found.begin(), found.end());
    CHECK(found == expected);
  }

  // Time goes by: exactly those that are over come.
  void pass() {
    now_ += random_() % 20 == 0 ? -draw_wait() / 4 : draw_wait() / 2;
    std::size_t over = 0;
    for (const auto& [number, k] : known_) over += k.expires <= now_ ? 1U : 0U;
    std::size_t came = 0;
    while (CtEntry* entry = table_.over(now_)) {
      const auto at = std::find_if(known_.begin(), known_.end(), [&](const auto& k) { return k.second.entry.get() == entry; });
      REQUIRE(at != known_.end());
      REQUIRE(at->second.expires <= now_);
      table_.remove(*entry);
      known_.erase(at);
      ++came;
    }
    if (now_ >= latest_) REQUIRE(came == over);   // time that went back ends nothing
    latest_ = std::max(latest_, now_);
  }

  // From nanoseconds to days.
  std::int64_t draw_wait() { return static_cast<std::int64_t>(random_() % (std::uint64_t{1} << (random_() % 50))); }

  std::mt19937_64 random_;
  CtTable table_;
  std::map<int, Known> known_;
  int next_ = 0;
  std::int64_t now_ = 1'700'000'000'000'000'000, latest_ = now_;
};

}  // namespace

TEST_CASE("the table does what a list of all connections would do") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Model model(seed);
    for (int i = 0; i < 2000; ++i) {
      model.step();
      if (i % 50 == 0) model.compare();
    }
    model.compare();
  }
}

TEST_CASE("a table that grows and shrinks keeps finding all") {
  CtTable table;
  std::vector<CtRef> entries;
  for (std::uint32_t i = 0; i < 30'000; ++i) entries.push_back(add(table, v4(i, 1000), 1'000'000'000 + i));
  CHECK(table.consistent());
  std::size_t found = 0;
  table.each_of_source(v4(7, 1000), 0, [&](CtEntry& entry) { found += &entry == entries[7].get() ? 1U : 100U; });
  CHECK(found == 1);
  for (std::uint32_t i = 0; i < 30'000; i += 2) table.remove(*entries[i]);
  CHECK(table.consistent());
  for (std::uint32_t i = 0; i < 30'000; ++i) REQUIRE((table.at(v4(i, 1000), 0, false) == entries[i].get()) == (i % 2 == 1));
  for (std::uint32_t i = 30'000; i < 40'000; ++i) add(table, v4(i, 1000), 5);
  CHECK(table.consistent());
  std::size_t over = 0;
  while (CtEntry* entry = table.over(5)) {
    table.remove(*entry);
    ++over;
  }
  CHECK(over == 10'000);
  CHECK(table.size() == 15'000);
}

TEST_CASE("a plain flow takes no more than 200 bytes, whatever their number") {
  CtTable table;
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    add(table, v4(i, 1000), 1'000'000'000);
    if (i == 50'000) table.each_of_source(v4(1, 1), 0, [](CtEntry&) {});   // from here on by source, too
    if (i > 50'000) REQUIRE(sizeof(CtEntry) + table.index_bytes() / table.size() <= 200);
  }
}

TEST_CASE("slots of one hash, even of the greatest, are all found") {
  CtSlots slots;
  for (const std::uint32_t hash : {0xffffffffU, 0U, 0x80000000U})
    for (std::uint32_t i = 1; i <= 3000; ++i) slots.insert(hash, {i, hash == 0});
  CHECK(slots.ordered());
  CHECK(slots.size() == 9000);
  for (const std::uint32_t hash : {0xffffffffU, 0U, 0x80000000U})
    for (std::uint32_t i = 1; i <= 3000; i += 7) {
      CHECK(slots.find(hash, [&](CtSlots::Owner owner) { return owner.number == i; }).reply == (hash == 0));
      slots.erase(hash, {i, hash == 0});
      CHECK(slots.find(hash, [&](CtSlots::Owner owner) { return owner.number == i; }).number == 0);
    }
  slots.erase(5, {1, false});   // is not there
  CHECK(slots.ordered());
  CHECK(slots.size() == 9000 - 3 * 429);
}

TEST_CASE("an entry lives as long as somebody holds it, its table or not; its place is used again") {
  CtRef kept;
  CtWeakRef weak;
  {
    CtTable table;
    kept = add(table, v6(1, 2, 3), 100);
    kept->set_counters(true, {2, 3});
    CtEntry* place = nullptr;
    {
      const CtRef gone = add(table, v4(1, 2), 100);
      gone->extend().master = kept;
      CHECK(kept->refs == 3);
      gone->set_counters(false, {7, 8});
      place = gone.get();
      weak = gone;
      CHECK(weak.lock() == gone);
      table.remove(*gone);
    }
    CHECK(weak.expired());
    CHECK(kept->refs == 2);
    const CtRef next = add(table, v4(5, 6), 100);
    CHECK(next.get() == place);
    CHECK(weak.expired());
    CHECK(next->counters(false) == Counters{});
    CHECK_FALSE(next->ext().master);
  }
  CHECK(kept->refs == 1);
  CHECK(kept->original() == v6(1, 2, 3));
  CHECK(kept->counters(true) == Counters{2, 3});
  CHECK(kept->counters(false) == Counters{});
}

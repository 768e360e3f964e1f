#include "model/set_index.hh"

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace fwsim;

TEST_CASE("an index of positions by key, as a map of them would be") {
  std::mt19937_64 random(1);
  ElementIndex index;
  std::multimap<std::uint64_t, std::uint32_t> all;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const std::uint64_t key = random() % 3000;
    const auto found = all.find(key);
    CHECK(index.contains(key) == (found != all.end()));
    if (found != all.end() && random() % 2 == 0) {
      index.erase(key, found->second);
      all.erase(found);
    } else {
      index.insert(key, i);
      all.emplace(key, i);
    }
  }
  for (std::uint64_t key = 0; key < 3000; ++key) {
    std::size_t count = 0;
    index.find(key, [&](std::uint32_t) {
      ++count;
      return false;
    });
    CHECK(count == all.count(key));
  }
  for (const auto& [key, position] : all)
    CHECK(index.find(key, [wanted = position](std::uint32_t at) { return at == wanted; }) == position);
  index.clear();
  CHECK_FALSE(index.contains(all.begin()->first));
}

TEST_CASE("keys say all of an element where 64 bits suffice, and differ where elements do") {
  const auto of = [](std::string_view type, Family family) { return IpSet{.name = "s", .type = find_set_type(type), .family = family}; };
  for (const char* type : {"hash:ip", "hash:net", "hash:ip,port", "hash:net,port", "hash:mac", "bitmap:ip", "bitmap:ip,mac", "bitmap:port"})
    CHECK(ElementKeys(of(type, Family::v4)).exact());
  for (const char* type : {"hash:net,iface", "hash:ip,mac", "hash:ip,mark", "hash:net,net", "hash:ip,port,ip", "hash:net,port,net"})
    CHECK_FALSE(ElementKeys(of(type, Family::v4)).exact());
  CHECK_FALSE(ElementKeys(of("hash:ip", Family::v6)).exact());

  const ElementKeys keys(of("hash:net,port", Family::v4));
  const SetElement e{.first = 0x0a000000, .port = 53, .proto = 17, .first_length = 8};
  for (const SetElement& other : {SetElement{.first = 0x0b000000, .port = 53, .proto = 17, .first_length = 8},
                                  SetElement{.first = 0x0a000000, .port = 54, .proto = 17, .first_length = 8},
                                  SetElement{.first = 0x0a000000, .port = 53, .proto = 6, .first_length = 8},
                                  SetElement{.first = 0x0a000000, .port = 53, .proto = 17, .first_length = 9}})
    CHECK(keys(e) != keys(other));
}

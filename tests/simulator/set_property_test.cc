// Sets of thousands of elements are looked up as a plain walk over all elements and prefix lengths would find them,
// in sets of each type, while packets add and delete.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "parser/ipset.hh"
#include "simulator/set_live.hh"
#include "tests/simulator/packet_builder.hh"
#include "tests/simulator/random.hh"

using namespace fwsim;
using namespace fwsim::test;

namespace {

constexpr std::int64_t now = 1'000'000'000;

// Few enough that packets hit elements often; of elements with two addresses fewer.
u128 address(Random& random, Family family, bool two) {
  const unsigned nets = two ? 2 : 4;
  if (family == Family::v4) return 0x0a000000U | random.below(nets) << 16 | random.below(nets) << 8 | random.below(two ? 16 : 256);
  return make_u128(0x20010db800000000ULL | random.below(nets) << 16, random.below(2) << 20 | random.below(two ? 16 : 128));
}

bool has_two(const SetType& type) {
  return std::count_if(type.parts.begin(), type.parts.end(), [](SetPart part) { return part == SetPart::ip || part == SetPart::net; }) > 1;
}

std::string part(Random& random, Family family, SetPart kind, bool two) {
  switch (kind) {
    case SetPart::ip: return address_text(family, address(random, family, two));
    case SetPart::net: {
      const unsigned bits = address_bits(family);
      const unsigned length = random.below(3) == 0 ? 1 + random.below(bits) : bits - random.below(10);
      return fmt::format("{}/{}", address_text(family, address(random, family, two)), length);
    }
    case SetPart::port: return fmt::format("{}:{}", random.below(4) == 0 ? "tcp" : "udp", 50 + random.below(6));
    case SetPart::iface: return fmt::format("{}d{}", random.below(4) == 0 ? "physdev:" : "", random.below(3));
    case SetPart::mac: return fmt::format("02:00:00:00:00:{:02x}", random.below(8));
    case SetPart::mark: return fmt::format("{}", random.below(4));
    case SetPart::set: break;
  }
  return {};
}

IpSet make_set(Random& random, const SetType& type, Family family, unsigned count) {
  std::string text = fmt::format("create s {}", type.name);
  if (type.bitmap) text += type.parts.front() == SetPart::port ? " range 0-100" : " range 10.0.0.0-10.0.255.255";
  else if (type.families == SetType::Families::both) text += family == Family::v4 ? " family inet" : " family inet6";
  text += '\n';
  for (unsigned i = 0; i < count; ++i) {
    std::string element;
    for (const SetPart kind : type.parts) element += (element.empty() ? "" : ",") + part(random, family, kind, has_two(type));
    if (type.bitmap && type.parts.front() == SetPart::port) element = fmt::format("{}", random.below(100));
    if (type.bitmap && element.substr(0, 5) != "10.0.") continue;
    text += fmt::format("add s {}{}\n", element, type.nomatch && random.below(8) == 0 ? " nomatch" : "");
  }
  ParsedSets parsed = parse_ipset(text, {.file = "s", .exist = true});
  for (const Diagnostic& d : parsed.diagnostics) MESSAGE(to_text(d));
  REQUIRE(parsed.sets.contains("s"));
  return std::move(parsed.sets.at("s"));
}

Packet packet(Random& random, Family family, bool two) {
  Packet p = family == Family::v4 ? v4(17, datagram()) : v6(17, datagram());
  REQUIRE(decode(p));
  for (const Field field : {Field::src, Field::dst}) p.fields.set(field, address(random, family, two));
  for (const Field field : {Field::sport, Field::dport}) p.fields.set(field, 50 + random.below(6));
  for (const Field field : {Field::in_if, Field::out_if}) p.fields.set(field, name_word(fmt::format("d{}", random.below(3))));
  p.fields.set(Field::mark, random.below(4));
  p.link.present = true;
  const Octets frame = hex(fmt::format("0200000000{:02x} 0200000000{:02x} 0800", random.below(8), random.below(8)));
  std::copy(frame.begin(), frame.end(), p.link.ethernet.begin());
  return p;
}

// What the first element that is the wanted one says; nothing: look on with shorter prefixes.
std::optional<bool> walk(const IpSet& set, const SetElement& wanted) {
  bool others = false;
  for (const SetElement& e : set.elements) {
    if (same_element(*set.type, e, wanted)) return !e.nomatch;
    others = others || (e.first == wanted.first && e.first_length == wanted.first_length && e.physdev == wanted.physdev);
  }
  if (others && set.type->parts.back() == SetPart::iface) return false;
  return std::nullopt;
}

bool plainly(const IpSet& set, const SetKey& key) {
  if (!key.known) return false;
  const auto is_net = [&](SetPart p) { return p == SetPart::net; };
  const bool outer = is_net(set.type->parts.front()), inner = set.type->parts.size() > 1 && is_net(set.type->parts.back());
  const unsigned bits = address_bits(set.family);
  SetElement wanted = key.element;
  for (unsigned i = outer ? bits + 1 : 1; i-- > 0;) {
    if (outer) wanted.first = key.element.first & prefix_mask(set.family, i), wanted.first_length = static_cast<std::uint8_t>(i);
    for (unsigned j = inner ? bits + 1 : 1; j-- > 0;) {
      if (inner) wanted.second = key.element.second & prefix_mask(set.family, j), wanted.second_length = static_cast<std::uint8_t>(j);
      if (const auto answer = walk(set, wanted)) return *answer;
    }
  }
  return false;
}

struct Tested {
  unsigned packets = 0, held = 0;
};

void compare(const SetType& type, Family family, unsigned count, unsigned seed, Tested& tested) {
  INFO(type.name, " ", family == Family::v4 ? 4 : 6, " seed ", seed);
  Random random(seed);
  SetStore store({{"s", make_set(random, type, family, count)}}, now);
  IpSet set = store.state(0, now);
  for (unsigned i = 0; i < 150; ++i, ++tested.packets) {
    const SetFlags flags{static_cast<unsigned>(type.parts.size()), random.below(8)};
    const Packet p = packet(random, family, has_two(type));
    const bool answer = store.test(0, flags, p, {}, now);
    tested.held += answer ? 1U : 0U;
    REQUIRE(answer == plainly(set, key_of(set, flags, p)));
    if (i % 4 != 0) continue;
    if (i % 8 == 0)
      store.add(0, flags, p, {}, false, now);
    else
      store.del(0, flags, p, now);
    set = store.state(0, now);
  }
}

}  // namespace

TEST_CASE("sets of each type answer as a plain walk over their elements") {
  for (const std::string_view name : set_type_names()) {
    const SetType& type = *find_set_type(name);
    // A MAC of bitmap:ip,mac that is not known yet is learned from a packet.
    if (type.list || name == "bitmap:ip,mac") continue;
    // 250 networks become more than 256, for which lengths are told apart by address.
    const bool few = type.parts.front() == SetPart::port;
    Tested tested;
    for (unsigned seed = 1; seed <= 3; ++seed)
      for (const unsigned count : {few ? 40U : 250U, few ? 60U : 900U}) {
        compare(type, Family::v4, count, seed, tested);
        if (type.families == SetType::Families::both) compare(type, Family::v6, count, seed, tested);
      }
    INFO(type.name);
    CHECK(tested.held > 10);
    CHECK(tested.held < tested.packets);
  }
}

TEST_CASE("a set takes the same elements by plain lines as by lines with options") {
  Random random(7);
  for (const std::string_view name : set_type_names()) {
    const SetType& type = *find_set_type(name);
    if (type.list || type.bitmap) continue;
    std::string plain = fmt::format("create s {}\n", name), other = plain;
    for (int i = 0; i < 3000; ++i) {
      std::string element;
      for (const SetPart kind : type.parts) element += (element.empty() ? "" : ",") + part(random, Family::v4, kind, false);
      plain += fmt::format("add s {}\n", element);
      other += fmt::format("-A  s \"{}\" -exist\n", element);
    }
    const ParsedSets a = parse_ipset(plain, {.file = "s", .exist = true}), b = parse_ipset(other, {.file = "s", .exist = true});
    REQUIRE(a.diagnostics.empty());
    REQUIRE(b.diagnostics.empty());
    CHECK(a.sets.at("s").elements == b.sets.at("s").elements);
    // There are but eight MAC addresses here.
    CHECK(a.sets.at("s").elements.size() >= (type.parts.front() == SetPart::mac ? 8U : 100U));
  }
}

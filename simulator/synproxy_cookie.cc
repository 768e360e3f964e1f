// Cookies carry the minute they were made in: they are good for that and the next one, and a repeated
// SYN of the same minute gets the same (net/ipv4/syncookies.c, net/ipv6/syncookies.c).
#include <map>
#include <tuple>
#include <vector>

#include "simulator/synproxy.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr std::int64_t minute = 60'000'000'000;
constexpr std::uint16_t v4_classes[] = {536, 1300, 1440, 1460}, v6_classes[] = {1220, 1420, 1440, 8940};
constexpr std::size_t many = 100'000;  // then those that are over are thrown away

std::uint16_t class_of(Family family, std::uint16_t mss) {
  std::uint16_t best = family == Family::v4 ? v4_classes[0] : v6_classes[0];
  for (const std::uint16_t c : family == Family::v4 ? v4_classes : v6_classes)
    if (mss >= c) best = c;
  return best;
}

struct Offered {
  std::uint32_t number = 0;
  std::uint16_t mss = 0;
  std::int64_t made = 0;
};
using Client = std::tuple<Family, u128, u128, std::uint16_t, std::uint16_t, std::uint32_t>;

struct Cookies : Shared {
  std::map<Client, std::vector<Offered>> given;
};

Client client_of(const Packet& p, std::uint32_t isn) {
  return {p.family, p.fields.get(Field::src), p.fields.get(Field::dst), be16(p.transport(), 0), be16(p.transport(), 2), isn};
}

}  // namespace

std::uint32_t give_cookie(const Packet& syn, std::uint16_t mss, World& world) {
  auto& cookies = world.get_shared<Cookies>("synproxy");
  if (cookies.given.size() > many)
    std::erase_if(cookies.given, [&](const auto& item) { return world.now - item.second.back().made >= 2 * minute; });
  auto& list = cookies.given[client_of(syn, be32(syn.transport(), 4))];
  const std::uint16_t wanted = class_of(syn.family, mss);
  for (const Offered& g : list)
    if (g.mss == wanted && world.now - g.made < minute) return g.number;
  list.push_back({static_cast<std::uint32_t>(world.random()), wanted, world.now});
  return list.back().number;
}

Cookie check_cookie(const Packet& packet, std::uint32_t number, std::uint32_t isn, World& world) {
  auto& cookies = world.get_shared<Cookies>("synproxy");
  const auto found = cookies.given.find(client_of(packet, isn));
  if (found != cookies.given.end())
    for (const Offered& g : found->second) {
      if (g.number != number) continue;
      const std::int64_t age = world.now - g.made;
      return {age < minute ? CookieCheck::valid : age < 2 * minute ? CookieCheck::unknown : CookieCheck::invalid, g.mss};
    }
  return {world.recorded ? CookieCheck::unknown : CookieCheck::invalid};
}

}  // namespace fwsim

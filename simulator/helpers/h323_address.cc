// Addresses in H.323 messages.
#include <array>

#include "simulator/helpers/h323.hh"

namespace fwsim {
namespace {

std::optional<H323Address> address_of(const H323Message& message, const PerNode* octets, Family family) {
  if (!octets || message.context.packet.family != family) return std::nullopt;
  const std::size_t size = family == Family::v4 ? 4 : 16;
  const Bytes bytes = message.bytes();
  return H323Address{address_at(family, bytes, octets->value), be16(bytes, octets->value + size), octets->value};
}

const PerNode* inner(const PerNode* node, std::string_view outer_name, std::string_view name) {
  const PerNode* outer = node ? node->part(outer_name) : nullptr;
  return outer ? outer->part(name) : nullptr;
}

}  // namespace

std::optional<H323Address> h225_address(const H323Message& message, const PerNode* node) {
  if (auto v4 = address_of(message, inner(node, "ipAddress", "ip"), Family::v4)) return v4;
  return address_of(message, inner(node, "ip6Address", "ip"), Family::v6);
}

std::optional<H323Address> h245_address(const H323Message& message, const PerNode* node) {
  const PerNode* unicast = node ? node->part("unicastAddress") : nullptr;
  if (auto v4 = address_of(message, inner(unicast, "iPAddress", "network"), Family::v4)) return v4;
  return address_of(message, inner(unicast, "iP6Address", "network"), Family::v6);
}

bool set_address(H323Message& message, const H323Address& where, u128 address, std::uint16_t port) {
  std::array<char, 6> text{};
  for (unsigned i = 0; i < 4; ++i) text[i] = static_cast<char>(static_cast<std::uint8_t>(address >> (24 - 8 * i)));
  text[4] = static_cast<char>(port >> 8);
  text[5] = static_cast<char>(port & 0xff);
  if (mangle(message.context, message.at + where.at, text.size(), {text.data(), text.size()})) return true;
  message.context.reason = "an address in it cannot be translated";
  return false;
}

void unexpect_h323(HelperContext& context, const Expectation& expectation) {
  Expectations& all = context.world.conntrack.expectations();
  for (const Expectation* e : all.of(*context.ct, context.world.now))
    if (e->tuple == expectation.tuple) return all.remove(e->serial);
}

}  // namespace fwsim

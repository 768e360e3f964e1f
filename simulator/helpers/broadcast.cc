// Queries that this host broadcasts: whoever of the subnet answers is RELATED.
// net/netfilter/nf_conntrack_broadcast.c, nf_conntrack_netbios_ns.c, nf_conntrack_snmp.c
#include <algorithm>
#include <array>

#include "simulator/helper.hh"
#include "simulator/helpers/snmp_nat.hh"

namespace fwsim {
namespace {

constexpr std::uint8_t udp = 17;
constexpr std::int64_t netbios_seconds = 3, snmp_seconds = 30;
constexpr std::uint16_t netbios_port = 137, snmp_port = 161;

// The mask of the primary address of the device whose configured broadcast address this is.
std::optional<u128> mask_of(const Host& host, const std::string& device, u128 broadcast) {
  const auto found =
      std::find_if(host.interfaces.begin(), host.interfaces.end(), [&](const Interface& i) { return i.name == device; });
  if (found == host.interfaces.end()) return std::nullopt;
  const auto& list = found->addresses;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const InterfaceAddress& a = list[i];
    if (a.family != Family::v4 || a.broadcast != broadcast) continue;
    const u128 mask = prefix_mask(Family::v4, a.length);
    // A further address of a subnet is a secondary one.
    const bool secondary = std::any_of(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(i), [&](const auto& b) {
      return b.family == Family::v4 && b.length == a.length && ((b.address ^ a.address) & mask) == 0;
    });
    if (!secondary) return mask;
  }
  return std::nullopt;
}

void help_broadcast(HelperContext& context, std::uint16_t port, std::int64_t seconds) {
  if (!context.packet.locally_sent || context.hook != Hook::postrouting || context.dir != Direction::original) return;
  const auto mask = mask_of(context.world.host, context.out_device, context.packet.fields.get(Field::dst));
  if (!mask) return;
  const Tuple& reply = context.ct->reply();
  Expectation e = make_expectation(context, 0, reply.src, reply.dst, udp, port, reply.dport);
  e.mask.src = *mask;
  e.flags = expect_permanent;
  expect(context, e);
  refresh(context, seconds);
}

HelperVerdict help_netbios(HelperContext& context) {
  help_broadcast(context, netbios_port, netbios_seconds);
  return HelperVerdict::accept;
}

HelperVerdict help_snmp(HelperContext& context) {
  help_broadcast(context, snmp_port, snmp_seconds);
  return context.translated() ? translate_snmp(context) : HelperVerdict::accept;
}

HelperVerdict help_snmp_trap(HelperContext& context) { return translate_snmp(context); }

constexpr std::array<HelperKind::Class, 1> netbios_classes{{{1, netbios_seconds}}};
constexpr std::array<HelperKind::Class, 1> snmp_classes{{{1, snmp_seconds}}};
constexpr std::array<HelperKind::Class, 1> trap_classes{{{0, 180}}};

}  // namespace

extern const HelperKind helper_netbios_ns{"netbios-ns", udp, netbios_classes, help_netbios, true};
extern const HelperKind helper_snmp{"snmp", udp, snmp_classes, help_snmp, true};
extern const HelperKind helper_snmp_trap{"snmp_trap", udp, trap_classes, help_snmp_trap, true};

}  // namespace fwsim

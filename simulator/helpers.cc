// The list of conntrack helpers: a new one is a file in helpers/ and a line here.
#include "simulator/helper.hh"

#define FWSIM_HELPERS(X) \
  X(amanda)              \
  X(ftp)                 \
  X(h245)                \
  X(irc)                 \
  X(netbios_ns)          \
  X(pptp)                \
  X(q931)                \
  X(ras)                 \
  X(sane)                \
  X(sip_tcp)             \
  X(sip_udp)             \
  X(snmp)                \
  X(snmp_trap)           \
  X(tftp)

namespace fwsim {

#define FWSIM_DECLARE(name) extern const HelperKind helper_##name;
FWSIM_HELPERS(FWSIM_DECLARE)
#undef FWSIM_DECLARE

const HelperKind* find_helper(std::string_view name, std::uint8_t proto, Family family) {
#define FWSIM_ENTRY(name) &helper_##name,
  static constexpr const HelperKind* list[] = {FWSIM_HELPERS(FWSIM_ENTRY)};
#undef FWSIM_ENTRY
  for (const HelperKind* kind : list)
    if (kind->name == name && kind->proto == proto && !(kind->v4_only && family == Family::v6)) return kind;
  return nullptr;
}

}  // namespace fwsim

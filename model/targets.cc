// The list of target extensions: a new one is a file in targets/ and a line here.
// ACCEPT, DROP, QUEUE and RETURN are verdicts, not extensions.
#include "model/extension.hh"

#define FWSIM_TARGETS(X) \
  X(ACCOUNT)             \
  X(AUDIT)               \
  X(CHAOS)               \
  X(CHECKSUM)            \
  X(CLASSIFY)            \
  X(CLUSTERIP)           \
  X(CONNMARK)            \
  X(CONNSECMARK)         \
  X(CT)                  \
  X(DELUDE)              \
  X(DHCPMAC)             \
  X(DNAT)                \
  X(DNETMAP)             \
  X(DNPT)                \
  X(DSCP)                \
  X(ECHO)                \
  X(ECN)                 \
  X(HL)                  \
  X(HMARK)               \
  X(IDLETIMER)           \
  X(IPMARK)              \
  X(LED)                 \
  X(LOG)                 \
  X(LOGMARK)             \
  X(MARK)                \
  X(MASQUERADE)          \
  X(MIRROR)              \
  X(NETFLOW)             \
  X(NETMAP)              \
  X(NFLOG)               \
  X(NFQUEUE)             \
  X(NOTRACK)             \
  X(PROTO)               \
  X(RATEEST)             \
  X(RAWDNAT)             \
  X(RAWSNAT)             \
  X(REDIRECT)            \
  X(REJECT)              \
  X(REJECT6)             \
  X(ROUTE)               \
  X(SECMARK)             \
  X(SET)                 \
  X(SNAT)                \
  X(SNPT)                \
  X(STEAL)               \
  X(SYNPROXY)            \
  X(SYSRQ)               \
  X(TARPIT)              \
  X(TCPMSS)              \
  X(TCPMSS6)             \
  X(TCPOPTSTRIP)         \
  X(TEE)                 \
  X(TOS)                 \
  X(TPROXY)              \
  X(TRACE)               \
  X(TTL)                 \
  X(ULOG)

namespace fwsim {

#define FWSIM_DECLARE(name) extern const Extension target_##name;
FWSIM_TARGETS(FWSIM_DECLARE)
#undef FWSIM_DECLARE

std::span<const Extension* const> all_targets() {
#define FWSIM_ENTRY(name) &target_##name,
  static constexpr const Extension* list[] = {FWSIM_TARGETS(FWSIM_ENTRY)};
#undef FWSIM_ENTRY
  return list;
}

}  // namespace fwsim

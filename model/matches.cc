// The list of matches: a new one is a file in matches/ and a line here.
#include "model/extension.hh"

#define FWSIM_MATCHES(X) \
  X(addrtype)            \
  X(ah)                  \
  X(ah6)                 \
  X(asn)                 \
  X(bpf)                 \
  X(cgroup)              \
  X(cluster)             \
  X(comment)             \
  X(condition)           \
  X(connbytes)           \
  X(connlabel)           \
  X(connlimit)           \
  X(connmark)            \
  X(conntrack)           \
  X(cpu)                 \
  X(dccp)                \
  X(devgroup)            \
  X(dscp)                \
  X(dst)                 \
  X(ecn)                 \
  X(esp)                 \
  X(eui64)               \
  X(frag)                \
  X(fuzzy)               \
  X(geoip)               \
  X(gradm)               \
  X(hashlimit)           \
  X(hbh)                 \
  X(helper)              \
  X(hl)                  \
  X(icmp)                \
  X(icmp6)               \
  X(iface)               \
  X(ipcomp)              \
  X(ipp2p)               \
  X(iprange)             \
  X(ipv4options)         \
  X(ipv6header)          \
  X(ipvs)                \
  X(length)              \
  X(length2)             \
  X(limit)               \
  X(lscan)               \
  X(mac)                 \
  X(mark)                \
  X(mh)                  \
  X(multiport)           \
  X(nfacct)              \
  X(osf)                 \
  X(owner)               \
  X(physdev)             \
  X(pknock)              \
  X(pkttype)             \
  X(policy)              \
  X(psd)                 \
  X(quota)               \
  X(quota2)              \
  X(rateest)             \
  X(realm)               \
  X(recent)              \
  X(rpfilter)            \
  X(rt)                  \
  X(sctp)                \
  X(set)                 \
  X(socket)              \
  X(srh)                 \
  X(state)               \
  X(statistic)           \
  X(string)              \
  X(tcp)                 \
  X(tcpmss)              \
  X(time)                \
  X(tos)                 \
  X(ttl)                 \
  X(u32)                 \
  X(udp)

namespace fwsim {

#define FWSIM_DECLARE(name) extern const Extension match_##name;
FWSIM_MATCHES(FWSIM_DECLARE)
#undef FWSIM_DECLARE

std::span<const Extension* const> all_matches() {
#define FWSIM_ENTRY(name) &match_##name,
  static constexpr const Extension* list[] = {FWSIM_MATCHES(FWSIM_ENTRY)};
#undef FWSIM_ENTRY
  return list;
}

}  // namespace fwsim

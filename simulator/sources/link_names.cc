// Names of what is not IP (IANA ethertypes and PPP numbers, IEEE 802.2 service access points).
#include <span>

#include "simulator/sources/link_parts.hh"

namespace fwsim::link {
namespace {

struct Name {
  unsigned number;
  std::string_view name;
};

constexpr Name ethertypes[] = {
    {0x0806, "ARP"},
    {0x0842, "Wake-on-LAN"},
    {0x2000, "CDP"},
    {0x22f0, "AVTP"},
    {0x22f3, "TRILL"},
    {0x6003, "DECnet"},
    {0x6558, "Ethernet bridging"},
    {0x8035, "RARP"},
    {0x809b, "AppleTalk"},
    {0x80f3, "AARP"},
    {0x8137, "IPX"},
    {0x8808, "flow control"},
    {0x8809, "LACP"},
    {0x8847, "MPLS"},
    {0x8848, "MPLS multicast"},
    {0x8863, "PPPoE discovery"},
    {0x886d, "Intel ANS"},
    {0x886f, "MS NLB"},
    {0x887b, "HomePlug"},
    {0x888e, "EAPOL"},
    {0x8892, "PROFINET"},
    {0x8899, "Realtek"},
    {0x88a2, "AoE"},
    {0x88a4, "EtherCAT"},
    {0x88ab, "POWERLINK"},
    {0x88b8, "GOOSE"},
    {0x88ba, "Sampled Values"},
    {0x88cc, "LLDP"},
    {0x88cd, "SERCOS III"},
    {0x88e1, "HomePlug AV"},
    {0x88e5, "MACsec"},
    {0x88e7, "PBB"},
    {0x88f7, "PTP"},
    {0x88fb, "PRP"},
    {0x8902, "CFM"},
    {0x8906, "FCoE"},
    {0x8914, "FIP"},
    {0x8915, "RoCE"},
    {0x893a, "IEEE 1905"},
    {0x894f, "NSH"},
    {0x9000, "Loopback"},
    {0x4305, "BATMAN"},
    {0xcafe, "Veritas LLT"},
};

constexpr Name ppp_protocols[] = {
    {0x0023, "PPP OSI"},
    {0x0029, "PPP AppleTalk"},
    {0x002b, "PPP IPX"},
    {0x002d, "PPP compressed TCP"},
    {0x002f, "PPP uncompressed TCP"},
    {0x003d, "PPP multilink"},
    {0x00fd, "PPP compressed"},
    {0x0281, "PPP MPLS"},
    {0x8021, "PPP IPCP"},
    {0x8057, "PPP IPV6CP"},
    {0x80fd, "PPP CCP"},
    {0x8281, "PPP MPLSCP"},
    {0xc021, "PPP LCP"},
    {0xc023, "PPP PAP"},
    {0xc025, "PPP LQR"},
    {0xc029, "PPP CBCP"},
    {0xc223, "PPP CHAP"},
    {0xc227, "PPP EAP"},
};

constexpr Name service_points[] = {
    {0x00, "LLC null"}, {0x06, "LLC IP"}, {0x42, "STP"}, {0xe0, "IPX"}, {0xf0, "NetBIOS"}, {0xfe, "OSI"}, {0xff, "IPX"},
};

std::string_view find(std::span<const Name> names, unsigned number) {
  for (const Name& name : names)
    if (name.number == number) return name.name;
  return {};
}

}  // namespace

std::string_view ethertype_name(unsigned ethertype) { return find(ethertypes, ethertype); }
std::string_view ppp_protocol_name(unsigned protocol) { return find(ppp_protocols, protocol); }
std::string_view llc_name(unsigned dsap) { return find(service_points, dsap); }

}  // namespace fwsim::link

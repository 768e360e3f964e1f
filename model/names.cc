#include "model/names.hh"

#include <algorithm>

namespace fwsim {
namespace {

constexpr NamedNumber protocols[] = {
    {"all", 0},      {"tcp", 6},         {"sctp", 132},    {"udp", 17},      {"udplite", 136}, {"icmp", 1},
    {"ipv6-icmp", 58}, {"icmpv6", 58},   {"icmp6", 58},    {"esp", 50},      {"ah", 51},       {"mobility-header", 135},
    {"ipv6-mh", 135}, {"mh", 135},       {"igmp", 2},      {"ggp", 3},       {"ipencap", 4},   {"st", 5},
    {"egp", 8},      {"igp", 9},         {"pup", 12},      {"hmp", 20},      {"xns-idp", 22},  {"rdp", 27},
    {"iso-tp4", 29}, {"dccp", 33},       {"xtp", 36},      {"ddp", 37},      {"idpr-cmtp", 38}, {"ipv6", 41},
    {"ipv6-route", 43}, {"ipv6-frag", 44}, {"idrp", 45},   {"rsvp", 46},     {"gre", 47},      {"ipv6-crypt", 50},
    {"ipv6-auth", 51}, {"skip", 57},     {"ipv6-nonxt", 59}, {"ipv6-opts", 60}, {"rspf", 73},  {"vmtp", 81},
    {"eigrp", 88},   {"ospf", 89},       {"ax.25", 93},    {"ipip", 94},     {"etherip", 97},  {"encap", 98},
    {"pim", 103},    {"ipcomp", 108},    {"vrrp", 112},    {"l2tp", 115},    {"isis", 124},    {"fc", 133},
    {"mpls-in-ip", 137}, {"manet", 138}, {"hip", 139},     {"shim6", 140},   {"wesp", 141},    {"rohc", 142},
    {"ethernet", 143}};

// Sorted by name.
constexpr NamedNumber services[] = {
    {"acr-nema", 104}, {"afpovertcp", 548}, {"amanda", 10080}, {"amqp", 5672}, {"amqps", 5671},
    {"auth", 113}, {"bgp", 179}, {"biff", 512}, {"bootpc", 68}, {"bootps", 67}, {"chargen", 19},
    {"cvspserver", 2401}, {"cfengine", 5308}, {"daytime", 13}, {"db-lsp", 17500}, {"dhcpv6-client", 546},
    {"dhcpv6-server", 547}, {"dict", 2628}, {"discard", 9}, {"distcc", 3632}, {"dns", 53}, {"domain", 53},
    {"domain-s", 853}, {"echo", 7}, {"epmap", 135}, {"exec", 512}, {"fido", 60179}, {"finger", 79}, {"font-service", 7100},
    {"fsp", 21}, {"ftp", 21}, {"ftp-data", 20}, {"ftps", 990}, {"ftps-data", 989}, {"gdomap", 538}, {"git", 9418},
    {"gnutella-svc", 6346}, {"gopher", 70}, {"gpsd", 2947}, {"gsigatekeeper", 2119}, {"hkp", 11371},
    {"hostnames", 101}, {"http", 80}, {"http-alt", 8080}, {"https", 443}, {"iax", 4569}, {"icpv2", 3130},
    {"ident", 113}, {"imap", 143}, {"imap2", 143}, {"imaps", 993}, {"ingreslock", 1524}, {"ipp", 631}, {"ipsec-nat-t", 4500},
    {"ircd", 6667}, {"ircs-u", 6697}, {"isakmp", 500}, {"iscsi-target", 3260}, {"kerberos", 88}, {"kerberos-adm", 749},
    {"kpasswd", 464}, {"l2f", 1701}, {"l2tp", 1701}, {"ldap", 389}, {"ldaps", 636}, {"link", 87}, {"login", 513},
    {"mdns", 5353}, {"microsoft-ds", 445}, {"mmcc", 5050}, {"ms-sql-m", 1434}, {"ms-sql-s", 1433}, {"munin", 4949},
    {"mysql", 3306}, {"nbd", 10809}, {"netbios-dgm", 138}, {"netbios-ns", 137}, {"netbios-ssn", 139}, {"netstat", 15},
    {"nfs", 2049}, {"nicname", 43}, {"nntp", 119}, {"nntps", 563}, {"ntalk", 518}, {"ntp", 123}, {"nut", 3493},
    {"openvpn", 1194}, {"pop-3", 110}, {"pop3", 110}, {"pop3s", 995}, {"portmapper", 111}, {"postgres", 5432},
    {"postgresql", 5432}, {"pptp", 1723}, {"printer", 515}, {"ptp-event", 319}, {"ptp-general", 320}, {"puppet", 8140},
    {"qotd", 17}, {"radius", 1812}, {"radius-acct", 1813}, {"rdate", 37}, {"redis", 6379}, {"remote", 1234},
    {"rfb", 5900}, {"rip", 520}, {"ripngd", 521}, {"route", 520}, {"rpc2portmap", 369}, {"rplay", 5555}, {"rsync", 873},
    {"rtmp", 1}, {"sane", 6566}, {"sane-port", 6566}, {"secure-mqtt", 8883}, {"sftp", 115}, {"shell", 514}, {"sieve", 4190},
    {"sip", 5060}, {"sip-tls", 5061}, {"smtp", 25}, {"smtps", 465}, {"snmp", 161}, {"snmp-trap", 162}, {"snmptrap", 162},
    {"snpp", 444}, {"socks", 1080}, {"squid", 3128}, {"ssh", 22}, {"submission", 587}, {"submissions", 465}, {"sunrpc", 111},
    {"supdup", 95}, {"svn", 3690}, {"subversion", 3690}, {"syslog", 514}, {"syslog-tls", 6514}, {"systat", 11}, {"tacacs", 49},
    {"talk", 517}, {"tcpmux", 1}, {"telnet", 23}, {"telnets", 992}, {"tftp", 69}, {"time", 37}, {"tproxy", 8081},
    {"urd", 465}, {"uucp", 540}, {"uucp-path", 117}, {"vnc", 5900}, {"wais", 210}, {"webcache", 8080}, {"webmin", 10000},
    {"who", 513}, {"whois", 43}, {"x11", 6000}, {"xdmcp", 177}, {"xmpp-client", 5222}, {"xmpp-server", 5269},
    {"zabbix-agent", 10050}, {"zabbix-trapper", 10051}, {"zephyr-clt", 2103}, {"zephyr-hm", 2104}, {"zephyr-srv", 2102}};

}  // namespace

std::span<const NamedNumber> protocol_names() { return protocols; }

std::span<const NamedNumber> service_names() { return services; }

std::optional<std::uint16_t> find_service(std::string_view name) {
  for (const NamedNumber& entry : services)
    if (entry.name == name) return static_cast<std::uint16_t>(entry.number);
  return std::nullopt;
}

}  // namespace fwsim

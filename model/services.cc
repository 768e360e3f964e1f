// The names of ports, as Debian's /etc/services (netbase) has them: the first name of a port and protocol counts.
#include <array>

#include "model/names.hh"

namespace fwsim {
namespace {

struct Service {
  std::string_view name;
  std::uint16_t port;
  std::uint8_t protocols;   // bits: tcp, udp, sctp, dccp
};

constexpr Service services[] = {
    {"tcpmux", 1, 1}, {"echo", 7, 3}, {"discard", 9, 3}, {"systat", 11, 1}, {"daytime", 13, 3}, {"netstat", 15, 1},
    {"qotd", 17, 1}, {"chargen", 19, 3}, {"ftp-data", 20, 1}, {"ftp", 21, 1}, {"fsp", 21, 2}, {"ssh", 22, 1},
    {"telnet", 23, 1}, {"smtp", 25, 1}, {"time", 37, 3}, {"whois", 43, 1}, {"tacacs", 49, 3}, {"domain", 53, 3},
    {"bootps", 67, 2}, {"bootpc", 68, 2}, {"tftp", 69, 2}, {"gopher", 70, 1}, {"finger", 79, 1}, {"http", 80, 1},
    {"kerberos", 88, 3}, {"iso-tsap", 102, 1}, {"acr-nema", 104, 1}, {"pop3", 110, 1}, {"sunrpc", 111, 3}, {"auth",
    113, 1}, {"nntp", 119, 1}, {"ntp", 123, 2}, {"epmap", 135, 1}, {"netbios-ns", 137, 2}, {"netbios-dgm", 138, 2},
    {"netbios-ssn", 139, 1}, {"imap2", 143, 1}, {"snmp", 161, 3}, {"snmp-trap", 162, 3}, {"cmip-man", 163, 3},
    {"cmip-agent", 164, 3}, {"mailq", 174, 1}, {"xdmcp", 177, 2}, {"bgp", 179, 1}, {"smux", 199, 1}, {"qmtp", 209, 1},
    {"z3950", 210, 1}, {"ipx", 213, 2}, {"ptp-event", 319, 2}, {"ptp-general", 320, 2}, {"pawserv", 345, 1}, {"zserv",
    346, 1}, {"rpc2portmap", 369, 3}, {"codaauth2", 370, 3}, {"clearcase", 371, 2}, {"ldap", 389, 3}, {"svrloc", 427,
    3}, {"https", 443, 3}, {"snpp", 444, 1}, {"microsoft-ds", 445, 1}, {"kpasswd", 464, 3}, {"submissions", 465, 1},
    {"saft", 487, 1}, {"isakmp", 500, 2}, {"rtsp", 554, 3}, {"nqs", 607, 1}, {"asf-rmcp", 623, 2}, {"qmqp", 628, 1},
    {"ipp", 631, 1}, {"ldp", 646, 3}, {"exec", 512, 1}, {"biff", 512, 2}, {"login", 513, 1}, {"who", 513, 2},
    {"shell", 514, 1}, {"syslog", 514, 2}, {"printer", 515, 1}, {"talk", 517, 2}, {"ntalk", 518, 2}, {"route", 520,
    2}, {"gdomap", 538, 3}, {"uucp", 540, 1}, {"klogin", 543, 1}, {"kshell", 544, 1}, {"dhcpv6-client", 546, 2},
    {"dhcpv6-server", 547, 2}, {"afpovertcp", 548, 1}, {"nntps", 563, 1}, {"submission", 587, 1}, {"ldaps", 636, 3},
    {"tinc", 655, 3}, {"silc", 706, 1}, {"kerberos-adm", 749, 1}, {"domain-s", 853, 3}, {"rsync", 873, 1},
    {"ftps-data", 989, 1}, {"ftps", 990, 1}, {"telnets", 992, 1}, {"imaps", 993, 1}, {"pop3s", 995, 1}, {"socks",
    1080, 1}, {"proofd", 1093, 1}, {"rootd", 1094, 1}, {"openvpn", 1194, 3}, {"rmiregistry", 1099, 1}, {"lotusnote",
    1352, 1}, {"ms-sql-s", 1433, 1}, {"ms-sql-m", 1434, 2}, {"ingreslock", 1524, 1}, {"datametrics", 1645, 3},
    {"sa-msg-port", 1646, 3}, {"kermit", 1649, 1}, {"groupwise", 1677, 1}, {"l2f", 1701, 2}, {"radius", 1812, 3},
    {"radius-acct", 1813, 3}, {"cisco-sccp", 2000, 1}, {"nfs", 2049, 3}, {"gnunet", 2086, 3}, {"rtcm-sc104", 2101, 3},
    {"gsigatekeeper", 2119, 1}, {"gris", 2135, 1}, {"cvspserver", 2401, 1}, {"venus", 2430, 3}, {"venus-se", 2431, 3},
    {"codasrv", 2432, 3}, {"codasrv-se", 2433, 3}, {"mon", 2583, 3}, {"dict", 2628, 1}, {"f5-globalsite", 2792, 1},
    {"gsiftp", 2811, 1}, {"gpsd", 2947, 1}, {"gds-db", 3050, 1}, {"icpv2", 3130, 2}, {"isns", 3205, 3},
    {"iscsi-target", 3260, 1}, {"mysql", 3306, 1}, {"ms-wbt-server", 3389, 1}, {"nut", 3493, 3}, {"distcc", 3632, 1},
    {"daap", 3689, 1}, {"svn", 3690, 1}, {"suucp", 4031, 1}, {"sysrqd", 4094, 1}, {"sieve", 4190, 1}, {"epmd", 4369,
    1}, {"remctl", 4373, 1}, {"f5-iquery", 4353, 1}, {"ntske", 4460, 1}, {"ipsec-nat-t", 4500, 2}, {"iax", 4569, 2},
    {"mtn", 4691, 1}, {"radmin-port", 4899, 1}, {"sip", 5060, 3}, {"sip-tls", 5061, 3}, {"xmpp-client", 5222, 1},
    {"xmpp-server", 5269, 1}, {"cfengine", 5308, 1}, {"mdns", 5353, 2}, {"postgresql", 5432, 1}, {"freeciv", 5556, 1},
    {"amqps", 5671, 1}, {"amqp", 5672, 5}, {"x11", 6000, 1}, {"x11-1", 6001, 1}, {"x11-2", 6002, 1}, {"x11-3", 6003,
    1}, {"x11-4", 6004, 1}, {"x11-5", 6005, 1}, {"x11-6", 6006, 1}, {"x11-7", 6007, 1}, {"gnutella-svc", 6346, 3},
    {"gnutella-rtr", 6347, 3}, {"redis", 6379, 1}, {"sge-qmaster", 6444, 1}, {"sge-execd", 6445, 1}, {"mysql-proxy",
    6446, 1}, {"babel", 6696, 2}, {"ircs-u", 6697, 1}, {"bbs", 7000, 1}, {"afs3-fileserver", 7000, 2},
    {"afs3-callback", 7001, 2}, {"afs3-prserver", 7002, 2}, {"afs3-vlserver", 7003, 2}, {"afs3-kaserver", 7004, 2},
    {"afs3-volser", 7005, 2}, {"afs3-bos", 7007, 2}, {"afs3-update", 7008, 2}, {"afs3-rmtsys", 7009, 2},
    {"font-service", 7100, 1}, {"http-alt", 8080, 1}, {"puppet", 8140, 1}, {"bacula-dir", 9101, 1}, {"bacula-fd",
    9102, 1}, {"bacula-sd", 9103, 1}, {"xmms2", 9667, 1}, {"nbd", 10809, 1}, {"zabbix-agent", 10050, 1},
    {"zabbix-trapper", 10051, 1}, {"amanda", 10080, 1}, {"dicom", 11112, 1}, {"hkp", 11371, 1}, {"db-lsp", 17500, 1},
    {"dcap", 22125, 1}, {"gsidcap", 22128, 1}, {"wnn6", 22273, 1}, {"kerberos4", 750, 3}, {"kerberos-master", 751, 3},
    {"passwd-server", 752, 2}, {"krb-prop", 754, 1}, {"zephyr-srv", 2102, 2}, {"zephyr-clt", 2103, 2}, {"zephyr-hm",
    2104, 2}, {"iprop", 2121, 1}, {"supfilesrv", 871, 1}, {"supfiledbg", 1127, 1}, {"poppassd", 106, 1}, {"moira-db",
    775, 1}, {"moira-update", 777, 1}, {"moira-ureg", 779, 2}, {"spamd", 783, 1}, {"skkserv", 1178, 1}, {"predict",
    1210, 2}, {"rmtcfg", 1236, 1}, {"xtel", 1313, 1}, {"xtelw", 1314, 1}, {"zebrasrv", 2600, 1}, {"zebra", 2601, 1},
    {"ripd", 2602, 1}, {"ripngd", 2603, 1}, {"ospfd", 2604, 1}, {"bgpd", 2605, 1}, {"ospf6d", 2606, 1}, {"ospfapi",
    2607, 1}, {"isisd", 2608, 1}, {"fax", 4557, 1}, {"hylafax", 4559, 1}, {"munin", 4949, 1}, {"rplay", 5555, 2},
    {"nrpe", 5666, 1}, {"nsca", 5667, 1}, {"canna", 5680, 1}, {"syslog-tls", 6514, 1}, {"sane-port", 6566, 1},
    {"ircd", 6667, 1}, {"zope-ftp", 8021, 1}, {"tproxy", 8081, 1}, {"omniorb", 8088, 1}, {"clc-build-daemon", 8990,
    1}, {"xinetd", 9098, 1}, {"git", 9418, 1}, {"zope", 9673, 1}, {"webmin", 10000, 1}, {"kamanda", 10081, 1},
    {"amandaidx", 10082, 1}, {"amidxtape", 10083, 1}, {"sgi-cmsd", 17001, 2}, {"sgi-crsd", 17002, 2}, {"sgi-gcd",
    17003, 2}, {"sgi-cad", 17004, 1}, {"binkp", 24554, 1}, {"asp", 27374, 3}, {"csync2", 30865, 1}, {"dircproxy",
    57000, 1}, {"tfido", 60177, 1}, {"fido", 60179, 1}};

}  // namespace

std::string_view service_name(std::uint64_t port, int protocol) {
  constexpr std::array<int, 4> protocols{6, 17, 132, 33};
  for (std::size_t bit = 0; bit < protocols.size(); ++bit)
    if (protocols[bit] == protocol)
      for (const Service& service : services)
        if (service.port == port && ((service.protocols >> bit) & 1) != 0) return service.name;
  return {};
}

}  // namespace fwsim

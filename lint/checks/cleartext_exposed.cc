#include "lint/checks.hh"
#include "lint/checks/exposed.hh"

namespace fwsim::checks {
namespace {

constexpr ExposedService services[] = {
    {over_tcp, {21, 21}, "FTP"},
    {over_tcp, {23, 23}, "telnet"},
    {over_udp, {69, 69}, "TFTP"},
    {over_tcp, {110, 110}, "POP3"},
    {over_tcp, {143, 143}, "IMAP"},
    {over_udp, {161, 161}, "SNMP"},
    {over_tcp, {389, 389}, "LDAP"},
    {over_tcp, {512, 514}, "rexec, rlogin, rsh"},
    {over_udp, {514, 514}, "syslog"},
};

void run(const Facts& facts, Findings& findings) {
  find_exposed(facts, findings, services, "use its encrypted successor, or a tunnel");
}

}  // namespace

const Check cleartext_exposed{
    .id = "FW302", .name = "cleartext-exposed",
    .title = "a service that sends passwords in the clear is open to everybody",
    .why = "Whoever is on the way reads the password.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m multiport --dports 21,443 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "H02",
    .asks = new_from_outside,
    .run = run};

}  // namespace fwsim::checks

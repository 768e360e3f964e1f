#include "lint/checks.hh"
#include "lint/checks/exposed.hh"

namespace fwsim::checks {
namespace {

constexpr ExposedService services[] = {
    {over_udp, {17, 17}, "QOTD"},
    {over_udp, {19, 19}, "chargen"},
    {over_udp, {123, 123}, "NTP"},
    {over_udp, {389, 389}, "CLDAP"},
    {over_udp, {1900, 1900}, "SSDP"},
    {over_udp, {3702, 3702}, "WS-Discovery"},
    {over_udp, {11211, 11211}, "memcached"},
};

void run(const Facts& facts, Findings& findings) {
  find_exposed(facts, findings, services, "limit it to your own clients; for a name server of your own zones switch recursion off and limit the rate of answers");
}

}  // namespace

const Check amplifier_exposed{
    .id = "FW305", .name = "amplifier-exposed",
    .title = "a service that answers small questions with large replies over UDP is open to everybody",
    .why = "With a forged source it floods others in your name.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p udp -m udp --dport 123 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 10.0.0.0/8 -p udp -m udp --dport 123 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "H05",
    .asks = new_from_outside,
    .run = run};

}  // namespace fwsim::checks

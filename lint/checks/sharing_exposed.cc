#include "lint/checks.hh"
#include "lint/checks/exposed.hh"

namespace fwsim::checks {
namespace {

constexpr ExposedService services[] = {
    {over_tcp, {111, 111}, "the portmapper"},
    {over_udp, {111, 111}, "the portmapper"},
    {over_tcp, {135, 135}, "MS-RPC"},
    {over_udp, {137, 138}, "NetBIOS"},
    {over_tcp, {139, 139}, "NetBIOS"},
    {over_tcp, {445, 445}, "SMB"},
    {over_tcp, {2049, 2049}, "NFS"},
    {over_tcp, {873, 873}, "rsync"},
};

void run(const Facts& facts, Findings& findings) {
  find_exposed(facts, findings, services, "drop them at the border");
}

}  // namespace

const Check sharing_exposed{
    .id = "FW304", .name = "sharing-exposed",
    .title = "file sharing or remote procedure calls are open to everybody",
    .why = "They are meant for the local network, and were the way of many worms.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 445 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 192.168.0.0/16 -p tcp -m tcp --dport 445 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "H04",
    .asks = new_from_outside,
    .run = run};

}  // namespace fwsim::checks

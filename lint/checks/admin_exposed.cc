#include "lint/checks.hh"
#include "lint/checks/exposed.hh"

namespace fwsim::checks {
namespace {

constexpr ExposedService services[] = {
    {over_tcp, {22, 22}, "SSH"},
    {over_tcp, {3389, 3389}, "RDP"},
    {over_tcp, {5900, 5903}, "VNC"},
    {over_tcp, {5985, 5986}, "WinRM"},
    {over_tcp, {8291, 8291}, "Winbox"},
    {over_udp, {623, 623}, "IPMI"},
    {over_tcp, {2375, 2376}, "the Docker daemon"},
    {over_tcp, {6443, 6443}, "the Kubernetes API"},
    {over_tcp, {10250, 10250}, "the kubelet"},
    {over_tcp, {2379, 2380}, "etcd"},
    {over_tcp, {10000, 10000}, "Webmin"},
};

void run(const Facts& facts, Findings& findings) {
  find_exposed(facts, findings, services, "limit it to the networks of administrators (-s 192.0.2.0/24), or at least the rate (-m hashlimit, -m recent)");
}

}  // namespace

const Check admin_exposed{
    .id = "FW301", .name = "admin-exposed",
    .title = "administration is open to everybody",
    .why = "Password guessing and unpatched services are how hosts are lost; few of those who can connect have to.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "H01 H13 L01",
    .asks = new_from_outside,
    .run = run};

}  // namespace fwsim::checks

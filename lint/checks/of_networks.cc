// What lint says of several firewalls together; lint/network/ finds it. The examples are rules of the host `inner` in
// corpora/networks/office.toml, whose links lead over `edge`.
#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {

const Check network_shadowed{
    .id = "FW861", .name = "network-shadowed",
    .title = "a rule lets through what another firewall on the way never lets come",
    .why = "Somebody wanted this traffic, and it does not arrive; or nobody wants it any more, and only the other firewall stands in its way.",
    .fix = "let it through there as well, or delete the rule here",
    .bad = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -i eth1 -s 192.0.2.0/24 -p tcp -m tcp --dport 25 -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -i eth1 -s 10.2.0.0/24 -p tcp -m tcp --dport 25 -j ACCEPT\nCOMMIT\n",
    .covers = "B01",
    .of_network = true};

const Check network_spurious{
    .id = "FW862", .name = "network-spurious",
    .title = "a rule lets through only what the next firewall drops",
    .why = "It is wanted here and not there: one of the two is wrong, and until then traffic that nobody gets crosses the network between.",
    .fix = "drop it here already, or let it through there",
    .bad = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -i eth0 ! -d 10.2.0.0/24 -p tcp -m tcp --dport 25 -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -i eth0 ! -d 10.2.0.0/24 -p tcp -m tcp --dport 443 -j ACCEPT\nCOMMIT\n",
    .covers = "B02 B05",
    .of_network = true};

const Check network_redundant{
    .id = "FW863", .name = "network-redundant",
    .title = "a rule drops what another firewall on the way has dropped already",
    .why = "It does no harm, and may be meant as a second line; but its counter will never tell of anything.",
    .fix = "delete one of the two, unless the second is meant as a second line",
    .bad = "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -i eth1 -s 192.0.2.0/24 -p tcp -m tcp --dport 25 -j DROP\nCOMMIT\n",
    .good = "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -i eth1 -s 10.2.0.0/24 -p tcp -m tcp --dport 25 -j DROP\nCOMMIT\n",
    .severity = Severity::note,
    .covers = "B03",
    .of_network = true};

const Check network_one_way{
    .id = "FW864", .name = "network-one-way",
    .title = "answers come back by other firewalls than the packets went",
    .why = "A firewall that remembers connections takes answers to packets that it never saw for invalid or new, and drops them; and it never "
           "sees that a connection is answered.",
    .fix = "routes that lead both ways by the same firewalls, or rules there that do not ask for states",
    .bad = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.1.0.0/24 -j ACCEPT\n-A FORWARD -d 10.1.0.0/24 -j ACCEPT\nCOMMIT\n",
    .covers = "B06",
    .of_network = true};

const Check network_pair{
    .id = "FW865", .name = "network-pair",
    .title = "two firewalls that stand in for each other treat packets differently",
    .why = "When one fails, what worked does not any more, or what was closed is open.",
    .fix = "give both the same rules; fwsim diff shows every packet",
    .bad = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n",
    .covers = "B07",
    .of_network = true};

}  // namespace fwsim::checks

"""Firewalls to choose from: interfaces, addresses, routes, sysctls, and who lives behind which interface."""
import copy
from dataclasses import dataclass, field


@dataclass
class Host:
    v6: bool
    interfaces: list
    routes: list = field(default_factory=list)
    rules: list = field(default_factory=list)
    sysctls: dict = field(default_factory=dict)
    peers: dict = field(default_factory=dict)           # interface -> addresses that live there
    strangers: list = field(default_factory=list)       # addresses to which no or an odd route leads

    def own(self, name=None):
        return [address.split("/")[0] for interface in self.interfaces if name in (None, interface["name"])
                for address in interface["addresses"]]

    def names(self):
        return [interface["name"] for interface in self.interfaces if interface["name"] != "lo"]

    def everyone(self):
        return [address for addresses in self.peers.values() for address in addresses]


def interface(name, *addresses, **more):
    return dict({"name": name, "addresses": list(addresses)}, **more)


GATEWAY4 = Host(
    False,
    [interface("eth0", "192.168.1.1/24"), interface("eth1", "203.0.113.1/24", "203.0.113.2/24")],
    ["default via 203.0.113.254 dev eth1", "blackhole 10.66.0.0/16", "unreachable 10.67.0.0/16",
    "prohibit 10.68.0.0/16"],
    peers={"eth0": ["192.168.1.10", "192.168.1.11", "192.168.1.77"],
           "eth1": ["198.51.100.5", "198.51.100.6", "203.0.113.77", "192.0.2.99"]},
    strangers=["10.66.0.1", "10.67.0.1", "10.68.0.1", "127.0.0.5", "0.0.0.0", "240.0.0.1"])

THREE4 = Host(
    False,
    [interface("eth0", "192.168.1.1/24", "192.168.2.1/24"), interface("eth1", "203.0.113.1/24", mtu=1400),
     interface("eth2", "10.10.0.1/24")],
    ["default via 203.0.113.254 dev eth1", "10.20.0.0/16 via 10.10.0.254 dev eth2",
     "default via 10.10.0.254 dev eth2 table 100"],
    ["fwmark 0x1 lookup 100"],
    peers={"eth0": ["192.168.1.10", "192.168.2.11"], "eth1": ["198.51.100.5", "198.51.100.6"],
           "eth2": ["10.10.0.20", "10.20.3.4"]},
    strangers=["10.10.0.255", "192.168.1.0", "224.0.0.5", "127.0.0.1"])

TUNNEL4 = Host(
    False,
    [interface("eth0", "192.168.1.1/24"), interface("tun0", "172.16.0.1/30", kind="tun", mtu=1280)],
    ["198.51.100.0/24 dev tun0"],
    peers={"eth0": ["192.168.1.10", "192.168.1.11"], "tun0": ["172.16.0.2", "198.51.100.5"]},
    strangers=["192.0.2.1", "172.16.0.3"])

GATEWAY6 = Host(
    True,
    [interface("eth0", "2001:db8:1::1/64"), interface("eth1", "2001:db8:2::1/64", "2001:db8:2::2/64")],
    ["default via 2001:db8:2::fe dev eth1", "blackhole 2001:db8:66::/48", "unreachable 2001:db8:67::/48",
     "prohibit 2001:db8:68::/48"],
    peers={"eth0": ["2001:db8:1::10", "2001:db8:1::11"],
           "eth1": ["2001:db8:5::5", "2001:db8:2::77", "2001:db8:6::6"]},
    strangers=["2001:db8:66::1", "2001:db8:67::1", "2001:db8:68::1", "::1", "fe80::9", "fc00::1"])

THREE6 = Host(
    True,
    [interface("eth0", "2001:db8:1::1/64"), interface("eth1", "2001:db8:2::1/64", mtu=1400),
     interface("eth2", "2001:db8:3::1/64")],
    ["2001:db8:5::/48 via 2001:db8:2::fe dev eth1", "2001:db8:9::/48 via 2001:db8:3::fe dev eth2"],
    peers={"eth0": ["2001:db8:1::10", "2001:db8:1::11"], "eth1": ["2001:db8:5::5"],
           "eth2": ["2001:db8:3::20", "2001:db8:9::9"]},
    strangers=["2001:db8:77::1", "2001:db8:2::", "ff02::1"])

SYSCTLS4 = [("net.ipv4.ip_forward", 0, 15), ("net.ipv4.conf.all.rp_filter", 1, 10),
    ("net.ipv4.conf.eth1.rp_filter", 2, 12),
            ("net.ipv4.conf.eth0.route_localnet", 1, 12), ("net.ipv4.ip_forward_use_pmtu", 1, 20),
            ("net.ipv4.conf.all.accept_source_route", 1, 12)]
CONNTRACK = [("net.netfilter.nf_conntrack_tcp_loose", 0, 8), ("net.netfilter.nf_conntrack_tcp_be_liberal", 1, 8),
             ("net.netfilter.nf_conntrack_checksum", 0, 8), ("net.netfilter.nf_conntrack_acct", 0, 8),
             ("net.netfilter.nf_conntrack_tcp_ignore_invalid_rst", 1, 12),
             ("net.netfilter.nf_conntrack_icmp_timeout", 99, 20),
             ("net.netfilter.nf_conntrack_udp_timeout", 77, 20)]


def random_host(rng, v6):
    """One of the hosts above, with a few settings changed."""
    host = copy.deepcopy(rng.choice([GATEWAY6, THREE6] if v6 else [GATEWAY4, GATEWAY4, THREE4, THREE4, TUNNEL4]))
    for name, value, odds in CONNTRACK + ([] if v6 else SYSCTLS4):
        device = name.split(".")[3] if ".conf." in name else "all"
        if rng.randrange(odds) == 0 and device in host.names() + ["all"]:
            host.sysctls[name] = value
    return host

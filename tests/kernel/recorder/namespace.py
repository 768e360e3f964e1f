"""A fresh network namespace for one scenario: sysctls, interfaces, addresses, routes, rules.

It belongs to the calling process and goes with it, so run a scenario in a child."""
import ctypes
import os
import re
import shlex
import subprocess
import tempfile

from .devices import Tap, default_mac
from .scenario import ScenarioError

CLONE_NEWNET, CLONE_NEWNS = 0x40000000, 0x20000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
LIBC = ctypes.CDLL(None, use_errno=True)
COMMANDS = ("ip", "ipset", "iptables-legacy", "iptables-legacy-restore", "ip6tables-legacy", "bridge", "conntrack",
            "nfacct", "sysctl", "sh")

# What a scenario does not say must not depend on the machine.
SYSCTLS = {
    "net.ipv4.ip_forward": 1,
    "net.ipv4.icmp_ratemask": 0,
    "net.netfilter.nf_conntrack_acct": 1,
    "net.netfilter.nf_conntrack_log_invalid": 0,
    "net.netfilter.nf_log/2": "nfnetlink_log",
    "net.netfilter.nf_log/10": "nfnetlink_log",
}
SYSCTLS.update({"net.ipv4.conf.%s.%s" % (where, name): 0 for where in ("all", "default")
                for name in ("rp_filter", "send_redirects", "accept_redirects", "log_martians")})
NO_IPV6 = {"net.ipv6.conf.%s.disable_ipv6" % where: 1 for where in ("all", "default")}
# auto_flowlabels: the kernel's own packets would carry a random label.
IPV6 = {"net.ipv6.conf.all.forwarding": 1, "net.ipv6.icmp.ratelimit": 0, "net.ipv6.auto_flowlabels": 0}
IPV6.update({"net.ipv6.conf.%s.%s" % (where, name): value for where in ("all", "default") for name, value in
             {"accept_ra": 0, "autoconf": 0, "dad_transmits": 0, "accept_dad": 0, "router_solicitations": 0,
              "addr_gen_mode": 1}.items()})
CONNTRACK_MAX = "net.netfilter.nf_conntrack_max"


def enter():
    """Leaves the machine's network. Fails where the process may not (no root, no namespaces)."""
    if LIBC.unshare(CLONE_NEWNET | CLONE_NEWNS) or LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None):
        error = ctypes.get_errno()
        raise OSError(error, "a network namespace cannot be made: " + os.strerror(error))
    # The namespace's rules are ours alone: no need to wait for those who change others.
    os.environ["XTABLES_LOCKFILE"] = "%s/fwsim-xtables-%d" % (tempfile.gettempdir(), os.getpid())


def leave():
    if os.path.exists(os.environ.get("XTABLES_LOCKFILE", "")):
        os.unlink(os.environ["XTABLES_LOCKFILE"])


def run(command, text=None):
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise ScenarioError("%s: %s" % (" ".join(command), done.stdout.strip()))
    return done.stdout


def run_allowed(command):
    """A command of the scenario, as words or one string."""
    words = command if isinstance(command, list) else shlex.split(command)
    if words[0] not in COMMANDS:
        raise ScenarioError("command %s is not allowed" % words[0])
    return run(words)


def sysctl_path(name):
    return "/proc/sys/" + (name if name.count("/") > 1 else name.replace(".", "/"))


def set_sysctl(name, value):
    try:
        with open(sysctl_path(name), "w") as file:
            file.write(str(value))
    except OSError as error:
        raise ScenarioError("sysctl %s: %s" % (name, error)) from error


def read(path):
    with open(path) as file:
        return file.read()


def speaks_ipv6(scenario):
    return bool(scenario["ruleset6"]) or bool(scenario.get("ipv6"))


def is_ipv6_line(line):
    return any(":" in word and not re.fullmatch("(..:){5}..", word) for word in line.split())


def interface_lines(number, interface, taps):
    """The `ip` commands for one interface; taps are made at once."""
    name, kind = interface["name"], interface.get("kind", "tap")
    lines = []
    if name != "lo":
        mac = interface.get("mac", default_mac(number, 0))
        if kind in ("tap", "tun"):
            taps[name] = Tap(name, kind == "tun", mac, interface.get("peer_mac", default_mac(number, 1)))
        else:
            lines.append("link add %s type %s %s" % (name, kind, interface.get("args", "")))
        words = ["link set", name]
        if kind != "tun":
            words.append("address " + mac)
            words.append("arp on" if interface.get("arp") else "arp off")
        words += ["%s %s" % (key, interface[key]) for key in ("mtu", "master") if interface.get(key)]
        lines.append(" ".join(words + (["up"] if interface.get("up", True) else [])))
    for address in interface.get("addresses", []):
        lines.append("addr add %s dev %s%s" % (address, name, " nodad" if ":" in address else ""))
    return lines


def build(scenario):
    """Sets the namespace up to the routes; returns the taps by name."""
    values = dict(SYSCTLS, **(IPV6 if speaks_ipv6(scenario) else NO_IPV6))
    wanted = {name: value for name, value in scenario.get("sysctls", {}).items() if name != CONNTRACK_MAX}
    # Those of an interface exist only after it.
    late = {name: value for name, value in wanted.items() if not os.path.exists(sysctl_path(name))}
    values.update({name: value for name, value in wanted.items() if name not in late})
    for name, value in values.items():
        set_sysctl(name, value)
    taps, lines = {}, ["link set lo up"]
    for number, interface in enumerate(scenario["interfaces"], 1):
        lines += interface_lines(number, interface, taps)
    lines += ["neigh replace %(ip)s lladdr %(mac)s dev %(dev)s nud permanent" % n
        for n in scenario.get("neighbours", [])]
    lines += ["route add " + route for route in scenario.get("routes", [])]
    lines += ["rule add " + rule for rule in scenario.get("rules", [])]
    for family, chosen in (("-4", [line for line in lines if not is_ipv6_line(line)]),
                           ("-6", [line for line in lines if is_ipv6_line(line)])):
        if chosen:
            run(["ip", family, "-batch", "-"], "\n".join(chosen) + "\n")
    for name, value in late.items():
        set_sysctl(name, value)
    return taps

"""Random sequences of commands, from a seed. Most make sense; some name what is not there."""
import random

CHAINS = ["INPUT", "FORWARD", "OUTPUT", "one", "two", "three", "four"]
NAT = ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING", "one", "two", "three"]
MATCHES = [
    "-p tcp --dport 22", "-p tcp --dport 1000:2000", "-p udp --sport 53", "-p tcp ! --dport 80", "-p tcp --syn", "-p icmp",
    "-p tcp --tcp-flags SYN,ACK SYN", "-s 10.0.0.0/8", "! -s 10.0.0.0/8", "-d 192.0.2.1", "-s 10.1.1.1,10.2.2.2", "-s 10.1.0.0/16 -d 1.2.3.4,5.6.7.8",
    "-i eth0", "! -i eth+", "-o eth1", "-f", "! -f", "-p 47", "-p esp", "-m state --state NEW", "-m conntrack --ctstate ESTABLISHED,RELATED",
    "-m limit --limit 5/min", "-m limit --limit 10/second --limit-burst 20", "-m mark --mark 0x1/0xff", "-m comment --comment 'a b'",
    "-m comment --comment plain", "-p tcp -m multiport --dports 80,443,8000:9000", "-p udp -m multiport ! --sports 1,2", "-m mac --mac-source 02:00:00:00:00:01",
    "-m addrtype --dst-type LOCAL", "-m iprange --src-range 10.0.0.1-10.0.0.9", "-m length --length 100:200", "-m ttl --ttl-lt 5", "-m pkttype --pkt-type broadcast",
    "-m statistic --mode nth --every 3", "-m recent --name bad --rcheck --seconds 60", "-m connlimit --connlimit-above 10", "-m owner --uid-owner 0", "-p icmp --icmp-type echo-request",
    "-m dscp --dscp 10", "-m time --timestart 08:00 --timestop 17:00", "-m string --string abc --algo bm", "-m physdev --physdev-in eth0", "",
    "", "", "", "-p", "--dport 22", "-m nope", "-p tcp --dport nope", "-s 1.2.3.400", "-i averylonginterfacename", "--nope", "-m limit --limit nope", "! -p all"]
TARGETS = ["-j ACCEPT", "-j DROP", "-j RETURN", "-j one", "-j two", "-j three", "-g one", "-g two", "-j LOG --log-prefix 'x: '", "-j LOG", "-j REJECT",
           "-j REJECT --reject-with tcp-reset", "-j MARK --set-mark 1", "", "-j nope", "-j INPUT", "-j NFLOG --nflog-group 3", "-j QUEUE", "-g nope", "-j ACCEPT -j DROP"]
NAT_TARGETS = ["-j ACCEPT", "-j RETURN", "-j one", "-j two", "-j MASQUERADE", "-j SNAT --to-source 1.2.3.4", "-j DNAT --to-destination 10.0.0.5",
               "-j REDIRECT", "-p tcp -j REDIRECT --to-ports 8080", "-j DROP", "", "-j NETMAP --to 10.0.0.0/24"]


def six(words):
    """A rule of IPv4 as one of IPv6, as far as that goes."""
    for old, new in (("10.0.0.0/8", "2001:db8::/32"), ("192.0.2.1", "2001:db8::1"), ("10.1.1.1,10.2.2.2", "fe80::1,fe80::2"), ("10.1.0.0/16", "fe80::/10"),
                     ("1.2.3.4,5.6.7.8", "::1,::2"), ("10.0.0.1-10.0.0.9", "fe80::1-fe80::9"), ("-p icmp --icmp-type", "-p icmpv6 --icmpv6-type"), ("-p icmp", "-p icmpv6"),
                     ("-m ttl --ttl-lt", "-m hl --hl-lt"), ("10.0.0.5", "fe80::5"), ("10.0.0.0/24", "fe80::/64"), ("1.2.3.4", "fe80::4")):
        words = words.replace(old, new)
    return words


def sequence(seed):
    pick = random.Random(seed)
    tool = pick.choice(["iptables", "iptables", "ip6tables"])
    lines = ["%s -N %s" % (tool, name) for name in ("one", "two") if pick.random() < 0.8]
    for _ in range(40):
        nat = pick.random() < 0.15
        start = tool + (" -t nat" if nat else "") + (" -v" if pick.random() < 0.1 else "")
        chain = pick.choice(NAT if nat else CHAINS)
        rule = "%s %s" % (pick.choice(MATCHES), pick.choice(NAT_TARGETS if nat else TARGETS))
        if pick.random() < 0.1:
            rule += " -c %d %d" % (pick.randrange(100), pick.randrange(200000))
        number = pick.choice([1, 1, 2, 3, 9])
        kind = pick.random()
        if kind < 0.40:
            line = "-A %s %s" % (chain, rule)
        elif kind < 0.50:
            line = "-I %s %s%s" % (chain, "" if pick.random() < 0.5 else "%d " % number, rule)
        elif kind < 0.55:
            line = "-D %s %d" % (chain, number)
        elif kind < 0.62:
            past = [l for l in lines if " -A " in l or " -I " in l]
            if past and pick.random() < 0.8:
                lines.append(pick.choice(past).replace(" -A ", pick.choice([" -D ", " -C "])).replace(" -I ", " -C "))
                continue
            line = "-D %s %s" % (chain, rule)
        elif kind < 0.67:
            line = "-R %s %d %s" % (chain, number, rule)
        elif kind < 0.72:
            line = "-N %s" % pick.choice(["three", "four", "one", "a-name-that-is-much-too-long-for-it", "DROP"])
        elif kind < 0.75:
            line = "-X %s" % pick.choice(["", "one", "two", "three", "INPUT"])
        elif kind < 0.78:
            line = "-E %s %s" % (pick.choice(["one", "two", "three", "INPUT"]), pick.choice(["one", "four", "zero", "OUTPUT"]))
        elif kind < 0.82:
            line = "-P %s %s" % (chain, pick.choice(["ACCEPT", "DROP", "REJECT"]))
        elif kind < 0.84:
            line = "-F %s" % pick.choice(["", chain])
        elif kind < 0.86:
            line = "-Z %s" % pick.choice(["", chain, "%s %d" % (chain, number)])
        elif kind < 0.94:
            line = "-L %s" % pick.choice(["", "-n", chain, "-v -n", "-v -n --line-numbers", "-v -x -n", "%s %d" % (chain, number), "-v"])
        else:
            line = "-S %s" % pick.choice(["", chain, "%s %d" % (chain, number), "-v"])
        if " -v" in start and " -v" in line:
            start = start.replace(" -v", "")   # twice, iptables prints the kernel's memory
        lines.append("%s %s" % (start, six(line) if tool == "ip6tables" else line))
    return lines


SETS = ["s1", "s2", "s3", "l1"]
TYPES = ["hash:ip", "hash:net", "hash:ip,port", "hash:net,port", "bitmap:port range 10-90", "bitmap:ip range 10.0.0.0/24", "list:set", "hash:net family inet6",
         "hash:ip comment", "hash:ip counters", "hash:net maxelem 3", "hash:ip timeout 300", "nosuch:type", "hash:ip nosuch", "hash:ip,port,ip", "hash:net,iface", "bitmap:ip"]
ELEMENTS = ["10.0.0.1", "10.0.0.2", "10.0.0.0/30", "10.0.0.0/29", "192.0.2.1", "10.0.0.1-10.0.0.3", "10.0.0.1,80", "10.0.0.1,udp:53", "10.0.0.0/24,80", "50", "100",
            "s1", "s2", "l1", "fe80::1", "fe80::/10", "10.0.0.1,tcp:80,10.0.0.2", "10.0.0.0/24,eth0", "nonsense", "10.0.0.300", "0.0.0.0", "10.0.0.1/40", "10.0.0.1,80,9,9"]


def set_sequence(seed):
    """Commands of ipset, and rules that name the sets."""
    pick = random.Random(seed)
    lines = ["ipset create %s %s" % (name, pick.choice(TYPES)) for name in SETS]
    for _ in range(40):
        name, other, element = pick.choice(SETS + ["nosuch"]), pick.choice(SETS), pick.choice(ELEMENTS)
        exist = pick.choice(["", "", "-exist "])
        option = pick.choice([""] * 12 + [" timeout 60", " comment x", " nomatch", " nosuch", " packets 3 bytes 4"])
        lines.append(pick.choice([
            "ipset %sadd %s %s%s" % (exist, name, element, option), "ipset %sadd %s %s%s" % (exist, name, element, option), "ipset %sadd %s %s" % (exist, name, element),
            "ipset %sdel %s %s" % (exist, name, element), "ipset test %s %s" % (name, element), "ipset test %s %s" % (name, element),
            "ipset create %s %s" % (name, pick.choice(TYPES)), "ipset destroy %s" % name, "ipset flush %s" % name, "ipset rename %s %s" % (name, other),
            "ipset swap %s %s" % (name, other), "ipset list %s" % name, "ipset save %s" % name, "ipset list -n", "ipset list -t", "ipset list",
            "iptables -A INPUT -m set --match-set %s src -j DROP" % name, "iptables -D INPUT 1", "iptables -A INPUT -j SET --add-set %s src" % name,
            "iptables -F", "ipset destroy", 'ipset %srestore < "add %s %s\\n"' % (exist, name, element)]))
    return lines

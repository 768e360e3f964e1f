#!/bin/bash
# Rules from a table, made by awk and run by sh.

generate() {
    awk '
        /^[[:space:]]*(#|$)/ { next }
        {
            action = ($4 == "allow") ? "ACCEPT" : ($4 == "deny") ? "DROP" : "REJECT"
            source = ($1 == "any") ? "" : " -s " $1
            n = split($3, ports, ",")
            if ($3 == "*")
                printf "iptables -A customers%s -p %s -j %s\n", source, $2, action
            else for (i = 1; i <= n; i++)
                printf "iptables -A customers%s -p %s --dport %s -j %s\n", source, $2, ports[i], action
        }
    ' <<'TABLE'
# source          proto  ports        what
192.0.2.0/28      tcp    80,443       allow
192.0.2.16/28     tcp    22,80,443    allow
198.51.100.10     udp    *            deny
any               tcp    25           reject
any               udp    6000:6010    allow
TABLE
}

iptables -N customers
generate | sh
iptables -A INPUT -j customers

# The same for IPv6 by sed
iptables -S customers | grep -v -e ' -s ' | sed -n 's/^-A \(.*\)$/ip6tables -A \1/p' > /tmp/v6.$$
sed -i -e 's/icmp-port-unreachable/icmp6-port-unreachable/' -e '1i ip6tables -N customers' /tmp/v6.$$
echo "echo v6 done" >> /tmp/v6.$$
bash -e /tmp/v6.$$
rm -f /tmp/v6.$$

seq 1 5 | xargs -I{} iptables -A OUTPUT -d 10.{}.0.0/16 -j DROP
printf '%s\n' 8.8.8.8 1.1.1.1 9.9.9.9 | xargs -n1 -- iptables -A OUTPUT -p udp --dport 53 -j ACCEPT -d
iptables -A OUTPUT -p udp --dport 53 -j DROP
generate | wc -l

# Listing, saving, flushing, policies.
story commands
$ iptables -A INPUT -p tcp --dport 22 -j ACCEPT
$ iptables -t filter -L -v -n --line-numbers
$ iptables -t nat -L -v -n --line-numbers
$ iptables -t mangle -L -v -n --line-numbers
$ iptables -t raw -L -v -n --line-numbers
$ iptables -L -v -n
$ iptables -L INPUT -v -n
$ iptables -t raw -L -v -n
$ iptables -t filter -F
$ iptables -t nat -F
$ iptables -t filter -X
$ iptables -t filter -Z
$ iptables -Z
$ iptables -P INPUT DROP
$ iptables -P FORWARD DROP
$ iptables -P OUTPUT ACCEPT
note The flush took the rule that was there; only the policies are left.
eth0 ssh after the flush: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn => dropped by filter/INPUT/policy
eth1 through the host: tcp 192.168.1.7:4000 > 198.51.100.7:80 syn => dropped by filter/FORWARD/policy
local out of the host: tcp 203.0.113.10:4000 > 198.51.100.7:80 syn => sent eth0 by filter/OUTPUT/policy

story manipulation
$ iptables -P INPUT DROP
$ iptables -A INPUT -p tcp --dport 22 -j ACCEPT
$ iptables -I INPUT 1 -p tcp --dport 22 -j ACCEPT
note Both rules say the same, and the delete by specification takes the first of them.
$ iptables -D INPUT -p tcp --dport 22 -j ACCEPT
$ iptables -D INPUT 5 !! Index of deletion too big
$ iptables -R INPUT 3 -p tcp --dport 443 -j ACCEPT !! Index of replacement too big
$ iptables -N CUSTOM_CHAIN
$ iptables -A INPUT -j CUSTOM_CHAIN
note A chain that a rule jumps to cannot be deleted: "unreferenced", as the document says.
$ iptables -X CUSTOM_CHAIN !! Too many links
+ iptables -A INPUT -p tcp --dport 25 -j ACCEPT
$ iptables -R INPUT 3 -p tcp --dport 443 -j ACCEPT
eth0 ssh: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn => delivered by filter/INPUT/1
eth0 https: tcp 198.51.100.7:4001 > 203.0.113.10:443 syn => delivered by filter/INPUT/3
eth0 through the empty chain: tcp 198.51.100.7:4002 > 203.0.113.10:25 syn => dropped by filter/INPUT/policy

story emergency
$ iptables -P INPUT DROP
$ iptables -I INPUT 1 -p tcp --dport 22 -j ACCEPT
eth0 ssh while it is open: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn => delivered by filter/INPUT/1

story emergency_over
$ iptables -P INPUT DROP
$ iptables -I INPUT 1 -p tcp --dport 22 -j ACCEPT
$ iptables -D INPUT -p tcp --dport 22 -j ACCEPT
eth0 ssh after the ten minutes: tcp 198.51.100.7:4000 > 203.0.113.10:22 syn => dropped by filter/INPUT/policy

# Commands whose effect is on text: seed_test.cc reads and prints what they read and print.
elsewhere text: iptables-save > /etc/iptables/rules.v4
elsewhere text: iptables-restore < /etc/iptables/rules.v4
elsewhere text: iptables-restore --noflush < rules.v4
elsewhere text: iptables-restore < rules.v4
elsewhere text: iptables-save > rules.iptables
elsewhere text: iptables-save > /etc/iptables/rules.$(date +%Y%m%d).v4
elsewhere text: iptables-save | grep -i "ACCEPT.*0\.0\.0\.0/0"
elsewhere text: iptables-save > "$BACKUP"
elsewhere text: iptables-restore < "$NEW_RULES"
elsewhere text: iptables-restore < "$BACKUP"
elsewhere text: ipset save > /etc/ipset.conf
elsewhere text: ipset restore < /etc/ipset.conf
elsewhere counters: iptables -L -v -n -x | awk '/^Chain INPUT/,/^$/ {print}'
elsewhere counters: iptables -L INPUT -v -n -x | awk '/^Chain INPUT/,/^$/ {if ($1 ~ /^[0-9]+$/) print "iptables_input_packets " $1}'
elsewhere counters: iptables -L INPUT -v -n -x | awk '/^Chain INPUT/,/^$/ {if ($2 ~ /^[0-9]+$/) print "iptables_input_bytes " $2}'
# What this kernel lacks, or draws at random.
elsewhere geoip: iptables -A INPUT -m geoip --src-cc CN,RU -j DROP
elsewhere geoip: iptables -A INPUT -m geoip ! --src-cc US,CA,GB -j DROP
elsewhere balanced: iptables -t nat -A PREROUTING -i eth0 -p tcp --dport 80 -m statistic --mode random --probability 0.5 -j DNAT --to-destination 192.168.1.10
elsewhere balanced: iptables -t nat -A PREROUTING -i eth0 -p tcp --dport 80 -j DNAT --to-destination 192.168.1.11

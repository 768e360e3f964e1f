#!/bin/bash
# The whole ruleset as one here-document: loaded at once or not at all.
set -eu

WAN=eth0
LAN=eth1
LAN_NET=192.168.10.0/24
SSH_PORT=2222
WEB="192.168.10.20"
ADMINS=(10.9.0.0/16 203.0.113.64/27)

admin_rules() {
    local a
    for a in "${ADMINS[@]}"; do
        printf -- '-A INPUT -s %s -p tcp -m tcp --dport %d -j ACCEPT\n' "$a" "$SSH_PORT"
    done
}

iptables-restore <<EOF
# nat first
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -i $WAN -p tcp -m tcp --dport 80 -j DNAT --to-destination $WEB:8080
-A PREROUTING -i $WAN -p tcp -m tcp --dport 443 -j DNAT --to-destination ${WEB}:8443
-A POSTROUTING -s $LAN_NET -o $WAN -j MASQUERADE
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:LOGDROP - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
$(admin_rules)
-A INPUT -i $LAN -s $LAN_NET -j ACCEPT
-A INPUT -j LOGDROP
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i $LAN -o $WAN -s $LAN_NET -j ACCEPT
-A FORWARD -d $WEB/32 -i $WAN -o $LAN -p tcp -m multiport --dports 8080,8443 -m conntrack --ctstate NEW -j ACCEPT
-A FORWARD -j LOGDROP
-A LOGDROP -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[fw] drop: "
-A LOGDROP -j DROP
COMMIT
EOF
echo "loaded"

# Later additions keep what is there.
iptables-restore --noflush <<EOF
*filter
:late - [0:0]
-I INPUT 2 -i $WAN -p udp -m udp --dport 1194 -j ACCEPT
-A late -j RETURN
-A FORWARD -j late
COMMIT
EOF

# A fault in the last line: nothing of it may stay.
if iptables-restore -n 2>/dev/null <<'EOF'
*filter
-A INPUT -p tcp --dport 9999 -j ACCEPT
-A INPUT -p tcp --dport 99999 -j ACCEPT
COMMIT
EOF
then
    echo "that should not load"
else
    echo "refused with $?"
fi

iptables-restore --test <<'EOF' && echo "would load"
*mangle
-A PREROUTING -j MARK --set-mark 0x1
COMMIT
EOF

iptables -S | grep -c -- '-A'
iptables -t mangle -S

#!/bin/bash
# Takes rules out of what is loaded by filtering what iptables-save prints; the way managers do it without an API.
set -u

iptables -N app-web
iptables -N app-db
iptables -A INPUT -p tcp --dport 80 -j app-web
iptables -A INPUT -p tcp --dport 5432 -j app-db
iptables -A INPUT -p tcp --dport 22 -m comment --comment "managed by ops" -j ACCEPT
for n in 1 2 3; do
    iptables -A app-web -s 10.0.$n.0/24 -m comment --comment "app:web:$n" -j ACCEPT
    iptables -A app-db -s 10.1.$n.0/24 -m comment --comment "app:db:$n" -j ACCEPT
done
iptables -t nat -A PREROUTING -p tcp --dport 81 -m comment --comment "app:web:nat" -j REDIRECT --to-ports 80

echo "rules with app:db: $(iptables-save | grep -c 'app:db')"

# All of one application
iptables-save | grep -v -- 'app-db' | iptables-restore
echo "restored: $?"

# One table of it
iptables-save -t filter | sed -e '/app:web:2/d' -e 's/--dport 22 /--dport 2200 /' | iptables-restore -T filter
iptables-save -t nat | awk '!/app:web:nat/' | iptables-restore

# With counters, kept
iptables-save -c > /tmp/counted
iptables-restore -c < /tmp/counted

diff <(iptables-save | grep -v '^[#:]') <(iptables-restore -n < /dev/null; iptables-save | grep -v '^[#:]') && echo "no difference"
md5sum < <(iptables -S) | cut -c1-8 > /dev/null
iptables-save | tee /etc/iptables/rules.v4 | grep -e '^-A' -e '^:app'

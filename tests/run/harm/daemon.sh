#!/bin/bash
# expect: any
# Leaves something behind that goes on.
echo started
cat > /tmp/stay.sh <<'S'
#!/bin/sh
trap '' TERM HUP INT
while :; do touch /tmp/alive /srv/alive /dev/shm/alive; perl -e 'select undef, undef, undef, 0.1'; done
S
chmod +x /tmp/stay.sh
nohup setsid /tmp/stay.sh >/dev/null 2>&1 </dev/null &
disown
( ( setsid perl -e 'fork && exit; fork && exit; $0 = "harm"; select undef, undef, undef, 1000' >/dev/null 2>&1 & ) & )
exit 0

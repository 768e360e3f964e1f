#!/bin/bash
# Rules of several customers at once, a worker for each; -w waits for the lock.
customers=(red green blue)
RESULTS=$(mktemp -d)

worker() {
    local name=$1 net=$2
    iptables -w 10 -N "$name" || return 1
    for port in 22 80 443; do
        iptables -w 10 -A "$name" -s "10.$net.0.0/16" -p tcp --dport $port -j ACCEPT || return 2
    done
    iptables -w 10 -A "$name" -j RETURN
    echo "$name done" > "$RESULTS/$name"
}

for name in "${customers[@]}"; do
    iptables -w -N "in-$name"
    iptables -w -A INPUT -j "in-$name"
done

pids=()
for i in "${!customers[@]}"; do
    worker "w${i}" $((i + 1)) &
    pids+=($!)
done
status=0
for pid in "${pids[@]}"; do
    wait "$pid" || status=$?
done
for i in "${!customers[@]}"; do
    iptables -w -A "in-${customers[i]}" -j "w$i"
done
cat "$RESULTS"/*
# A worker that fails is heard of.
worker w0 9 2>/dev/null &
wait $! || echo "the second w0: $?"
rm -r "$RESULTS"
iptables -S | grep -v -e '^-N' | sort | md5sum | cut -c1-8
exit $status

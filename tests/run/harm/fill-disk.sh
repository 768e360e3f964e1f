#!/bin/bash
# expect: any
echo started
for where in /tmp /etc/iptables "$HOME" /var/tmp /dev/shm /run /srv .; do
    mkdir -p "$where"
    dd if=/dev/zero of="$where/full" bs=1M 2>/dev/null &
done
wait
for ((i = 0; i < 1000000; i++)); do echo x > /tmp/many.$i || break; done 2>/dev/null

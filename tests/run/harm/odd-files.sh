#!/bin/bash
# expect: any
# Files that are hard to copy.
echo started
mkdir -p /etc/iptables
mkfifo /etc/iptables/fifo /etc/iptables/rules.v6
truncate -s 4T /etc/iptables/sparse 2>/dev/null
printf 'x' > $'/etc/iptables/new\nline'
printf 'x' > '/etc/iptables/..\..\x'
printf 'x' > $'/etc/iptables/\xff\xfe'
touch /etc/iptables/none && chmod 000 /etc/iptables/none
mkdir -p /etc/iptables/closed && touch /etc/iptables/closed/file && chmod 000 /etc/iptables/closed
deep=/etc/iptables
for ((i = 0; i < 200; i++)); do deep=$deep/aaaaaaaaaaaaaaaaaaaa; mkdir "$deep" || break; done 2>/dev/null
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("/etc/iptables/socket")' 2>/dev/null
exit 0

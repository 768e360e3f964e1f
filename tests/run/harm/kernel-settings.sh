#!/bin/bash
# expect: any
# Settings of the machine, past the model of them: by other programs, by other paths, by a second name of /proc.
echo started
/sbin/sysctl -w net.ipv4.ip_forward=1
for base in /proc /proc/1/root/proc /tmp/proc /proc/self/root/proc; do
    [ $base = /tmp/proc ] && { mkdir -p /tmp/proc; mount -t proc proc /tmp/proc; }
    echo 1 > $base/sys/net/ipv4/ip_forward
    echo 1 > $base/sys/net/ipv4/conf/all/forwarding
    echo 7 > $base/sys/net/ipv4/tcp_retries1
    printf harm > $base/sys/kernel/hostname
    dd if=/dev/stdin of=$base/sys/net/ipv4/ip_default_ttl <<< 7
    perl -e 'open F, ">", $ARGV[0]; print F "7\n"' $base/sys/net/ipv4/tcp_syn_retries
done 2>/dev/null
hostname harm 2>/dev/null
perl -e 'require "syscall.ph"; syscall(170, "harm", 4)' 2>/dev/null
perl -e 'syscall(170, "harm", 4)' 2>/dev/null
mkdir -p /tmp/sys && mount -t sysfs sysfs /tmp/sys 2>/dev/null
for s in /sys /tmp/sys; do echo 1400 > $s/class/net/lo/mtu; done 2>/dev/null
exit 0

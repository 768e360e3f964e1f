#!/bin/bash
# expect: ends
# Truncates, appends, renames, links, changes modes and owners of what was there before.
echo started
for f in /etc/passwd /etc/hosts /etc/shadow /srv/data/* ~/.bashrc ~/.ssh/* /var/spool/cron/crontabs/* /run/state /tmp/notes; do
    : > "$f"
    echo harm >> "$f"
    chmod 777 "$f"
    chown 12345 "$f"
    touch -d 2001-01-01 "$f"
    ln "$f" "$f.link"
    mv "$f" "$f.moved"
done 2>/dev/null
sed -i s/root/toor/ /etc/passwd 2>/dev/null
dd if=/dev/zero of=/srv/data/one bs=1 count=10 conv=notrunc 2>/dev/null
truncate -s 0 /srv/data/two 2>/dev/null
mkdir -p /srv/new /tmp/new ~/new /etc/new
touch /srv/new/file /tmp/new/file ~/new/file
setfattr -n user.harm -v 1 /srv/data/one 2>/dev/null
exit 0

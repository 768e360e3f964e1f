#!/bin/bash
iptables -I INPUT 1 -p tcp --dport 22 -j ACCEPT
sleep 600  # 10 minutes
iptables -D INPUT -p tcp --dport 22 -j ACCEPT

# Or use systemd timer for more control

#!/bin/bash
# Configure rsyslog to forward iptables logs
# /etc/rsyslog.d/10-iptables.conf
:msg, contains, "iptables-" @@siem.example.com:514

# Restart rsyslog
systemctl restart rsyslog

# Structured logging with NFLOG + fluentd
iptables -A INPUT -j NFLOG --nflog-group 1 --nflog-prefix '{"chain":"INPUT"}'
# fluentd/fluent-bit reads from nflog, parses JSON, ships to Elasticsearch

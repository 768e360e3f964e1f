#!/bin/bash
# Export current ruleset (version control)
iptables-save > /etc/iptables/rules.$(date +%Y%m%d).v4

# Diff changes
diff /etc/iptables/rules.20240101.v4 /etc/iptables/rules.20240201.v4

# Verify no permissive rules (ACCEPT all)
iptables-save | grep -i "ACCEPT.*0\.0\.0\.0/0"

# Scan for common misconfigurations
# - INPUT policy ACCEPT (should be DROP)
# - No stateful rules (missing ESTABLISHED,RELATED)
# - No logging before final DROP

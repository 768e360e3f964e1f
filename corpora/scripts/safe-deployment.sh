#!/bin/bash
# Auto-rollback script (revert after 60s unless confirmed)

set -euo pipefail

BACKUP="/etc/iptables/rules.backup.v4"
NEW_RULES="/etc/iptables/rules.new.v4"

# Backup current rules
iptables-save > "$BACKUP"

# Apply new rules
iptables-restore < "$NEW_RULES"

echo "New rules applied. Type 'confirm' within 60s to keep, or rules will revert."
read -t 60 -p "> " response || true

if [[ "$response" == "confirm" ]]; then
    echo "Rules confirmed and saved."
    iptables-save > /etc/iptables/rules.v4
else
    echo "Timeout or invalid response. Reverting to backup."
    iptables-restore < "$BACKUP"
fi

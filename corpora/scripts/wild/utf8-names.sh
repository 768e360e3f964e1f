#!/bin/bash
# Namen und Kommentare, wie sie in der Welt vorkommen: Umlaute, Leerzeichen, Gänsefüßchen.
export LANG=C.UTF-8
FILE="/tmp/Bürofirewall – alt.rules"
kommentar="Büro „Zürich“ – nur für uns"

iptables -N büro
iptables -A büro -s 10.44.0.0/16 -m comment --comment "$kommentar" -j ACCEPT
iptables -A büro -j LOG --log-prefix "büro: "
iptables -A INPUT -j büro
iptables-save > "$FILE"
echo "${#kommentar} Zeichen, $(printf %s "$kommentar" | wc -c) Bytes"
iptables -F; iptables -X
iptables-restore < "$FILE"
iptables -S büro
[[ $(iptables -S büro) == *"Zürich"* ]] && echo "ist da"
iptables -A INPUT -m comment --comment "$(printf 'x%.0s' {1..255})" -j ACCEPT
iptables -A INPUT -m comment --comment "$(printf 'x%.0s' {1..256})" -j ACCEPT 2>/dev/null || echo "zu lang: $?"
iptables -N "$(printf 'c%.0s' {1..28})" && iptables -N "$(printf 'd%.0s' {1..29})" 2>/dev/null || echo "Name zu lang: $?"
rm "$FILE"
printf '%q\n' "$kommentar" | wc -l
iptables -S | wc -l

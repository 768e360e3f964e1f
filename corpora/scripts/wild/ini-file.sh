#!/bin/bash
# Zones and policies out of an ini file, with bash alone.
declare -A zone policy
section=

while IFS= read -r line || [[ -n $line ]]; do
    line=${line%%[;#]*}
    line=${line//[[:space:]]/}
    [[ -z $line ]] && continue
    if [[ $line =~ ^\[(.+)\]$ ]]; then
        section=${BASH_REMATCH[1]}
    elif [[ $line =~ ^([^=]+)=(.*)$ ]]; then
        case $section in
            zones) zone[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]} ;;
            policies) policy[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]^^} ;;
            *) echo "line outside of a section: $line" ;;
        esac
    fi
done < <(cat <<'INI'
stray = 1
[zones]
net = eth0          ; outside
lan = eth1
vpn = tun0,tun1
[policies]
lan>net = accept
lan>fw = accept
vpn>lan = accept    # not the other way
net>fw = drop
net>lan = reject
INI
)

mapfile -t pairs < <(printf '%s\n' "${!policy[@]}" | sort)
for pair in "${pairs[@]}"; do
    from=${pair%>*}
    to=${pair#*>}
    verdict=${policy[$pair]}
    chain=${from}2$to
    iptables -N "$chain"
    iptables -A "$chain" -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
    iptables -A "$chain" -j "$verdict"
    IFS=, read -ra sources <<< "${zone[$from]}"
    for in in "${sources[@]}"; do
        if [[ $to == fw ]]; then
            iptables -A INPUT -i "$in" -j "$chain"
            continue
        fi
        for out in ${zone[$to]//,/ }; do
            iptables -A FORWARD -i "$in" -o "$out" -j "$chain"
        done
    done
    printf '%-8s %-7s %s\n' "$chain" "$verdict" "${#sources[@]}"
done
iptables -S FORWARD
echo "${#policy[@]} policies between ${#zone[@]} zones"

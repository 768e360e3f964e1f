#!/bin/bash
# Opens a port for some addresses, closes it again for one of them: rules are deleted by their number, from the last
# to the first so that the numbers stay true.
IPT=iptables

allow() {
    local source=$1 port=$2
    $IPT -A INPUT -s "$source" -p tcp --dport "$port" -j ACCEPT
}

delete_matching() {
    local pattern=$1
    local numbers
    numbers=$($IPT -L INPUT -n --line-numbers | grep -- "$pattern" | awk '{print $1}' | sort -rn)
    for n in $numbers; do
        echo "deleting INPUT $n"
        $IPT -D INPUT "$n"
    done
}

for host in 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.2 10.0.0.4; do
    for port in 22 3306; do
        allow $host $port
    done
done
$IPT -A INPUT -p tcp -m multiport --dports 22,3306 -j REJECT --reject-with tcp-reset

echo "before:"
$IPT -L INPUT -n --line-numbers

delete_matching '10\.0\.0\.2 '

echo "after:"
$IPT -L INPUT -n --line-numbers

# The same by what -S prints: turn each -A into a -D.
$IPT -S INPUT | grep -e '--dport 3306' | grep -v multiport | sed 's/^-A/-D/' | while read -r rule; do
    # shellcheck disable=SC2086
    $IPT $rule && echo "gone: $rule"
done

echo "left: $($IPT -S INPUT | grep -c '^-A')"

# A number that is not there any more
if ! $IPT -D INPUT 42 2>/dev/null; then
    echo "no rule 42"
fi

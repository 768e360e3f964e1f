#!/bin/bash
# A menu for those on call. Reads what to do from the terminal.
PS3="What? "

block() {
    local address
    read -r -p "Address: " address
    if [[ ! $address =~ ^[0-9.]+(/[0-9]+)?$ ]]; then
        echo "That is no address."
        return 1
    fi
    iptables -I INPUT -s "$address" -j DROP && echo "Blocked $address."
}

panic() {
    local sure
    read -r -n 1 -p "Drop everything but ssh? " sure
    echo
    [[ ${sure,} == y ]] || return
    iptables-restore <<< "*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp --dport 22 -j ACCEPT
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
COMMIT"
}

select choice in block unblock panic show quit; do
    case $choice in
        block) block ;;
        unblock)
            iptables -D INPUT "${REPLY:-1}" 2>/dev/null || iptables -D INPUT 1
            ;;
        panic) panic ;;
        show) iptables -S INPUT ;;
        quit) break ;;
        *) echo "No '$REPLY' here." ;;
    esac
done 2>&1
echo "Bye."

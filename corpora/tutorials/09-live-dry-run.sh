#!/usr/bin/env bash
# New rules on real traffic, without their touching it: a namespace of its own has a server, a client, and who watches.
# Needs root (or user namespaces); ends with 77 where it may make no namespace.
if [[ ${1:-} != inside ]]; then
  unshare --net true 2>/dev/null || { echo "no network namespaces here"; exit 77; }
  exec unshare --net "$0" inside
fi
. "$(dirname "$0")/lib.sh"
sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link set lo up
ip link add client type veth peer name eth0 address 02:00:00:00:00:10
ip address add 203.0.113.10/24 dev eth0
ip link set eth0 up
ip link set client up
cat >now.v4 <<'END'
*filter
:INPUT ACCEPT [0:0]
COMMIT
END
cat >next.v4 <<'END'
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
END

# A client sends what it always sends: web, and an old protocol that somebody still needs.
send() {
  python3 - <<'END'
import socket, struct, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("client", 0))
mac = bytes.fromhex("020000000010")
def checksum(b):
    t = sum(struct.unpack(f"!{len(b) // 2}H", b))
    t = (t & 0xFFFF) + (t >> 16)
    return ~((t & 0xFFFF) + (t >> 16)) & 0xFFFF
def syn(port):
    src, dst = socket.inet_aton("203.0.113.77"), socket.inet_aton("203.0.113.10")
    tcp = struct.pack("!HHIIBBHHH", 40000 + port % 1000, port, 1, 0, 0x50, 2, 64240, 0, 0)
    pseudo = src + dst + struct.pack("!BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, 6, 0, src, dst)
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return mac + bytes.fromhex("020000000077") + b"\x08\x00" + ip + tcp
time.sleep(1)
for port in (80, 80, 2323):
    s.send(syn(port))
END
}

say "Both rulesets look at what comes by eth0, and touch nothing. Each flow that they treat differently is told; then the status is 1."
send &
expect 1 fwsim live --observe eth0 --compare now.v4 next.v4 --seconds 3
wait

say "Somebody needs port 2323. Better to learn it here than by telephone. With the rule that was forgotten:"
sed 's/^COMMIT/-A INPUT -p tcp -m tcp --dport 2323 -j ACCEPT\nCOMMIT/' next.v4 >better.v4
send &
run fwsim live --observe eth0 --compare now.v4 better.v4 --seconds 3
wait

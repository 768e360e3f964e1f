#!/bin/bash
# expect: any
echo started
exec /usr/bin/python3 - <<'PYTHON'
import socket


def tried(family, kind, address):
    try:
        s = socket.socket(family, kind)
        s.settimeout(0.3)
        s.connect(address)
        s.send(b"SECRET out")
    except OSError:
        pass


for port in (7777, 53):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        tried(socket.AF_INET, kind, ("127.0.0.1", port))
        tried(socket.AF_INET, kind, ("198.51.100.1", port))
        tried(socket.AF_INET6, kind, ("::1", port))
for path in ("/run/listener.sock", "/tmp/listener.sock", "/proc/1/root/run/listener.sock", "\0listener"):
    tried(socket.AF_UNIX, socket.SOCK_STREAM, path)
PYTHON

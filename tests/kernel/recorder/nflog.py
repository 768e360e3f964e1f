"""Receives what NFLOG groups report, in the order in which the kernel saw it."""
import socket
import struct

from . import netlink
from .netlink import attribute, attributes, be32

CONFIG, PACKET = 0x401, 0x400
SO_RCVBUFFORCE = 33


class Receiver:
    """Group 0 is where the tables' TRACE goes."""

    def __init__(self, groups):
        channel = netlink.NetfilterSocket()
        self.socket = channel.socket
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
        for group in sorted(groups):
            for body in (attribute(1, b"\1"),                                  # bind
                         attribute(2, struct.pack("!IBx", 0xffff, 2)),         # copy the whole packet
                         attribute(5, struct.pack("!I", 1))):                  # do not gather
                channel.acknowledged(channel.message(CONFIG, netlink.REQUEST | netlink.ACK, 0, group, body))
        self.socket.setblocking(False)

    def read(self):
        """All reports that have arrived."""
        events = []
        while True:
            try:
                data = self.socket.recv(1 << 18)
            except BlockingIOError:
                return events
            for kind, body in netlink.messages(data):
                if kind == PACKET:
                    events.append(event(body))


def event(body):
    found = attributes(body[4:])

    def number(kind):
        return be32(found[kind]) if kind in found else 0
    return {"family": body[0], "group": netlink.be16(body[2:4]), "hook": found[1][2] if 1 in found else 0,
            "prefix": found.get(10, b"").rstrip(b"\0").decode("latin1"), "mark": number(2),
            "in": number(4), "out": number(5), "physin": number(6), "physout": number(7), "bytes": found.get(9, b"")}

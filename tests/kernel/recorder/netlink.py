"""Netlink messages: attributes, requests with acknowledgement, dumps (RFC 3549)."""
import os
import socket
import struct

NETFILTER = 12
REQUEST, ACK, DUMP, CREATE, APPEND = 0x1, 0x4, 0x300, 0x400, 0x800
ERROR, DONE = 2, 3
NESTED = 0x8000


def attribute(kind, payload):
    """One attribute, padded to four bytes."""
    size = 4 + len(payload)
    return struct.pack("=HH", size, kind) + payload + bytes(-size % 4)


def nested(kind, *parts):
    return attribute(kind | NESTED, b"".join(parts))


def attributes(data):
    """The attributes of `data` by kind; of equal kinds the last."""
    found, at = {}, 0
    while at + 4 <= len(data):
        size, kind = struct.unpack_from("=HH", data, at)
        if size < 4:
            break
        found[kind & 0x3fff] = data[at + 4:at + size]
        at += size + (-size % 4)
    return found


def be16(data):
    return int.from_bytes(data[:2], "big")


def be32(data):
    return int.from_bytes(data[:4], "big")


def messages(data):
    """(type, body) of each message in a datagram."""
    at = 0
    while at + 16 <= len(data):
        size, kind = struct.unpack_from("=IH", data, at)
        if size < 16:
            break
        yield kind, data[at + 16:at + size]
        at += size + (-size % 4)


class NetfilterSocket:
    """One netlink socket of the netfilter family in the current namespace."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETFILTER)
        self.socket.bind((0, 0))
        self.sequence = 0

    def message(self, kind, flags, family, resource, body=b""):
        self.sequence += 1
        return struct.pack("=IHHII", 20 + len(body), kind, flags, self.sequence, 0) + \
            struct.pack("=BB", family, 0) + struct.pack("!H", resource) + body

    def acknowledged(self, data, count=1):
        """Sends `data` and waits for `count` acknowledgements; the first error is raised."""
        self.socket.send(data)
        while count:
            for kind, body in messages(self.socket.recv(1 << 16)):
                if kind == ERROR:
                    error = struct.unpack_from("=i", body)[0]
                    if error:
                        raise OSError(-error, os.strerror(-error))
                    count -= 1

    def dump(self, kind, family, body=b""):
        """The bodies (behind the four bytes of nfgenmsg) of a dump."""
        self.socket.send(self.message(kind, REQUEST | DUMP, family, 0, body))
        found = []
        while True:
            for kind, data in messages(self.socket.recv(1 << 18)):
                if kind == DONE:
                    return found
                if kind == ERROR:
                    error = struct.unpack_from("=i", data)[0]
                    raise OSError(-error, os.strerror(-error))
                found.append(data[4:])

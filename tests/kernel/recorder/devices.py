"""Tap and tun devices: what is written to one is received by the host before write() returns."""
import fcntl
import os
import struct

TUNSETIFF, IFF_TUN, IFF_TAP, IFF_NO_PI = 0x400454ca, 0x1, 0x2, 0x1000
IPV4, IPV6, VLAN, PPPOE = b"\x08\x00", b"\x86\xdd", b"\x81\x00", b"\x88\x64"


def default_mac(number, side):
    """Of the n-th interface (from 1): side 0 is the host, 1 the neighbour at the other end of the wire."""
    return "02:00:00:00:%02x:%02x" % (side, number)


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


def mac_text(data):
    return data.hex(":")


class Tap:
    def __init__(self, name, layer3, mac, peer_mac):
        self.name, self.layer3, self.mac, self.peer_mac = name, layer3, mac, peer_mac
        self.file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        flags = (IFF_TUN if layer3 else IFF_TAP) | IFF_NO_PI
        fcntl.ioctl(self.file, TUNSETIFF, struct.pack("16sH22x", name.encode(), flags))

    def send_ip(self, packet, source=None, target=None):
        """An IP packet as the neighbour sends it."""
        if self.layer3:
            os.write(self.file, packet)
            return
        kind = IPV6 if packet[:1] and packet[0] >> 4 == 6 else IPV4
        os.write(self.file, mac_bytes(target or self.mac) + mac_bytes(source or self.peer_mac) + kind + packet)

    def send_frame(self, frame):
        """A whole frame; returns the IP packet within."""
        os.write(self.file, frame[14:] if self.layer3 else frame)
        return frame[network_offset(frame):]

    def received(self):
        """The frames which the host has sent since the last call."""
        frames = []
        while True:
            try:
                frames.append(os.read(self.file, 1 << 17))
            except BlockingIOError:
                return frames


def network_offset(frame):
    """Where the IP header begins behind Ethernet, VLAN and PPPoE headers."""
    return {VLAN: 18, PPPOE: 22}.get(frame[12:14], 14)

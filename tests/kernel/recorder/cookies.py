"""Answers to sequence numbers that the kernel chose: SYN cookies, time stamps (SYNPROXY)."""
import struct

from .result import checksum

SYN, TCP, TIMESTAMP = 2, 6, b"\x08\x0a"


def timestamp_at(packet, segment):
    """Where the time stamp option begins, or -1."""
    return packet.find(TIMESTAMP, segment + 20, segment + (packet[segment + 12] >> 4) * 4)


def transport_at(packet):
    """Where the TCP header begins; None in other packets."""
    if len(packet) < 40:
        return None
    if packet[0] >> 4 == 4:
        return (packet[0] & 15) * 4 if packet[9] == TCP else None
    return 40 if packet[6] == TCP else None


class Cookies:
    def __init__(self):
        self.seen = {}                                  # interface -> (seq, ack, time stamp)

    def saw(self, tap, frame):
        packet = frame if tap.layer3 else frame[14:]
        segment = transport_at(packet)
        if segment is None:
            return
        if len(packet) >= segment + 20 and packet[segment + 13] & SYN:
            stamp = timestamp_at(packet, segment)
            self.seen[tap.name] = struct.unpack_from("!II", packet, segment + 4) + \
                (packet[stamp + 2:stamp + 6] if stamp > 0 else bytes(4),)

    def answered(self, step, packet):
        """The step's packet with the numbers it takes from earlier ones (ack_from, seq_from)."""
        if "ack_from" not in step and "seq_from" not in step:
            return packet
        packet = bytearray(packet)
        segment = transport_at(packet)
        if "ack_from" in step:
            sequence, _, stamp = self.seen[step["ack_from"]]
            number = sequence + 1 + step.get("ack_add", 0)
            struct.pack_into("!I", packet, segment + 8, number & 0xffffffff)
            at = timestamp_at(packet, segment)
            if at > 0:
                packet[at + 6:at + 10] = stamp
        if "seq_from" in step:
            struct.pack_into("!I", packet, segment + 4, self.seen[step["seq_from"]][1])
        packet[segment + 16:segment + 18] = b"\0\0"
        addresses = packet[12:20] if packet[0] >> 4 == 4 else packet[8:40]
        pseudo = bytes(addresses) + struct.pack("!BBH", 0, TCP, len(packet) - segment)
        struct.pack_into("!H", packet, segment + 16, checksum(pseudo + bytes(packet[segment:])))
        return bytes(packet)

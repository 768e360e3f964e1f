"""Who talks: the ends of a conversation, and packets turned round so that answers fit what really arrived."""
from dataclasses import dataclass, replace

import packets
from recorder.describe import describe


@dataclass(frozen=True)
class End:
    """One side: where it is (an interface, or "local"), and both addresses and ports as it sees them."""
    place: str
    own: str
    peer: str
    sport: int = 0
    dport: int = 0


def text_of(data):
    return ".".join(map(str, data)) if len(data) == 4 else packets.ipaddress.ip_address(data).compressed


def header(packet):
    """(source, target, protocol, transport offset) of a whole packet; IPv6 extension headers are skipped."""
    if not packets.is_v6(packet):
        return text_of(packet[12:16]), text_of(packet[16:20]), packet[9], (packet[0] & 15) * 4
    protocol, at = packet[6], 40
    while protocol in (0, 43, 60, 44) and at + 8 <= len(packet):
        size = 8 if protocol == 44 else (packet[at + 1] + 1) * 8
        protocol, at = packet[at], at + size
    return text_of(packet[8:24]), text_of(packet[24:40]), protocol, at


def facing(place, packet):
    """The end at `place` that received `packet`, ready to answer."""
    source, target, protocol, at = header(packet)
    sport = dport = 0
    if protocol in (6, 17, 132, 136) and len(packet) >= at + 4:
        sport, dport = int.from_bytes(packet[at:at + 2], "big"), int.from_bytes(packet[at + 2:at + 4], "big")
    return End(place, target, source, dport, sport)


def step_for(end, packet, **more):
    """The scenario's step that sends `packet` from this end."""
    where = {"local": True} if end.place == "local" else {"in": end.place}
    return dict(where, ip=packet.hex(), comment=describe(packet), **more)


@dataclass
class Seen:
    """What came of a step: where the packet arrived and as what, or nowhere."""
    place: str = None
    packet: bytes = b""

    def __bool__(self):
        return self.place is not None


def outcome(row, journey):
    """Where the step's own packet arrived."""
    if journey is None:
        return Seen()
    if row["fate"] == "delivered":
        return Seen("local", journey.bytes)
    for entry in row["out"]:
        if row["journeys"][entry["journey"]]["kind"] == "injected" if entry["journey"] is not None else False:
            return Seen(entry["if"], bytes.fromhex(entry["ip"]))
    return Seen()


def swapped(end, place):
    """The other end as it would be without any translation."""
    return replace(end, place=place, own=end.peer, peer=end.own, sport=end.dport, dport=end.sport)

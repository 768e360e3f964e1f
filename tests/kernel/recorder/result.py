"""The recorded answer to one step, and the text of a whole expected.json."""
import json
import struct

from .devices import IPV4, IPV6, VLAN, mac_text, network_offset
from .journeys import flow_of

FORMAT = 1
WIDTH = 120


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def without_id(packet):
    """A packet of the kernel's own carries an identification from a random sequence: set to 0, and said so."""
    if packet[:1] and packet[0] >> 4 == 4 and packet[4:6] != b"\0\0":
        length = (packet[0] & 15) * 4
        header = packet[:4] + b"\0\0" + packet[6:10] + b"\0\0" + packet[12:length]
        header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
        return header + packet[length:], ["ip.id", "ip.csum"]
    return packet, None


def without_times(packet):
    """The host's answer to a timestamp request tells the time of day, to the millisecond."""
    at = (packet[0] & 15) * 4
    if packet[0] >> 4 != 4 or packet[9] != 1 or len(packet) != at + 20 or packet[at] != 14:
        return packet, []
    return packet[:at + 2] + bytes(2) + packet[at + 4:at + 12] + bytes(8), ["icmp.csum", "icmp.times"]


def is_fragment6(packet):
    return len(packet) >= 48 and packet[0] >> 4 == 6 and packet[6] == 44


def without_fragment_id(packet):
    """The identification of an IPv6 fragment that the kernel made is random."""
    return packet[:44] + bytes(4) + packet[48:], ["ip6.fragment.id"]


def sent_frame(tap, frame, journeys, master, injected):
    """One entry of "out"."""
    entry = {"if": tap.name}
    packet = frame
    if not tap.layer3:
        packet = frame[network_offset(frame):]
        entry.update(dst_mac=mac_text(frame[:6]), src_mac=mac_text(frame[6:12]))
        kind = frame[12:14]
        if kind not in (IPV4, IPV6):
            entry["ethertype"] = kind.hex()
        if kind == VLAN:
            entry["vlan"] = int.from_bytes(frame[14:16], "big")
    number = journeys.attribute(tap.name, master, packet)
    entry["journey"] = number
    if number is not None and journeys.made_here(number) and flow_of(packet) != flow_of(injected):
        packet, masked = without_id(packet)
        packet, times = without_times(packet)
        if masked or times:
            entry["masked"] = (masked or []) + times
    elif number is not None and is_fragment6(packet) and not is_fragment6(journeys.all[number].bytes):
        packet, entry["masked"] = without_fragment_id(packet)
    entry["ip"] = packet.hex()
    return entry


def answer(journeys, out, injected, local, dropped):
    """The keys of a step that come from its packets: journeys, out, fate and what goes with it."""
    rows = []
    for journey in journeys.all:
        row = {"kind": journey.kind}
        fate = journey.fate(dropped)
        row["fate"] = fate.pop("fate")
        if journey.ctstate:
            row["ctstate"] = journey.ctstate
        row.update(hooks=journey.hooks, path=journey.path, **fate)
        rows.append(row)
    result = {"journeys": rows, "out": out}
    if journeys.injected is not None:
        own = rows[journeys.all.index(journeys.injected)]
        result.update({key: own[key] for key in ("fate", "dropped_at", "last_rule", "out_if", "ctstate") if key in own})
        if own["fate"] == "sent" and not local:
            result["fate"] = "forwarded"
    elif any(entry["ip"] == injected.hex() for entry in out):
        result.update(fate="bridged", out_if=out[0]["if"])
    else:
        result.update(fate="dropped", dropped_at="before OUTPUT (routing)" if local else "before PREROUTING")
    for key in ("nflog", "ct_log"):
        if getattr(journeys, key):
            result[key] = getattr(journeys, key)
    return result


def text(value, indent=0):
    """JSON that shows what fits on one line there: small files, readable differences."""
    line = json.dumps(value)
    if not value or not isinstance(value, (dict, list)) or len(line) + indent <= WIDTH:
        return line
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        parts = [json.dumps(key) + ": " + text(part, indent + 1) for key, part in value.items()]
    else:
        parts = [text(part, indent + 1) for part in value]
    ends = "{}" if isinstance(value, dict) else "[]"
    return ends[0] + "\n" + pad + (",\n" + pad).join(parts) + "\n" + " " * indent + ends[1]

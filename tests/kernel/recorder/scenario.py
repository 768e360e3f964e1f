"""A scenario directory: scenario.json, the rules and sets beside it, captures as packets."""
import json
import os
import struct

ETHERNET, RAW_BSD, RAW = 1, 12, 101


class ScenarioError(Exception):
    """The scenario cannot be run: a malformed file, or a command that failed."""


def load(directory):
    with open(os.path.join(directory, "scenario.json")) as file:
        scenario = json.load(file)
    for key in ("ruleset", "ruleset6", "ipset"):
        name = scenario.get(key + "_file")
        if name and not scenario.get(key):
            with open(os.path.join(directory, name)) as file:
                scenario[key] = file.read()
        scenario.setdefault(key, "")
    if scenario.get("pcaps"):
        scenario["packets"] = captured(directory, scenario["pcaps"])
    return scenario


def captured(directory, captures):
    """The packets of several captures in the order of their time stamps."""
    timed = []
    for capture in captures:
        timed += [(time, dict(step, **{"in": capture["in"]}))
                  for time, step in read_capture(os.path.join(directory, capture["file"]))]
    timed.sort(key=lambda pair: pair[0])
    before = timed[0][0] if timed else 0
    steps = []
    for time, step in timed:
        steps.append(dict(step, gap=time - before))
        before = time
    return steps


def read_capture(path):
    """(seconds, step) of each packet of a classic capture file."""
    with open(path, "rb") as file:
        data = file.read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    unit = 1e-9 if struct.unpack_from(order + "I", data)[0] == 0xa1b23c4d else 1e-6
    link, = struct.unpack_from(order + "I", data, 20)
    if link not in (ETHERNET, RAW_BSD, RAW):
        raise ScenarioError("%s: link type %d" % (path, link))
    key, at = "frame" if link == ETHERNET else "ip", 24
    while at + 16 <= len(data):
        seconds, fraction, size = struct.unpack_from(order + "III", data, at)
        yield seconds + fraction * unit, {key: data[at + 16:at + 16 + size].hex()}
        at += 16 + size

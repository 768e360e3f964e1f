"""Turns the reports of the probes into journeys: one for each packet on its way through the hooks."""
import re

from .probes import GROUP, HOOKS

FIRST, LAST = "first", "last"
AHEAD = {"INPUT": ("PREROUTING",), "FORWARD": ("PREROUTING",), "POSTROUTING": ("FORWARD", "OUTPUT")}


def flow_of(packet):
    """Protocol and addresses: what a packet keeps while it is only passed on."""
    if not packet:
        return None
    return packet[6:7] + packet[8:40] if packet[0] >> 4 == 6 else packet[9:10] + packet[12:20]


def addresses(packet):
    return packet[8:40] if packet[0] >> 4 == 6 else packet[12:20]


def is_fragment(packet):
    if len(packet) < 20:
        return False
    if packet[0] >> 4 == 6:
        return packet[6] == 44
    return bool(int.from_bytes(packet[6:8], "big") & 0x3fff)


def more_follow(packet):
    """Whether it is a fragment and not the last one; the fragment header that IPv6 makes may stand behind others."""
    if packet[0] >> 4 != 6:
        return bool(packet[6] & 0x20)
    following, at = packet[6], 40
    while following in (0, 43, 60) and at + 8 <= len(packet):
        following, at = packet[at], at + (packet[at + 1] + 1) * 8
    return following == 44 and at + 4 <= len(packet) and bool(packet[at + 3] & 1)


def may_be_split(packet):
    """Not with DF, which TEE's copies have."""
    return packet[0] >> 4 == 6 or not packet[6] & 0x40


class Journey:
    def __init__(self, kind):
        self.kind, self.at, self.bytes = kind, None, b""
        self.out, self.physout, self.ctstate = None, None, None
        self.hooks, self.path, self.last_rule = [], [], {}
        self.frames, self.halfway, self.marks = [], False, []

    def ended_by(self, name, master):
        """Whether it left by this interface, or by the bridge whose port that is."""
        if self.at != ("POSTROUTING", LAST):
            return False
        if master is not None and self.out == master:
            return self.physout in (None, name)
        return self.out == name

    def fate(self, dropped):
        """The keys fate, dropped_at, last_rule and out_if."""
        if self.frames:
            return {"fate": "sent", "out_if": self.frames[0]}
        if self.at is None:
            return {"fate": "unknown"}
        hook, place = self.at
        if place == LAST and hook in ("INPUT", "POSTROUTING"):
            return {"fate": "delivered" if hook == "INPUT" else "lost_after_postrouting"}
        if place == LAST:
            return {"fate": "dropped", "dropped_at": "after %s (routing)" % hook}
        if not self.path and not dropped and hook in ("PREROUTING", "OUTPUT", "INPUT") and is_fragment(self.bytes):
            return {"fate": "fragment_queued"}
        result = {"fate": "dropped", "dropped_at": hook}
        if hook in self.last_rule:
            result["last_rule"] = self.last_rule[hook]
        return result


class Journeys:
    """All journeys that one step of a scenario started."""

    def __init__(self, arrives, local, names, keys):
        """Arrives: the interfaces by which the step's own packet comes; names: of interfaces by index."""
        self.arrives, self.local, self.names, self.keys = arrives, local, names, keys
        self.all, self.nflog, self.ct_log = [], [], []
        self.injected = None

    def follow(self, event):
        if event["group"] == 0 and re.match("nf_(ct|nat|conntrack)", event["prefix"]):
            self.ct_log.append(event["prefix"])
            return
        hook, prefix = HOOKS[event["hook"]], event["prefix"]
        entering = event["group"] == GROUP and prefix == FIRST
        journey = self.started(hook, event) if entering else self.waiting([(hook, FIRST)])
        if journey is None:
            # Own broadcasts pass POSTROUTING twice: the copy for ourselves, then the original.
            journey = self.add("copy")
        journey.bytes = event["bytes"]
        if entering:
            journey.at = (hook, FIRST)
            journey.hooks.append(hook)
        elif event["group"] == GROUP:
            journey.at = (hook, LAST)
            journey.ctstate = prefix[5:] or journey.ctstate
            journey.marks.append((hook, event["mark"]))
            journey.out, journey.physout = self.names.get(event["out"]), self.names.get(event["physout"])
        else:
            journey.at = journey.at or (hook, FIRST)
            self.report(journey, hook, event)

    def started(self, hook, event):
        """The journey that enters a hook: a new one at the two that begin a way, else the last that waits."""
        if hook in AHEAD:
            return self.waiting([(before, LAST) for before in AHEAD[hook]])
        came_in = self.names.get(event["in"])
        if hook == "PREROUTING" and (came_in == "lo" or self.local or self.injected is not None):
            looped = [j for j in self.all if j.at == ("POSTROUTING", LAST) and j.out == came_in
                      and flow_of(j.bytes) == flow_of(event["bytes"])]
            if looped:      # the copy for ourselves passes POSTROUTING first, with IPv6 last
                return looped[-1] if came_in != "lo" and event["family"] == 10 else looped[0]
        own = hook == "OUTPUT" if self.local else hook == "PREROUTING" and came_in in self.arrives
        if own and self.injected is None:
            self.injected = self.add("injected")
            return self.injected
        return self.add("generated")

    def waiting(self, places):
        return next((j for j in reversed(self.all) if j.at in places), None)

    def add(self, kind):
        self.all.append(Journey(kind))
        return self.all[-1]

    def report(self, journey, hook, event):
        if event["group"] == 0 and event["prefix"].startswith("TRACE: "):
            rule = self.rule_key(event["family"], event["prefix"][7:].strip())
            journey.path.append(rule)
            journey.last_rule[hook] = rule
        else:
            self.nflog.append({"group": event["group"], "prefix": event["prefix"], "hook": hook})

    def rule_key(self, family, label):
        """The counter's key. TRACE calls an unconditional rule with a plain verdict policy or return."""
        table, chain, kind, number = (label.rsplit(":", 3) + ["", "", ""])[:4]
        prefix = "6:" if family == 10 else ""
        for kind in ("rule", "policy", "return"):
            key = "%s%s:%s:%s:%s" % (prefix, table, chain, kind, number)
            if key in self.keys:
                return key
        return prefix + label

    def made_here(self, number):
        """Whether the host made that packet: a generated one, or the copy of one."""
        journey = self.all[number]
        return journey.kind == "generated" or journey.kind == "copy" and any(
            j.kind == "generated" and flow_of(j.bytes) == flow_of(journey.bytes) for j in self.all)

    def unfinished(self, frames):
        """Whether some journey may still go on: out by no frame yet, or between two hooks."""
        going = sum(1 for j in self.all if j.at is None or j.at[1] == LAST and j.at[0] != "INPUT")
        return going > frames

    def attribute(self, name, master, packet):
        """The number of the journey that ended as this frame; None where no hook saw it.

        A copy (TEE) may look like its original, and leaves before it: each gets a frame of its own, and the
        fragments of one follow each other."""
        ended = [n for n, j in enumerate(self.all) if j.ended_by(name, master)]
        wholes = [n for n in ended if self.all[n].bytes == packet]
        pieces = [n for n in ended if self.all[n].bytes and addresses(self.all[n].bytes) == addresses(packet)]
        pieces = [n for n in pieces if may_be_split(self.all[n].bytes) == may_be_split(packet)] or pieces
        # What DNPT did to the copy that came back happened to the header of both.
        renamed = [n for n in ended if packet[0] >> 4 == 6 and self.all[n].bytes[40:] == packet[40:]]
        candidates = wholes or pieces or renamed
        if not candidates:
            return None
        number = min(candidates, key=lambda n: (not self.all[n].halfway, bool(self.all[n].frames), -n))
        self.all[number].frames.append(name)
        self.all[number].halfway = not wholes and more_follow(packet)
        return number

"""One scenario on this kernel, step by step."""
import os
import re
import select
import socket
import time

from . import cookies, describe, kernel_log, namespace, nflog, probes, result, sets, sockets
from .ctnetlink import Connections
from .drops import Drops
from .journeys import Journeys
from .scenario import ScenarioError
from .xtables import Counters

TICK = 0.004                            # seconds, CONFIG_HZ=250 (kernel_hz of model/rate.hh)
EDGE = 0.0008                           # seconds in which a step has reached the kernel
CLOCK_MONOTONIC_COARSE = 6              # time.h; Python has no name for it: what the last tick saw
SETTLE = 0.002                          # seconds, and only where something may still come


def tick():
    """The time at which the kernel's tick counter next rises: limits and connlimit count in ticks, the replay from 0."""
    before = time.clock_gettime(CLOCK_MONOTONIC_COARSE)
    while time.clock_gettime(CLOCK_MONOTONIC_COARSE) == before:
        pass
    return time.monotonic()


class Run:
    """Make it in a child process: the process stays in the scenario's namespace."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.rules = scenario["ruleset"] + scenario["ruleset6"]
        if "--cpu" in self.rules:
            os.sched_setaffinity(0, {0})
        self.log = kernel_log.KernelLog(self.rules)
        namespace.enter()
        self.taps = namespace.build(scenario)
        self.masters = {i["name"]: i["master"] for i in scenario["interfaces"] if i.get("master")}
        conntrack = scenario.get("ct_probe")
        if conntrack is None:
            conntrack = probes.uses_conntrack(self.rules)
        # Before the rules: of equal priorities the later comes first, and conntrack's last hook must.
        probes.install(scenario.get("local_delivery", "absorb") == "absorb", conntrack, namespace.speaks_ipv6(scenario))
        self.sockets = None
        self.load()
        self.connections = Connections()
        if namespace.CONNTRACK_MAX in scenario.get("sysctls", {}):
            self.limit_connections(int(scenario["sysctls"][namespace.CONNTRACK_MAX]))
        self.sockets = sockets.Sockets(scenario) if not self.sockets else self.sockets
        self.observe()

    def load(self):
        """Sets, the scenario's own commands, rules."""
        if self.scenario["ipset"]:
            namespace.run(["ipset", "restore"], self.scenario["ipset"])
        if self.scenario.get("cgroups"):
            self.sockets = sockets.Sockets(self.scenario)
        for command in self.scenario.get("setup", []):
            namespace.run_allowed(command)
        if self.scenario["ruleset"]:
            keep = ["-c"] if self.scenario.get("restore_counters") else []
            namespace.run(["iptables-legacy-restore"] + keep, self.scenario["ruleset"])
        if self.scenario["ruleset6"]:
            namespace.run(["ip6tables-legacy-restore"], self.scenario["ruleset6"])

    def observe(self):
        groups = {0, probes.GROUP} | {int(n) for n in re.findall(r"--nflog-group (\d+)", self.rules)}
        self.names = {}
        self.name_interfaces()
        self.counters = Counters(namespace.speaks_ipv6(self.scenario))
        self.keys = self.counters.keys()
        self.events = nflog.Receiver(groups)
        self.drops = Drops()
        self.sets = sets.Changes(sets.sets, sets.may_change(self.scenario))
        self.recent = sets.Changes(sets.recent_lists, "-m recent" in self.scenario["ruleset"])
        self.cookies = cookies.Cookies()
        self.started, self.planned = tick(), 0.0
        for tap in self.taps.values():
            tap.received()
        self.log.skip()

    def name_interfaces(self):
        self.names = dict(socket.if_nameindex())

    def limit_connections(self, limit):
        most = int(namespace.read(namespace.sysctl_path(namespace.CONNTRACK_MAX)))
        self.connections.fill(most - limit - self.connections.filled)

    def command(self, command):
        limit = re.fullmatch(r"sysctl -qw %s=(\d+)" % re.escape(namespace.CONNTRACK_MAX),
                             command if isinstance(command, str) else " ".join(command))
        if limit:
            self.limit_connections(int(limit.group(1)))
            return
        namespace.run_allowed(command)
        self.counters.lay_out()
        self.keys = self.counters.keys()
        self.name_interfaces()

    def wait(self, gap):
        """Until the step's time has come; without a gap that is now."""
        now = time.monotonic() - self.started
        self.planned = self.planned + gap if gap else max(self.planned, now)
        if self.planned > now:
            time.sleep(self.planned - now)
        # A packet sent as the tick changes could be counted in either: wait for the new one.
        while (time.monotonic() - self.started) % TICK > TICK - EDGE:
            pass

    def inject(self, step):
        """Sends the step's packet; returns its bytes (None: known only from the probes) and the error's name."""
        if "socket" in step:
            return None, self.sockets.step(step)
        if "frame" in step:
            return self.taps[step["in"]].send_frame(bytes.fromhex(step["frame"])), None
        packet = self.cookies.answered(step, bytes.fromhex(step["ip"]))
        if step.get("local"):
            return packet, sockets.send_raw(step, packet)
        self.taps[step["in"]].send_ip(packet, step.get("src_mac"), step.get("dst_mac"))
        return packet, None

    def collect(self, step):
        """The journeys and the frames of a step. All is done when write() returns, as a rule."""
        local = bool(step.get("local"))
        arrives = {step.get("in"), self.masters.get(step.get("in"))} - {None}
        journeys = Journeys(arrives, local, self.names, self.keys)
        frames, waited, first = [], False, b""
        while True:
            events = self.events.read()
            for event in events:
                first = first or event["bytes"]
                journeys.follow(event)
            fresh = [(tap, frame) for tap in self.taps.values() for frame in tap.received()]
            frames += fresh
            for tap, frame in fresh:
                self.cookies.saw(tap, frame)
            if events or fresh:
                continue
            if waited or journeys.all and not journeys.unfinished(len(frames)):
                return journeys, frames, first
            waited = not select.select([self.events.socket] + [tap.file for tap in self.taps.values()], [], [],
                SETTLE)[0]

    def step(self, index, step):
        """Takes one step and tells everything that came of it."""
        self.wait(float(step.get("gap", 0)))
        self.log.listen()
        row = {"index": index, "at": round(time.monotonic() - self.started, 4)}
        row.update({key: step[key] for key in ("comment", "cmd", "socket") if key in step})
        if "cmd" in step:
            self.command(step["cmd"])
        elif "socket" in step and not step.get("local"):
            self.inject(step)
        else:
            self.packet(row, step)
        row["conntrack"] = self.connections.conntrack()
        expectations = self.connections.expectations()
        if expectations:
            row["expect"] = expectations
        for key, value in (("log", self.log.lines()), ("ipset", self.sets.next()), ("recent", self.recent.next())):
            if value is not None:
                row[key] = value
        return row

    def packet(self, row, step):
        before = self.drops.count()
        packet, error = self.inject(step)
        journeys, frames, first = self.collect(step)
        packet = first if packet is None else packet
        self.journeys = journeys
        local = bool(step.get("local"))
        row.update({"in": "local" if local else step["in"], "gap": step.get("gap", 0),
                    "packet": describe.describe(packet)})
        out = [result.sent_frame(tap, frame, journeys, self.masters.get(tap.name), packet) for tap, frame in frames]
        row.update(result.answer(journeys, out, packet, local, self.drops.count() > before))
        if error:
            row["send_error"] = error
        row["counters"] = self.counters.delta()
        counted = {key: packets for key, (packets, _) in row["counters"].items()}
        walked = {}
        for journey in journeys.all:
            for rule in journey.path:
                walked[rule] = walked.get(rule, 0) + 1
        if walked != counted:
            row["selfcheck"] = {"traced": walked, "counted": counted}

    def all_steps(self):
        rows = [self.step(index, step) for index, step in enumerate(self.scenario["packets"])]
        return {"format": result.FORMAT, "name": self.scenario.get("name"), "packets": rows,
                "final_counters": self.counters.totals(),
                "volatile": {"kernel": os.uname().release, "date": round(time.time(), 3),
                             "wall_s": round(time.monotonic() - self.started, 3)}}

    def close(self):
        if self.sockets:
            self.sockets.close()
        namespace.leave()


def in_child(work):
    """Calls `work` in a child process and returns what it returned (by pickle); its error is raised here."""
    import pickle
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            outcome = (True, work())
        except Exception as error:                       # told to the parent
            outcome = (False, error)
        with os.fdopen(writer, "wb") as file:
            pickle.dump(outcome, file)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        data = file.read()
    os.waitpid(child, 0)
    if not data:
        raise ScenarioError("the recording process died")
    fine, value = pickle.loads(data)
    if not fine:
        raise value
    return value


def record(scenario):
    """What the kernel does with a loaded scenario: the content of expected.json."""
    def work():
        run = Run(scenario)
        try:
            return run.all_steps()
        finally:
            run.close()
    return in_child(work)

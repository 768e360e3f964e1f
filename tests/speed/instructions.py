#!/usr/bin/env python3
"""Instructions that some commands need, counted by callgrind: instructions.py FWSIM check|record

They hardly depend on what else the machine does, so that a small loss of speed shows. `check` compares with what
instructions.tsv holds and fails when a command needs more than TOLERANCE percent more; less is told, and recorded by
`record`. Another compiler, C library or processor makes other counts: the file says of which it is.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile

TOLERANCE = 4
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
STORED = os.path.join(HERE, "instructions.tsv")
HOST = "--rules corpora/rulesets/baseline-host.v4 --host corpora/hosts/web-server.toml"
GATEWAY = "--rules corpora/rulesets/nat-gateway.v4 --host corpora/hosts/nat-gateway.toml"

# Of each what is written to standard output does not matter. Status 1 is an answer, too.
COMMANDS = {
    "start": "--version",
    "check 5,000 rules": "check {scratch}/rules.v4",
    "check 50,000 elements": f"ask {HOST} --sets {{scratch}}/big.ipset 'tcp 192.0.2.1:40011 -> 203.0.113.10:22 in eth0 syn'",
    "ask": f"ask {HOST} 'tcp 198.51.100.99:40011 -> 203.0.113.10:22 in eth0 syn'",
    "ask of all": "ask --rules corpora/rulesets/baseline-host.v4 'tcp any -> any:22,80-90 in eth0'",
    "lint": "lint corpora/rulesets/nat-gateway.v4 --fail-on never",
    "lint 2,000 rules": "lint --only FW101,FW102 {scratch}/linear.v4 --fail-on never",
    "trace": f"trace corpora/captures/nat-gateway.pcapng {GATEWAY} --summary",
    "diff": "diff corpora/rulesets/nat-gateway.v4 corpora/rulesets/baseline-host.v4",
}


def make_inputs(scratch):
    for script, count, name in (("make_rules.py", 5000, "rules.v4"), ("make_linear.py", 2000, "linear.v4")):
        with open(os.path.join(scratch, name), "w") as out:
            subprocess.run([sys.executable, os.path.join(HERE, script), str(count)], stdout=out, check=True)
    with open(os.path.join(scratch, "big.ipset"), "w") as out:
        out.write("create big hash:ip maxelem 100000\n")
        out.writelines(f"add big 10.{i >> 16}.{i >> 8 & 255}.{i & 255}\n" for i in range(1, 50001))


def count(fwsim, arguments):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", fwsim, *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
    collected = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
    if done.returncode not in (0, 1) or not collected:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return int(collected.group(1))


def machine():
    compiler = subprocess.run([os.environ.get("CXX", "g++"), "-dumpfullversion"], capture_output=True, text=True).stdout.strip()
    return f"g++ {compiler}, glibc {os.confstr('CS_GNU_LIBC_VERSION').split()[-1]}, {os.uname().machine}"


def stored():
    with open(STORED) as text:
        lines = [line.rstrip("\n").split("\t") for line in text if not line.startswith("#")]
        return {name: int(number) for name, number in lines}


def main():
    if len(sys.argv) != 3 or sys.argv[2] not in ("check", "record"):
        sys.exit(__doc__)
    fwsim, record = os.path.abspath(sys.argv[1]), sys.argv[2] == "record"
    if not record and not os.path.exists(STORED):
        sys.exit(f"{STORED} is not there: ./dev bench --record writes it")
    before = stored() if os.path.exists(STORED) else {}
    if not record:
        with open(STORED) as text:
            made = text.readline()[2:].strip()
        if made != machine():
            print(f"recorded with {made}, here is {machine()}: small differences mean nothing")
    now, slower = {}, []
    print("| command | million instructions | before | change |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as scratch:
        make_inputs(scratch)
        for name, line in COMMANDS.items():
            now[name] = count(fwsim, [word.format(scratch=scratch) for word in shlex.split(line)])
            was = before.get(name)
            change = 100 * (now[name] / was - 1) if was else 0
            print(f"| {name} | {now[name] / 1e6:.1f} | {was / 1e6:.1f} | {change:+.1f} % |" if was else f"| {name} | {now[name] / 1e6:.1f} | | |", flush=True)
            if was is None or change > TOLERANCE:
                slower.append(name)
    if record:
        with open(STORED, "w") as out:
            out.write(f"# {machine()}\n")
            out.writelines(f"{name}\t{number}\n" for name, number in now.items())
    elif slower:
        sys.exit(f"more than {TOLERANCE} % more instructions, or not recorded: {', '.join(slower)}; where that is meant: ./dev bench --record")


if __name__ == "__main__":
    main()

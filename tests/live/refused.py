#!/usr/bin/env python3
"""What fwsim live cannot do is said in one line, with status 2, and nothing is left behind. Usage: refused.py FWSIM"""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab import Lab, can_make_namespaces, run  # noqa: E402

RULES = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
ADMIN, RAW = "this needs root, or CAP_NET_ADMIN", "this needs root, or CAP_NET_RAW"


def without(capability):
    return ["setpriv", "--bounding-set", "-" + capability, "--inh-caps", "-" + capability]


def main():
    fwsim = os.path.abspath(sys.argv[1])
    if not can_make_namespaces():
        print("skipped: no network namespaces can be made here")
        return 1 if os.environ.get("CI") else 77
    problems, lab = [], Lab("refuse")
    inside = ["ip", "netns", "exec", lab.names["firewall"]]
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            rules = os.path.join(folder, "rules.v4")
            with open(rules, "w") as file:
                file.write(RULES)
            live = [fwsim, "live", "--rules", rules, "--control", ""]

            def refused(what, said, *words, by=()):
                done = subprocess.run(inside + list(by) + live + list(words), capture_output=True, text=True, timeout=60, check=False)
                good = done.returncode == 2 and done.stderr.count("\n") == 1 and said in done.stderr and done.stdout == ""
                print(("ok: " if good else "FAILED: ") + what, *(() if good else (done.returncode, done.stderr, done.stdout)))
                if not good:
                    problems.append(what)

            # Where nobody may not read the program, this says nothing.
            if subprocess.run(NOBODY + [fwsim, "--version"], capture_output=True, check=False).returncode == 0:
                for said, *words in ((RAW, "--enforce"), ("CAP_NET_RAW", "--observe", "eth0"), ("CAP_NET_RAW", "--inline", "eth0:eth1"),
                                     ("it takes root", "--tun", "fw0", "--addr", "fw0=10.9.0.1/24")):
                    refused("nobody: " + words[0], said, *words, by=NOBODY)
            refused("root without CAP_NET_ADMIN: --enforce", ADMIN, "--enforce", by=without("net_admin"))
            refused("root without CAP_NET_RAW: --enforce", RAW, "--enforce", by=without("net_raw"))
            refused("root without CAP_NET_RAW: --observe", "CAP_NET_RAW", "--observe", "eth0", by=without("net_raw"))
            refused("unknown device: --observe", "there is no device nosuch0", "--observe", "nosuch0")
            refused("unknown device: --inline", "there is no device 'nosuch0'", "--inline", "eth0:nosuch0")
            refused("no such group", "70000", "--observe", "nflog:70000")
            refused("queues beyond the last", "65535", "--enforce", "--queue", "65535", "--queue-balance", "2")
            errors = open(os.path.join(folder, "errors"), "w+")
            first = subprocess.Popen(inside + live + ["--enforce"], stderr=errors)
            for _ in range(600):
                if "in force" in open(errors.name).read() or first.poll() is not None:
                    break
                time.sleep(0.05)
            refused("a busy queue", "cannot read packets of queue 17: somebody else reads it", "--enforce")
            refused("a busy queue among others", "cannot read packets of queue 17: somebody else reads it", "--enforce", "--queue", "16", "--queue-balance", "3")
            refused("another one in force", "another fwsim live --enforce is in force here", "--enforce", "--queue", "30")
            first.terminate()
            if first.wait(20) != 0:
                problems.append("the first one: " + open(errors.name).read())
            if "fwsim" in run(*inside, "nft", "list", "tables").stdout:
                problems.append("a table stayed")
    finally:
        lab.end()
    print("\n".join(problems) or "refused: good")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

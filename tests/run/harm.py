#!/usr/bin/env python3
"""Scripts that mean harm (harm/*.sh), each run by `fwsim run` in a machine made for it (victim.py), as root and as a user: nothing
of that machine may be changed, nothing of it may get out, nothing may stay behind. Usage: harm.py FWSIM [NAME...]"""
import concurrent.futures
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT = 5   # seconds, for scripts that do not end; those that do have time enough on a busy machine
SKIPPED = 77


def harmed(fwsim, name, as_root):
    path = os.path.join(HERE, "harm", name + ".sh")
    with open(path, encoding="utf-8") as text:
        expect = re.search(r"^# expect: (ends|timeout|any)$", text.read(), re.M).group(1)
    with tempfile.TemporaryDirectory(prefix="fwsim-harm-") as base:
        timeout = 12 * TIMEOUT if expect == "ends" else TIMEOUT
        job = {"fwsim": fwsim, "script": path, "base": base, "root": as_root, "timeout": timeout, "expect": expect}
        command = ["unshare", "--net", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--propagation", "private",
                   "/usr/bin/python3", os.path.join(HERE, "victim.py"), json.dumps(job)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout + 60)
        except subprocess.TimeoutExpired:
            return {"problems": ["the machine made for it hung"], "out": ""}
        if done.returncode != 0 or not done.stdout.startswith("{"):
            return {"problems": ["the machine made for it ended with %d: %s" % (done.returncode, done.stderr[-1500:])], "out": ""}
        return json.loads(done.stdout)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    fwsim = os.path.abspath(sys.argv[1])
    names = sys.argv[2:] or sorted(os.path.basename(path)[:-3] for path in glob.glob(os.path.join(HERE, "harm/*.sh")))
    if os.geteuid() != 0 or subprocess.run(["unshare", "--net", "--mount", "--pid", "true"], capture_output=True, check=False).returncode != 0:
        print("no namespaces can be made here (root?): there is no machine to be harmed")
        return 1 if os.environ.get("CI") else SKIPPED
    jobs = [(name, as_root) for name in names for as_root in (False, True)]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for (name, as_root), said in zip(jobs, pool.map(lambda job: harmed(fwsim, *job), jobs)):
            if said["problems"]:
                bad += 1
                print("==== %s as %s\n%s" % (name, "root" if as_root else "a user", "".join("  %s\n" % p for p in said["problems"])), flush=True)
    print("%d scripts that mean harm, as a user and as root: %d of %d runs did some" % (len(names), bad, len(jobs)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

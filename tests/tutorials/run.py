#!/usr/bin/env python3
"""run.py FWSIM [--record]: every script of corpora/tutorials, and what it prints against expected/NAME.txt. Those that need network
namespaces end with 77 where there are none, which is a failure in CI."""

import os
import re
import subprocess
import sys
import tempfile

FOLDER = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../corpora/tutorials"))


def settled(text):
    """Without what is another each time: when a packet came and the how many-th of a device it was, names that mktemp makes."""
    text = re.sub(r"^ +\d+ \d\d:\d\d:\d\d\.\d{6} ", "    N TIME ", text, flags=re.M)
    return re.sub(r"/firewall-[A-Za-z0-9]{6}/", "/firewall-XXXXXX/", text)


def main():
    fwsim, record = os.path.realpath(sys.argv[1]), "--record" in sys.argv
    failures = skipped = 0
    names = sorted(name[:-3] for name in os.listdir(FOLDER) if name.endswith(".sh") and name != "lib.sh")
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(fwsim, os.path.join(folder, "fwsim"))
        env = dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}", LC_ALL="C.UTF-8", ASAN_OPTIONS="detect_leaks=0", TZ="UTC")
        env.pop("SSH_CONNECTION", None)
        for name in names:
            ran = subprocess.run([os.path.join(FOLDER, name + ".sh")], env=env, capture_output=True, text=True, timeout=200, check=False)
            said, file = settled(ran.stdout), os.path.join(FOLDER, "expected", name + ".txt")
            if ran.returncode == 77:
                skipped += 1
                print(f"skipped: {name}: {ran.stdout.strip()}")
                continue
            if record and ran.returncode == 0:
                with open(file, "w", encoding="utf-8") as out:
                    out.write(said)
            wanted = open(file, encoding="utf-8").read() if os.path.exists(file) else ""
            good = ran.returncode == 0 and said == wanted and not ran.stderr
            print(f"{'ok' if good else 'FAILED'}: {name}")
            if good:
                continue
            failures += 1
            with tempfile.NamedTemporaryFile("w", suffix=".txt") as now:
                now.write(said)
                now.flush()
                print(f"exit status {ran.returncode}\n{ran.stderr}")
                print(subprocess.run(["diff", "-u", file if wanted else "/dev/null", now.name], capture_output=True, text=True, check=False).stdout)
    if skipped and os.environ.get("CI"):
        return 1
    return 1 if failures else 77 if skipped else 0


if __name__ == "__main__":
    sys.exit(main())

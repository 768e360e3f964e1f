#!/bin/bash
# expect: any
# Out of a changed root: by a folder that is held open, by descriptors that were left open, by /proc.
echo started
exec /usr/bin/python3 - <<'PYTHON'
import glob
import os


def tried(action):
    try:
        action()
    except OSError:
        pass


def write(path):
    with open(path, "w") as out:
        out.write("escaped")


def out_of_chroot():
    held = os.open("/", os.O_RDONLY)
    os.makedirs("/tmp/jail", exist_ok=True)
    os.chroot("/tmp/jail")
    os.fchdir(held)
    for _ in range(60):
        os.chdir("..")
    os.chroot(".")
    write("/srv/escaped")


if os.fork() == 0:
    tried(out_of_chroot)
    os._exit(0)
os.wait()
for fd in range(3, 256):
    tried(lambda: write("/proc/self/fd/%d/escaped" % fd))
    tried(lambda: write("/proc/self/fd/%d/srv/escaped" % fd))
    tried(lambda: write("/proc/self/fd/%d/../../../srv/escaped" % fd))
    tried(lambda: os.write(fd, b"escaped"))
for root in glob.glob("/proc/[0-9]*/root") + glob.glob("/proc/[0-9]*/cwd"):
    tried(lambda: write(root + "/srv/escaped"))
    tried(lambda: write(root + "/escaped"))
for other in glob.glob("/proc/[0-9]*/fd/*"):
    tried(lambda: write(other))
for number in range(1, 60):
    tried(lambda: write("/proc/self/map_files/../../%d/root/srv/escaped" % number))
PYTHON

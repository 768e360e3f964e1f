#!/usr/bin/env python3
"""Runs one script as root on this machine's kernel, where it can change nothing: in namespaces of its own for network, mounts and
processes, on an overlay of the file system that is thrown away. What it left behind comes back as JSON.

Commands that would reach out of there (modprobe, systemctl, at, ...) are stubs that succeed; `iptables` is the legacy one."""
import fcntl
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import tomllib

STUBS = ("modprobe", "depmod", "systemctl", "service", "at", "atrm", "logger", "apt-get", "tcpdump")
# Sleeps pass a hundred times as fast: what waits in the background for a minute still does so while the script works.
SLEEP = """#!/bin/sh
exec /usr/bin/sleep.real "$(echo "$1" | awk '{n = $1 + 0; if ($1 ~ /m$/) n *= 60; if ($1 ~ /h$/) n *= 3600; print n / 100}')"
"""
SUDO = """#!/bin/sh
while :; do case $1 in -[nEHS]) shift ;; -u) shift 2 ;; *) exec "$@" ;; esac; done
"""
# It would never end.
WATCH = """#!/bin/sh
while :; do case $1 in -n) shift 2 ;; -*) shift ;; *) exec sh -c "$*" ;; esac; done
"""
# What its plugins for iptables do.
PERSISTENT = """#!/bin/sh
case $1 in
  save) iptables-save > /etc/iptables/rules.v4; ip6tables-save > /etc/iptables/rules.v6 ;;
  start | reload) iptables-restore < /etc/iptables/rules.v4; ip6tables-restore < /etc/iptables/rules.v6 ;;
esac
exit 0
"""
# They belong to the whole kernel, and so are read-only in a network namespace: the script gets a copy of each.
GLOBAL_SYSCTLS = ("net/netfilter/nf_conntrack_max", "net/netfilter/nf_conntrack_buckets", "net/netfilter/nf_conntrack_expect_max")
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "USER": "root", "LOGNAME": "root",
               "LANG": "C.UTF-8", "TERM": "dumb", "SHELL": "/bin/bash"}
FOLDERS = ("etc/iptables", "run/lock", "etc/sysctl.d", "var/lib", "root")
TIMEOUT = 60            # seconds for the script
BACKGROUND = 20         # seconds for what it left running
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000


def can_make_namespaces():
    return subprocess.run(["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "true"], capture_output=True, check=False).returncode == 0


def run_on_machine(folder, script, host, stdin, arguments=()):
    """`folder` holds the scripts and is where `script` (a path in it) is started; `stdin` is bytes. What came of it as a dictionary."""
    with tempfile.TemporaryDirectory() as work:
        job = {"work": work, "folder": folder, "script": script, "host": host, "arguments": list(arguments)}
        with open(os.path.join(work, "stdin"), "wb") as out:
            out.write(stdin)
        done = subprocess.run(["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private", sys.executable,
                               os.path.abspath(__file__), json.dumps(job)], capture_output=True, check=False, timeout=TIMEOUT + BACKGROUND + 60)
        if done.returncode != 0:
            raise RuntimeError("%s could not be run: %s" % (script, done.stderr.decode(errors="replace")))
        return json.loads(done.stdout)


# ---- From here on in the namespaces, as process 1.

def call(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def write(path, text, mode=0o755):
    if os.path.lexists(path):
        os.remove(path)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    os.chmod(path, mode)


def make_root(job):
    """The file system of the script, and where what it writes goes."""
    base = os.path.join(job["work"], "fs")
    os.mkdir(base)
    call("mount", "-t", "tmpfs", "tmpfs", base)
    upper, root = os.path.join(base, "upper"), os.path.join(base, "root")
    for name in ("upper", "work", "root", "sysctl"):
        os.mkdir(os.path.join(base, name))
    call("mount", "-t", "overlay", "overlay", "-o", "lowerdir=/,upperdir=%s,workdir=%s" % (upper, os.path.join(base, "work")), root)
    inside = lambda path: os.path.join(root, path.lstrip("/"))  # noqa: E731
    for name in FOLDERS:
        os.makedirs(inside(name), exist_ok=True)
    for name in os.listdir(inside("etc/iptables")):
        os.remove(inside("etc/iptables/" + name))
    shutil.copytree(job["folder"], inside(job["folder"]), dirs_exist_ok=True)
    for name in STUBS:
        write(inside("usr/sbin/" + name), "#!/bin/sh\nexit 0\n")
        if os.path.lexists(inside("usr/bin/" + name)):
            write(inside("usr/bin/" + name), "#!/bin/sh\nexit 0\n")
    shutil.copy(inside("usr/bin/sleep"), inside("usr/bin/sleep.real"))
    write(inside("usr/bin/sleep"), SLEEP)
    write(inside("usr/bin/sudo"), SUDO)
    write(inside("usr/bin/watch"), WATCH)
    write(inside("usr/sbin/netfilter-persistent"), PERSISTENT)
    for tool in ("iptables", "ip6tables"):
        for end in ("", "-save", "-restore"):
            link = inside("usr/sbin/%s%s" % (tool, end))
            if os.path.lexists(link):
                os.remove(link)
            os.symlink("/usr/sbin/%s-legacy%s" % (tool, end), link)
    make_kernel_files(base, root)
    return root, upper


def make_kernel_files(base, root):
    call("mount", "-t", "proc", "proc", root + "/proc")
    sysctl = root + "/proc/sys"
    call("mount", "--bind", sysctl, sysctl)
    call("mount", "-o", "remount,bind,ro", sysctl)
    call("mount", "--bind", root + "/proc/sys/net", root + "/proc/sys/net")
    call("mount", "-o", "remount,bind,rw", root + "/proc/sys/net")
    call("mount", "-t", "sysfs", "-o", "ro", "sysfs", root + "/sys")
    call("mount", "--rbind", "/dev", root + "/dev")
    for number, name in enumerate(GLOBAL_SYSCTLS):
        target = os.path.join(sysctl, name)
        if not os.path.exists(target):
            continue
        copy = os.path.join(base, "sysctl", str(number))
        shutil.copyfile(target, copy)
        call("mount", "--bind", copy, target)


def make_network(path):
    """The devices of a host description: taps, whose other end is held open here, so that they have a carrier and say nothing."""
    call("ip", "link", "set", "lo", "up")
    held = []
    if not path:
        return held
    with open(path, "rb") as text:
        host = tomllib.load(text)
    for name, settings in host.get("interfaces", {}).items():
        if name != "lo":
            tap = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
            held.append(tap)
            call("sysctl", "-qw", "net.ipv6.conf.%s.addr_gen_mode=1" % name.replace(".", "/"))
            if "mac" in settings:
                call("ip", "link", "set", name, "address", settings["mac"])
            call("ip", "link", "set", name, "up")
        for address in settings.get("addresses", []):
            call("ip", "address", "add", address, "dev", name, *(["nodad"] if ":" in address else []))
    for kind, option in (("routes", ()), ("routes6", ("-6",))):
        for route in host.get(kind, []):
            call("ip", *(option or (("-6",) if "::" in route else ())), "route", "add", *route.split())
    for name, value in host.get("sysctl", {}).items():
        call("sysctl", "-qw", "%s=%s" % (name, value))
    return held


def sysctls(root):
    values = {}
    base = os.path.join(root, "proc/sys")
    for folder, _, files in os.walk(base + "/net"):
        for name in set(files) - {"nf_conntrack_count"}:     # a count, and no setting
            path = os.path.join(folder, name)
            try:
                with open(path, encoding="utf-8", errors="replace") as text:
                    values[os.path.relpath(path, base).replace(".", "\0").replace("/", ".").replace("\0", "/")] = text.read().rstrip("\n")
            except OSError:
                pass    # write-only, or of another kind of network
    return values


def run_script(job, root):
    """Exit status (as a shell sees it), standard output and error."""
    def enter():
        os.chroot(root)
        os.chdir(job["folder"])

    out, err = (os.path.join(job["work"], name) for name in ("out", "err"))
    with open(os.path.join(job["work"], "stdin"), "rb") as stdin, open(out, "wb") as o, open(err, "wb") as e:
        script = subprocess.Popen([job["script"]] + job["arguments"], stdin=stdin, stdout=o, stderr=e, env=ENVIRONMENT, preexec_fn=enter, executable=None)
        status = script.wait(TIMEOUT)
    wait_for_the_rest()
    with open(out, encoding="utf-8", errors="replace") as o, open(err, encoding="utf-8", errors="replace") as e:
        return 128 - status if status < 0 else status, o.read(), e.read()


def wait_for_the_rest():
    """What the script left in the background works to its end, too: the state is what comes of all of it."""
    until = time.time() + BACKGROUND
    while time.time() < until:
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            return
        time.sleep(0.02)
    raise RuntimeError("processes stayed in the background")


def written_files(upper, before):
    """Path: text, of regular files that the script made or changed."""
    files = {}
    for folder, _, names in os.walk(upper):
        for name in names:
            path = os.path.join(folder, name)
            about = os.lstat(path)
            if os.path.islink(path) or not os.path.isfile(path) or before.get(path) == (about.st_mtime_ns, about.st_size):
                continue
            with open(path, encoding="utf-8", errors="replace") as text:
                files["/" + os.path.relpath(path, upper)] = text.read()
    return files


def stamps(upper):
    return {os.path.join(folder, name): (os.lstat(os.path.join(folder, name)).st_mtime_ns, os.lstat(os.path.join(folder, name)).st_size)
            for folder, _, names in os.walk(upper) for name in names}


def main():
    job = json.loads(sys.argv[1])
    root, upper = make_root(job)
    held = make_network(job["host"])
    before, known = sysctls(root), stamps(upper)
    status, out, err = run_script(job, root)
    after = sysctls(root)
    print(json.dumps({
        "status": status, "out": out, "err": err,
        "v4": call("iptables-legacy-save"), "v6": call("ip6tables-legacy-save"), "ipset": call("ipset", "save"),
        "sysctl": {name: value for name, value in after.items() if before.get(name) != value},
        "all_sysctl": after,
        "files": written_files(upper, known)}))
    del held


if __name__ == "__main__":
    main()

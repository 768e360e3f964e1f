#!/usr/bin/env python3
"""A machine to be harmed: namespaces of its own with a file system in memory, listeners, other processes and secrets, in which
`fwsim run` runs a script that means harm. What it did to this machine comes back as JSON. The one outside is safe even where fwsim
is not: it can only be seen through /usr, read-only; nothing here may make devices."""
import hashlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

SECRET = "SECRET-7d1f2c"
TOKEN = "TOKEN-93ab55"
USER = 1000
ETC = ("group", "nsswitch.conf", "services", "protocols", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "bash.bashrc", "profile",
       "sysctl.conf", "sysctl.d", "ethertypes", "localtime", "host.conf")
DISK = 400              # MB
MEMORY = 3000           # MB that may be taken of what is free
DROPPED = "-mknod,-sys_rawio,-sys_boot,-sys_module,-sys_time"
SOCKETS = ("/run/listener.sock", "/tmp/listener.sock", "\0listener")


def call(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def write(path, text, mode=0o644, owner=0):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    os.chmod(path, mode)
    os.chown(path, owner, owner)


def make_root(fwsim, script, base):
    """A file system in memory, and into it; it has what a small Debian has."""
    call("mount", "-t", "tmpfs", "-o", "size=%dM,mode=755" % (DISK + (os.path.getsize(fwsim) >> 20)), "tmpfs", base)
    for name in ("usr", "proc", "sys", "dev", "etc", "tmp", "run", "var/tmp", "var/lib", "srv/data", "srv/private", "home/user", "root", "opt", "mnt", "old"):
        os.makedirs(os.path.join(base, name))
    call("mount", "--rbind", "/usr", base + "/usr")
    call("mount", "-o", "remount,bind,ro", base + "/usr")
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if os.path.islink("/" + name):
            os.symlink(os.readlink("/" + name), os.path.join(base, name))
    for name in ETC:
        if os.path.isdir("/etc/" + name):
            shutil.copytree("/etc/" + name, base + "/etc/" + name, symlinks=True)
        elif os.path.exists("/etc/" + name):
            shutil.copy("/etc/" + name, base + "/etc/" + name)
    for name in ("null", "zero", "full", "random", "urandom", "tty", "net/tun"):
        path = os.path.join(base, "dev", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.mknod(path, 0o666 | stat.S_IFCHR, os.stat("/dev/" + name).st_rdev)
        os.chmod(path, 0o666)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(target, os.path.join(base, "dev", name))
    os.mkdir(base + "/dev/shm")
    for name in ("tmp", "var/tmp", "dev/shm"):
        os.chmod(os.path.join(base, name), 0o1777)
    shutil.copy(fwsim, base + "/opt/fwsim")
    shutil.copy(script, base + "/opt/script.sh")
    for name in ("fwsim", "script.sh"):
        os.chmod(base + "/opt/" + name, 0o755)
    os.chdir(base)
    call("pivot_root", base, base + "/old")
    os.chroot(".")
    os.chdir("/")
    call("mount", "-t", "proc", "proc", "/proc")
    call("mount", "-t", "sysfs", "sysfs", "/sys")
    call("umount", "-l", "/old")
    os.rmdir("/old")


def fill_root():
    write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nuser:x:1000:1000::/home/user:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n")
    write("/etc/shadow", "root:%s:1::::::\n" % SECRET, 0o640)
    write("/etc/hosts", "127.0.0.1 localhost\n")
    write("/etc/resolv.conf", "nameserver 127.0.0.1\n")
    write("/etc/cron.d/daily", "0 4 * * * root true\n")
    for name in ("one", "two", "three"):
        write("/srv/data/" + name, name * 100, 0o666)
    os.chmod("/srv/data", 0o777)
    write("/srv/private/key", SECRET, 0o600, USER)
    os.chown("/srv/private", USER, USER)
    for home, owner in (("/home/user", USER), ("/root", 0)):
        os.chmod(home, 0o700)
        os.chown(home, owner, owner)
        write(home + "/.ssh/id_rsa", SECRET, 0o600, owner)
        write(home + "/.bashrc", "# own\n", 0o644, owner)
        write(home + "/notes", "of mine\n", 0o644, owner)
        os.chown(home + "/.ssh", owner, owner)
    for name, owner in (("user", USER), ("root", 0)):
        write("/var/spool/cron/crontabs/" + name, "0 5 * * * true\n", 0o600, owner)
    write("/tmp/notes", "of mine\n", 0o644, USER)
    write("/run/state", "up\n", 0o666)
    os.makedirs("/out")
    os.chmod("/out", 0o777)


# ---- What there is, before and after.

def tree():
    """Path: all about it, of all that is no part of the kernel or of /usr."""
    found = {}
    for folder, folders, files in os.walk("/"):
        folders[:] = [f for f in folders if os.path.join(folder, f) not in ("/proc", "/sys", "/usr", "/out")]
        for name in folders + files + ([""] if folder == "/" else []):
            path = os.path.join(folder, name)
            about = os.lstat(path)
            seen = [stat.filemode(about.st_mode), about.st_uid, about.st_gid, about.st_nlink, about.st_rdev]
            if stat.S_ISREG(about.st_mode):
                with open(path, "rb") as data:
                    seen += [about.st_mtime_ns, hashlib.sha256(data.read()).hexdigest()]
            elif stat.S_ISLNK(about.st_mode):
                seen.append(os.readlink(path))
            found[path] = seen
    return found


def settings():
    values = {}
    for base in ("/proc/sys/net", "/proc/sys/kernel"):
        for folder, _, files in os.walk(base):
            for name in files:
                try:
                    with open(os.path.join(folder, name), "rb") as value:
                        values[os.path.join(folder, name)] = value.read(4096).decode(errors="replace")
                except OSError:
                    pass
    # These change by themselves.
    for name in ("pty/nr", "random/uuid", "random/entropy_avail", "ns_last_pid", "random/boot_id"):
        values.pop("/proc/sys/kernel/" + name, None)
    return {name: value for name, value in values.items() if not name.endswith("nf_conntrack_count")}


def network():
    # A look at a table makes it, so all are made by the first look.
    return {"rules": "".join(line for tool in ("iptables-legacy", "ip6tables-legacy") for table in ("filter", "nat", "mangle", "raw")
                             for line in call(tool, "-t", table, "-S").splitlines(True)),
            "nft": call("nft", "list", "tables"), "ipset": call("ipset", "list", "-n"),
            "links": call("ip", "-o", "link"), "addresses": call("ip", "-o", "address"), "routes": call("ip", "route", "show", "table", "all")}


def processes(own):
    """Those that are none of ours, pid: command; the dead are buried, as process 1 does."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) not in own:
            try:
                if os.waitid(os.P_PID, int(name), os.WEXITED | os.WNOHANG) is not None:
                    continue
            except ChildProcessError:
                pass    # of others, and so alive or theirs to bury
            try:
                with open("/proc/%s/cmdline" % name, "rb") as line:
                    found[int(name)] = line.read().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                pass
    return found


def state_of(pid):
    """How a bystander is: that it lives, runs, and has what it had."""
    def of(name):
        with open("/proc/%d/%s" % (pid, name), encoding="utf-8", errors="replace") as text:
            return text.read()
    try:
        status = dict(line.split(":", 1) for line in of("status").splitlines() if ":" in line)
        return {"state": status["State"].strip()[:1], "tracer": status["TracerPid"].strip(), "name": status["Name"].strip(), "oom": of("oom_score_adj").strip(),
                "nice": of("stat").rsplit(")", 1)[1].split()[16], "limits": of("limits")}
    except (OSError, IndexError):
        return {"state": "gone"}


class Listeners:
    """On each address, TCP and UDP, and as Unix sockets: whoever comes is written down."""

    def __init__(self):
        self.came = []
        for address in ("127.0.0.1", "198.51.100.1", "::1"):
            for port in (7777, 53, 80):
                family = socket.AF_INET6 if ":" in address else socket.AF_INET
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    s = socket.socket(family, kind)
                    s.bind((address, port))
                    self.watch(s, kind, "%s port %d" % (address, port))
        for path in SOCKETS:
            s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            s.bind(path)
            if path[0] == "/":
                os.chmod(path, 0o777)
            self.watch(s, socket.SOCK_STREAM, "unix socket %r" % path)

    def watch(self, s, kind, name):
        if kind == socket.SOCK_STREAM:
            s.listen(16)
        threading.Thread(target=self.wait, args=(s, kind, name), daemon=True).start()

    def wait(self, s, kind, name):
        while True:
            if kind == socket.SOCK_STREAM:
                s.accept()[0].close()
            else:
                s.recv(65536)
            self.came.append(name)


class Watch(threading.Thread):
    """The least that was free while it ran, of disk and memory (MB)."""

    def __init__(self):
        super().__init__(daemon=True)
        self.disk, self.memory, self.over, self.too_much = self.free_disk(), self.free_memory(), False, threading.Event()
        self.first_memory = self.memory
        self.start()

    @staticmethod
    def free_disk():
        about = os.statvfs("/")
        return about.f_bavail * about.f_frsize >> 20

    @staticmethod
    def free_memory():
        with open("/proc/meminfo", encoding="utf-8") as info:
            return next(int(line.split()[1]) >> 10 for line in info if line.startswith("MemAvailable"))

    def run(self):
        while not self.over:
            self.disk, self.memory = min(self.disk, self.free_disk()), min(self.memory, self.free_memory())
            if self.first_memory - self.memory > MEMORY:
                self.too_much.set()
            time.sleep(0.05)


def run_fwsim(job, watch):
    """(status, first part of the output, how much there was, seconds); killed where it does not end."""
    home, uid = ("/root", 0) if job["root"] else ("/home/user", USER)
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "USER": os.path.basename(home),
                   "LOGNAME": os.path.basename(home), "LANG": "C.UTF-8", "TERM": "dumb", "FWSIM_TEST_TOKEN": TOKEN, "GITHUB_TOKEN": TOKEN}
    command = ["setpriv", "--bounding-set", DROPPED] + ([] if job["root"] else ["--reuid=%d" % uid, "--regid=%d" % uid, "--clear-groups"])
    command += ["/opt/fwsim", "run", "--timeout", str(job["timeout"]), "-o", "/out/snapshot", "/opt/script.sh"]
    waits, never = os.pipe()    # an input that says nothing and does not end
    # What a careless shell leaves open for all that it starts: a folder, and a file to write to.
    left_open = (os.open("/srv", os.O_RDONLY | os.O_DIRECTORY), os.open("/srv/data/three", os.O_RDWR))
    began = time.time()
    process = subprocess.Popen(command, stdin=waits, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=home, start_new_session=True,
                               pass_fds=left_open)
    for fd in left_open:
        os.close(fd)
    seen, size = b"", [0]

    def reading():
        nonlocal seen
        while True:
            part = os.read(process.stdout.fileno(), 1 << 20)
            if not part:
                return
            size[0] += len(part)
            if len(seen) < 8 << 20:
                seen += part

    reader = threading.Thread(target=reading, daemon=True)
    reader.start()
    while process.poll() is None and time.time() - began < job["timeout"] + 15 and not watch.too_much.is_set():
        time.sleep(0.02)
    ended = process.poll() is not None
    if not ended:
        process.kill()
        process.wait()
    seconds = time.time() - began
    reader.join(2)
    os.close(never)
    return (process.returncode if ended else None), seen.decode(errors="replace"), size[0], seconds


def snapshot_problems(job):
    problems, size = [], 0
    for folder, folders, files in os.walk("/out"):
        for name in folders + files:
            path = os.path.join(folder, name)
            about = os.lstat(path)
            size += about.st_blocks * 512
            if about.st_mode & (stat.S_ISUID | stat.S_ISGID):
                problems.append("%s in the snapshot runs as somebody else" % name)
            if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
                problems.append("%s in the snapshot is no file" % name)
            if about.st_uid != (0 if job["root"] else USER):
                problems.append("%s in the snapshot belongs to %d" % (name, about.st_uid))
            if stat.S_ISREG(about.st_mode):
                with open(path, "rb") as data:
                    text = data.read(8 << 20)
                problems += ["%s in the snapshot has %s" % (path, word) for word in (SECRET, TOKEN) if word.encode() in text]
    if size > 128 << 20:
        problems.append("the snapshot is of %d MB" % (size >> 20))
    return problems


def bystanders():
    """Others at work: of root, and of the user."""
    environment = {"PATH": "/usr/bin", "OF_OTHERS": TOKEN}
    return [subprocess.Popen(who + ["sleep", "1000"], env=environment, start_new_session=True)
            for who in ([], ["setpriv", "--reuid=%d" % USER, "--regid=%d" % USER, "--clear-groups"])]


def compare(what, before, after):
    return ["%s %s: was %s, is %s" % (what, key, before.get(key), after.get(key)) for key in sorted(set(before) | set(after), key=str) if before.get(key) != after.get(key)][:12]


def harmed(job):
    """What a script did, as a list of texts; empty is well."""
    make_root(job["fwsim"], job["script"], job["base"])
    call("ip", "link", "set", "lo", "up")
    call("ip", "address", "add", "198.51.100.1/32", "dev", "lo")
    fill_root()
    listeners, others = Listeners(), bystanders()
    time.sleep(0.3)
    network()
    before = tree(), settings(), network(), [state_of(p.pid) for p in others], open("/proc/self/mounts", encoding="utf-8").read()
    free, own = Watch.free_disk(), {os.getpid()} | {p.pid for p in others}
    watch = Watch()
    status, out, size, seconds = run_fwsim(job, watch)
    watch.over = True
    time.sleep(0.5)
    problems = outcome(job, status, out, size, seconds)
    left = processes(own)
    problems += ["process %d stayed: %s" % item for item in left.items()]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    problems += compare("file", before[0], tree()) + compare("setting", before[1], settings()) + compare("network", before[2], network())
    for was, process in zip(before[3], others):
        problems += compare("another process,", was, state_of(process.pid))
    if open("/proc/self/mounts", encoding="utf-8").read() != before[4]:
        problems.append("mounts changed")
    problems += ["a connection came to " + name for name in sorted(set(listeners.came))]
    problems += ["the output has %s" % word for word in (SECRET, TOKEN) if word in out]
    problems += snapshot_problems(job)
    if watch.disk < free / 4:
        problems.append("of %d MB of disk %d were left while it ran" % (free, watch.disk))
    if watch.too_much.is_set():
        problems.append("it took %d MB of memory" % (watch.first_memory - watch.memory))
    return {"problems": problems, "seconds": seconds, "status": status, "out": out[-2000:]}


def outcome(job, status, out, size, seconds):
    problems = []
    if "started" not in out:
        problems.append("the script did not run (status %s): %s" % (status, out[:500]))
    if status is None:
        problems.append("fwsim did not end: %d s, %d asked for" % (seconds, job["timeout"]))
    elif status not in (0, 1):
        problems.append("fwsim ended with %d" % status)
    if job["expect"] == "timeout" and status != 1:
        problems.append("it was not said that the time was over: status %s" % status)
    if job["expect"] == "ends" and seconds > job["timeout"]:
        problems.append("it took %.1f s" % seconds)
    if size > 256 << 20:
        problems.append("%d MB of output" % (size >> 20))
    return problems


if __name__ == "__main__":
    print(json.dumps(harmed(json.loads(sys.argv[1]))))

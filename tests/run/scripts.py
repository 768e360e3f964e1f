#!/usr/bin/env python3
"""Each script of corpora/scripts is run twice: as root on this machine's kernel (machine.py), and by `fwsim run` as a user who may
nothing. Rules, sets, sysctls, files, exit status and output must be the same.

Usage: scripts.py FWSIM [NAME...]           compare; where no namespaces can be made, with what is in corpora/scripts/expected
       scripts.py --expected [NAME...]      write corpora/scripts/expected, from this machine"""
import concurrent.futures
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from machine import ENVIRONMENT, can_make_namespaces, run_on_machine  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPTS = os.path.join(ROOT, "corpora/scripts")
EXPECTED = os.path.join(SCRIPTS, "expected")
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
TIMEOUT = 120
VERSION = "v1.8.9"
KINDS = ("v4", "v6", "ipset", "sysctl", "status", "out")
# Left by tools and shells, not by the script.
NOT_FILES = re.compile(r"^/(run/xtables\.lock|tmp/(tmp|sh-thd)\.?[A-Za-z0-9.]+|dev/.*|etc/ld\.so\.cache|var/cache/.*|root/\.bash_history)$")


def names_of_all():
    found = []
    for folder, _, files in os.walk(SCRIPTS):
        found += [os.path.relpath(os.path.join(folder, f), SCRIPTS)[:-3] for f in files if f.endswith(".sh")]
    return sorted(found)


def beside(name, end):
    path = os.path.join(SCRIPTS, name + end)
    return path if os.path.exists(path) else None


def host_of(name):
    return beside(name, ".toml") or os.path.join(SCRIPTS, "host.toml")


def stdin_of(name):
    path = beside(name, ".in")
    if not path:
        return b""
    with open(path, "rb") as text:
        return text.read()


# ---- The same text for the same meaning.

def rules(text):
    """Without comment lines and counters."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#") and line:
            lines.append(re.sub(r"^\[\d+:\d+\] |(?<=^:)(.*) \[\d+:\d+\]$", lambda m: m.group(1) or "", line))
    return "\n".join(lines) + "\n" if lines else ""


def sets(text):
    """Each set with its elements in order."""
    created, elements = {}, {}
    for line in text.splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == "create":
            created[words[1]] = line
        elif len(words) > 1:
            elements.setdefault(words[1], []).append(re.sub(r" timeout \d+", " timeout N", line))
    lines = []
    for name in sorted(set(created) | set(elements)):
        # The seed of the hash and what memory it takes are the kernel's own affair.
        lines.append(re.sub(r" (hashsize|bucketsize|initval) \S+", "", created.get(name, "no create for " + name)).rstrip())
        lines += sorted(elements.get(name, []))
    return "\n".join(lines) + "\n" if lines else ""


MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
DATES = [(re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (%s) +\d+ \d\d:\d\d:\d\d( [A-Z]+)? \d{4}" % MONTHS), "DATE"),
         (re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) +\d+ (%s) \d{4} \d\d:\d\d:\d\d( [AP]M)?( [A-Z]+)?" % MONTHS), "DATE"),
         (re.compile(r"\b20\d\d-\d\d-\d\d([T ]\d\d:\d\d:\d\d)?"), "DATE"), (re.compile(r"\b20\d{6}([-_T]?\d{6})?\b"), "DATE"), (re.compile(r"\b1[78]\d{8}\b"), "SECONDS"),
         (re.compile(r"\[\d+:\d+\]"), "[0:0]"), (re.compile(r"(tmp\.|fw-backup\.)[A-Za-z0-9]{6,}"), r"\1XXXXXX")]


def output(text):
    for pattern, word in DATES:
        text = pattern.sub(word, text)
    return text


def sysctl_lines(values):
    return "".join("%s = %s\n" % (name, re.sub(r"\s+", " ", value)) for name, value in sorted(values.items()))


def normal(answer):
    """What is compared and recorded, kind: text. Files are known on this machine only: they go on from what is here."""
    return {"v4": rules(answer["v4"]), "v6": rules(answer["v6"]), "ipset": sets(answer["ipset"]), "sysctl": sysctl_lines(answer["sysctl"]),
            "status": "%d\n" % answer["status"], "out": output(answer["out"])}


# ---- The two sides.

def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as text:
            return text.read()
    except FileNotFoundError:
        return ""


def files_below(base):
    found = {}
    for folder, _, names in os.walk(base):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                found["/" + os.path.relpath(path, base)] = read(path)
    return found


def parted(text, script):
    """What the script said, and what fwsim says of it after that."""
    begin = re.search(r"(from )?[\w.-]+:\d+(-\d+)?( on)?: (error|warning|note): |%s: \d+ commands?, " % re.escape(script), text)
    at = begin.start() if begin else len(text)
    return text[:at], text[at:]


def run_with_fwsim(fwsim, folder, name):
    """As the machine's answer; "said" is whether the exit status of fwsim goes with that of the script."""
    out = tempfile.mkdtemp(dir=os.path.dirname(folder))
    os.chmod(out, 0o777)
    snapshot = os.path.join(out, "snapshot")
    host = os.path.join(folder, os.path.relpath(host_of(name), SCRIPTS))
    environment = dict(ENVIRONMENT, HOME="/nonexistent", USER="nobody", LOGNAME="nobody")
    answers = ["--answers", stdin_of(name).decode()] if stdin_of(name) else []

    def run(*options):
        return subprocess.run((NOBODY if os.geteuid() == 0 else []) + [fwsim, "run", *options, "--host", host, *answers, "./" + name + ".sh"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", cwd=folder, env=environment, check=False, timeout=TIMEOUT)

    done = run("-o", snapshot, "--later")
    out_of_script, report = parted(done.stdout, os.path.basename(name) + ".sh")
    ended = re.search(r"^\S+: \d+ commands?, ended (?:well|with status (\d+))", report, re.M)
    status = int(ended.group(1) or 0) if ended else -1
    locked_out = re.search(r"^\S+:\d+: (?:.* after the end of the script: )?error: ", report, re.M)
    values = dict(line.split(" = ", 1) for line in read(os.path.join(snapshot, "sysctl.txt")).splitlines() if " = " in line)
    return {"status": status, "ended": done.returncode, "said": done.returncode == (1 if status or locked_out else 0),
            "out": out_of_script, "err": done.stderr,
            "v4": read(os.path.join(snapshot, "rules.v4")), "v6": read(os.path.join(snapshot, "rules.v6")),
            "ipset": read(os.path.join(snapshot, "ipset.save")), "sysctl": values, "files": files_below(os.path.join(snapshot, "files"))}


def expected_of(name):
    paths = {kind: os.path.join(EXPECTED, name + "." + kind) for kind in KINDS}
    if not os.path.exists(paths["status"]):
        return None
    return {kind: read(path) for kind, path in paths.items()}


def write_expected(name, said):
    for kind in KINDS:
        path = os.path.join(EXPECTED, name + "." + kind)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if said[kind] or kind == "status":
            with open(path, "w", encoding="utf-8") as out:
                out.write(said[kind])
        elif os.path.exists(path):
            os.remove(path)


# ---- The comparison.

def difference(kind, one, other, labels):
    if one == other:
        return ""
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), "%s of %s" % (kind, labels[0]), "%s of %s" % (kind, labels[1]), lineterm="", n=1)
    return "\n".join(lines) + "\n"


def of_fwsim(machine, fwsim):
    """fwsim's side, to be held against the machine's: its snapshot has all sysctls, the machine's answer those that changed."""
    said = normal(dict(fwsim, sysctl={}))
    if not fwsim["said"]:
        said["status"] += "and fwsim ended with %d\n" % fwsim["ended"]
    changed = [line.split(" = ", 1)[0] for line in machine["sysctl"].splitlines()]
    said["sysctl"] = sysctl_lines({name: fwsim["sysctl"][name] for name in changed if name in fwsim["sysctl"]})
    return said


def file_differences(machine, fwsim, folder):
    real = {path: text for path, text in machine["files"].items() if not NOT_FILES.match(path)}
    ours = {path: text for path, text in fwsim["files"].items() if not NOT_FILES.match(path)}
    found = ""
    for path in sorted(set(real) | set(ours)):
        if path not in ours or path not in real:
            found += "file %s is written %s only\n" % (path.replace(folder, "..."), "on the machine" if path in real else "by fwsim")
        else:
            text = sets if real[path].startswith("create ") else output
            found += difference("file " + path, text(real[path]), text(ours[path]), ("the machine", "fwsim"))
    return found


def one(name, fwsim, folder, on_machine):
    """(what differs, as text; what the machine said)."""
    found, answer, machine = "", None, expected_of(name)
    if on_machine:
        answer = run_on_machine(folder, "./" + name + ".sh", host_of(name), stdin_of(name))
        said = normal(answer)
        if fwsim and machine is None:
            found += "nothing is recorded: scripts.py --expected %s\n" % name
        elif fwsim:
            found += "".join(difference(kind, machine[kind], said[kind], ("corpora/scripts/expected", "this machine")) for kind in KINDS)
        machine = said
    if machine is None:
        return "nothing is recorded for it, and it cannot be run here\n", None
    if fwsim:
        ours = run_with_fwsim(fwsim, folder, name)
        said = of_fwsim(machine, ours)
        differs = "".join(difference(kind, machine[kind], said[kind], ("the machine", "fwsim")) for kind in KINDS)
        if answer:
            differs += file_differences(answer, ours, folder)
        if differs:
            differs += "fwsim's standard error:\n" + "".join("    %s\n" % line for line in ours["err"].splitlines()[:20])
            if answer:
                differs += "the machine's standard error:\n" + "".join("    %s\n" % line for line in answer["err"].splitlines()[:20])
        found += differs
    return found, machine


def main():
    arguments = sys.argv[1:]
    recording = "--expected" in arguments
    arguments = [a for a in arguments if a != "--expected"]
    fwsim = None if recording else os.path.abspath(arguments.pop(0)) if arguments else sys.exit(__doc__)
    names = [re.sub(r"\.sh$", "", os.path.relpath(a, SCRIPTS) if os.path.exists(a) else a) for a in arguments] or names_of_all()
    unknown = [name for name in names if not beside(name, ".sh")]
    if unknown:
        sys.exit("no such script: " + ", ".join(unknown))
    namespaces = os.geteuid() == 0 and can_make_namespaces()
    if not namespaces and (recording or os.environ.get("CI")):
        sys.exit("no namespaces can be made here (root?): the scripts cannot be run on a kernel")
    on_machine = namespaces and tools_are_ours()
    if recording and not on_machine:
        sys.exit("no iptables-legacy %s here, whose words these are" % VERSION)
    differ = 0
    with tempfile.TemporaryDirectory(prefix="fwsim-run-") as base:
        # Where the user who may nothing can read them.
        os.chmod(base, 0o755)
        folder = os.path.join(base, "scripts")
        shutil.copytree(SCRIPTS, folder, ignore=shutil.ignore_patterns("expected"))
        subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
        if fwsim:
            fwsim = shutil.copy(fwsim, base)
            os.chmod(fwsim, 0o755)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for name, (found, said) in zip(names, pool.map(lambda n: attempt(n, fwsim, folder, on_machine), names)):
                if found:
                    differ += 1
                    print("==== %s\n%s" % (name, found), flush=True)
                elif recording:
                    write_expected(name, said)
    print("%d scripts, %d %s%s" % (len(names), differ, "differ" if fwsim else "could not be run",
                                 "" if on_machine else " (from what is recorded: no namespaces can be made here)" if not namespaces else
                                 " (from what is recorded: no iptables-legacy %s here, whose words these are)" % VERSION))
    return 1 if differ else 0


def tools_are_ours():
    """Listings are in the words of one version."""
    try:
        return VERSION in subprocess.run(["iptables-legacy", "--version"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return False


def attempt(name, fwsim, folder, on_machine):
    try:
        return one(name, fwsim, folder, on_machine)
    except (RuntimeError, OSError, subprocess.SubprocessError) as wrong:
        return "%s\n" % wrong, None


if __name__ == "__main__":
    sys.exit(main())

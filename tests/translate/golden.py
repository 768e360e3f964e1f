#!/usr/bin/env python3
"""Rules and what `fwsim translate` makes of them; each result is also loaded with `nft -c` where namespaces can be made.

usage: golden.py PROGRAM [FILE...]       (UPDATE=1 writes what it finds into the files)

A file NAME.v4 or NAME.v6 has cases, divided by empty lines: lines "TABLE RULE", "TABLE :CHAIN" and "ipset WORDS", then
what the chains and sets hold, indented. "exit 1" behind it says that something is named as not translated."""
import glob
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HOOKS = {"raw": "PREROUTING OUTPUT", "mangle": "PREROUTING INPUT FORWARD OUTPUT POSTROUTING",
         "nat": "PREROUTING INPUT OUTPUT POSTROUTING", "filter": "INPUT FORWARD OUTPUT", "security": "INPUT FORWARD OUTPUT"}
# Expressions that a kernel may lack: what nft says then.
MISSING = re.compile(r"Could not process rule: No such file or directory\n\s*(?:.* )?queue ")


def in_namespace():
    """Starts this again in a network namespace of its own, once for all that is loaded. False: none can be made, or nft is not there."""
    if "FWSIM_IN_NAMESPACE" in os.environ:
        return True
    tried = subprocess.run(["unshare", "-n", "nft", "list", "tables"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if tried.returncode == 0:
        os.execvpe("unshare", ["unshare", "-n", sys.executable, *sys.argv], dict(os.environ, FWSIM_IN_NAMESPACE="1"))
    return False


def cases(path):
    """(lines of input, lines of output) of each case, comments among the input."""
    with open(path) as file:
        for block in re.split(r"\n\s*\n", file.read().strip()):
            lines = block.split("\n")
            yield [line for line in lines if not line.startswith("    ")], [line[4:] for line in lines if line.startswith("    ")]


def ruleset(lines):
    """The text of iptables-save, and that of ipset save."""
    tables, sets = {}, []
    for line in lines:
        first, _, rest = line.partition(" ")
        if first == "ipset":
            sets.append(rest)
        elif not line.startswith("#"):
            tables.setdefault(first, []).append(rest)
    text = ""
    for table, rules in tables.items():
        text += "*%s\n" % table
        text += "".join(":%s ACCEPT [0:0]\n" % hook for hook in HOOKS[table].split())
        text += "".join("%s - [0:0]\n" % rule for rule in rules if rule.startswith(":"))
        text += "".join(rule + "\n" for rule in rules if not rule.startswith(":")) + "COMMIT\n"
    return text, "".join(line + "\n" for line in sets)


def essence(text):
    """What chains and sets hold, without what every output has."""
    out, indent = [], ""
    for line in text.split("\n"):
        if line.startswith(("#", "table", "delete")) or line.strip() in ("", "}") or re.match(r"        type \w+ hook", line):
            continue
        opens = re.match(r"    (chain|set) (\S+) \{$", line)
        if opens and opens.group(2) in HOOKS["mangle"].lower().split():
            indent = ""
        elif opens:
            indent = "    "
            out.append(line[4:])
        else:
            out.append(indent + line[8:])
    return out


def main():
    program, files = sys.argv[1], sys.argv[2:] or sorted(glob.glob(os.path.join(HERE, "*.v[46]")))
    loads = in_namespace()
    if not loads and os.environ.get("CI"):
        print("no network namespaces")
        return 1
    count = failed = loaded = lacking = 0
    with tempfile.TemporaryDirectory() as work:
        for path in files:
            written = []
            for given, expected in cases(path):
                if all(line.startswith("#") for line in given):
                    written.append("\n".join(given))
                    continue
                text, sets = ruleset(given)
                rules, saved, result = (os.path.join(work, name) for name in ("rules" + path[-3:], "sets", "out.nft"))
                for name, content in ((rules, text), (saved, sets)):
                    with open(name, "w") as file:
                        file.write(content)
                done = subprocess.run([program, "translate", rules, "--sets", saved, "-o", result], stderr=subprocess.PIPE, text=True,
                                      check=False)
                count += 1
                if done.returncode not in (0, 1) or "Sanitizer" in done.stderr:
                    print("%s: %s\n%s" % (os.path.basename(path), given, done.stderr))
                    failed += 1
                    continue
                with open(result) as file:
                    found = essence(file.read()) + ["exit 1"] * done.returncode
                written.append("\n".join(given + ["    " + line for line in found]))
                if found != expected and not os.environ.get("UPDATE"):
                    print("%s:\n  %s\n expected:\n  %s\n found:\n  %s" % (os.path.basename(path), "\n  ".join(given), "\n  ".join(expected),
                                                                       "\n  ".join(found)))
                    failed += 1
                if loads:
                    check = subprocess.run(["nft", "-c", "-f", result], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                           text=True, check=False)
                    loaded += check.returncode == 0
                    if check.returncode and MISSING.search(check.stdout):
                        lacking += 1
                    elif check.returncode:
                        print("%s: %s does not load:\n%s" % (os.path.basename(path), given, check.stdout))
                        failed += 1
            if os.environ.get("UPDATE"):
                with open(path, "w") as file:
                    file.write("\n\n".join(written) + "\n")
    print("translate: %d cases, %d failed; %s" % (count, failed, "%d load with nft -c, %d need what this kernel lacks (queue)"
                                                  % (loaded, lacking) if loads else "not loaded: no network namespaces here"))
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())

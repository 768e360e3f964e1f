#!/usr/bin/env python3
"""installed.py BUILD SANITIZED: `cmake --install` into a folder, and what is there used from there: the program without any other
file, its pages by man, its completions by the shells, and the library by a program of somebody else (embedded/)."""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
failures = 0


def run(*words, **more):
    more.setdefault("env", {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "ASAN_OPTIONS": "detect_leaks=0"})
    return subprocess.run(words, capture_output=True, text=True, check=False, **more)


def check(what, good, told=""):
    global failures
    print(f"{'ok' if good else 'FAILED'}: {what}")
    if not good:
        failures += 1
        print(told)


def completed(fwsim_folder, script, *words):
    line = " ".join(f"'{word}'" for word in words)
    code = f'. "{script}"; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _fwsim; printf "%s\\n" "${{COMPREPLY[@]}}"'
    env = {"PATH": f"{fwsim_folder}:{os.environ['PATH']}", "ASAN_OPTIONS": "detect_leaks=0"}
    return run("bash", "--norc", "-c", code, env=env, cwd=HERE).stdout.split("\n")


def check_shells(root):
    folder = os.path.join(root, "bin")
    script = os.path.join(root, "share/bash-completion/completions/fwsim")
    check("bash completes subcommands", completed(folder, script, "fwsim", "tra")[:2] == ["trace", "translate"])
    check("bash completes checks", "FW101" in completed(folder, script, "fwsim", "lint", "--only", "FW10"))
    check("bash completes formats", "sarif" in completed(folder, script, "fwsim", "lint", "--format", "sa"))
    check("bash completes files", "installed.py" in completed(folder, script, "fwsim", "lint", "inst"))
    rules = os.path.join(HERE, "../../corpora/rulesets/baseline-host.v4")
    check("bash completes chains", "filter/INPUT" in completed(folder, script, "fwsim", "explain", rules, "--chain", "filter/I"))
    for shell, name in (("zsh", "zsh/vendor-completions/_fwsim"), ("fish", "fish/vendor_completions.d/fwsim.fish")):
        if not shutil.which(shell):
            print(f"not looked at: there is no {shell} here to read its completion")
            continue
        read = run(shell, "-n", os.path.join(root, "share", name))
        check(f"{shell} reads its completion", read.returncode == 0 and not read.stderr, read.stderr)


def check_pages(root):
    pages = [os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(root, "share/man")) for name in names]
    names = {os.path.basename(page) for page in pages}
    commands = {line.split("\t")[0] for line in run(os.path.join(root, "bin/fwsim"), "__complete", "").stdout.splitlines()}
    wanted = {"fwsim.1.gz", "fwsim-checks.7.gz", "fwsim-extensions.7.gz"} | {f"fwsim-{c}.1.gz" for c in commands}
    check(f"{len(names)} pages for man", names == wanted and len(commands) > 20, f"{names ^ wanted}")
    if not shutil.which("man"):
        return print("not looked at: there is no man here to read them")
    told = [line for page in pages for line in run("man", "--warnings", "-l", page).stderr.splitlines()]
    check("man has nothing to say against them", not told, "\n".join(told[:10]))


def check_library(root, sanitized):
    source = os.path.join(root, "embedded")
    shutil.copytree(os.path.join(HERE, "embedded"), source)
    flags = "-fsanitize=address,undefined" if sanitized else ""
    made = run("cmake", "-S", source, "-B", source + "/build", f"-DCMAKE_PREFIX_PATH={root}", f"-DCMAKE_CXX_FLAGS={flags}")
    check("find_package(fwsim)", made.returncode == 0, made.stdout + made.stderr)
    built = run("cmake", "--build", source + "/build")
    check("a program with fwsim::fwsim", built.returncode == 0, built.stdout + built.stderr)
    told = run(source + "/build/embedded").stdout
    for line in ("parsed: 0 faults", "ask: delivered by filter/INPUT/1", "lint: FW101 ", "-> passed at filter/INPUT/1 (rules.v4:5)"):
        check(f"it says '{line}'", line in told, told)


def main():
    build, sanitized = sys.argv[1], sys.argv[2] == "ON"
    with tempfile.TemporaryDirectory(prefix="fwsim-installed-") as root:
        installed = run("cmake", "--install", build, "--prefix", root)
        check("cmake --install", installed.returncode == 0, installed.stdout[-2000:] + installed.stderr)
        fwsim = os.path.join(root, "bin/fwsim")
        check("the unit", os.path.exists(os.path.join(root, "lib/systemd/system/fwsim-live.service")))
        asked = run(fwsim, "ask", "--rules", "-", "tcp 192.0.2.1:1 -> 198.51.100.7:22 in eth0", cwd="/", input="*filter\n:INPUT DROP [0:0]\nCOMMIT\n")
        check("the program alone", asked.returncode == 1 and asked.stdout.startswith("no: "), asked.stdout + asked.stderr)
        check_pages(root)
        check_shells(root)
        check_library(root, sanitized)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Types the commands of the stories into this machine's kernel, sends the packets, and writes what became of it:
tests/kernel/scenarios/seed_NAME and commands.txt.

usage: make.py [NAME...]      (root; all stories, or those named: commands.txt is written anyway)"""
import glob
import json
import os
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
KERNEL = os.path.join(os.path.dirname(HERE), "kernel")
sys.path.insert(0, KERNEL)
import packets  # noqa: E402
from recorder import machine, namespace, result  # noqa: E402
from recorder.run import in_child, record  # noqa: E402
from recorder.scenario import load  # noqa: E402
import story as stories  # noqa: E402


def typed(commands):
    """(ruleset, sets) as saved after the commands, in a namespace of their own."""
    def work():
        namespace.enter()
        for command in commands:
            words = shlex.split(command["command"])
            words[0] = {"iptables": "iptables-legacy"}.get(words[0], words[0])
            done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if (done.returncode != 0) != bool(command["refusal"]) or command["refusal"] not in done.stdout:
                raise ValueError("%s: %s" % (command["command"], done.stdout.strip() or "accepted"))
        saved = subprocess.run(["iptables-legacy-save"], stdout=subprocess.PIPE, text=True, check=True).stdout
        sets = subprocess.run(["ipset", "-sorted", "save"], stdout=subprocess.PIPE, text=True, check=True).stdout
        namespace.leave()
        return re.sub(r"\[\d+:\d+\]", "[0:0]", re.sub("(?m)^#.*\n", "", saved)), sets
    return in_child(work)


def packet_of(text, sent):
    text = re.sub(r'say="(.*?)"', lambda said: "hex=" + said.group(1).replace("..", "\r\n").encode().hex(), text)
    head, about, label = text.partition(" about ")
    return packets.error(head, sent[label]) if about else packets.packet(text)


def scenario_steps(story):
    sent, steps = {}, []
    for part in story.steps:
        where, *words = part["where"].split(",")
        step = {"local": True} if where == "local" else {"in": where}
        step.update({key: int(value) for key, value in (word.split("=") for word in words)})
        if part["gap"]:
            step["gap"] = float(part["gap"])
        sent[part["label"]] = packet_of(part["packet"], sent)
        step.update(comment=part["label"], effect=part["effect"], ip=sent[part["label"]].hex())
        steps.append(step)
    return steps


def write(story):
    directory = os.path.join(KERNEL, "scenarios", "seed_" + story.name)
    os.makedirs(directory, exist_ok=True)
    rules, sets = typed(story.commands)
    scenario = {"name": "seed_" + story.name, "description": " ".join(story.notes), "sysctls": story.sysctls,
                "interfaces": story.interfaces or stories.INTERFACES,
                "routes": story.routes or ([] if story.interfaces else ["default via 203.0.113.254 dev eth0"]),
                "ruleset_file": "rules.v4"}
    files = {"rules.v4": rules}
    if sets:
        scenario["ipset_file"] = "ipset.save"
        files["ipset.save"] = sets
    if story.timing:
        scenario["timing"] = True
    scenario["packets"] = scenario_steps(story)
    files["scenario.json"] = result.text(scenario) + "\n"
    for name, text in files.items():
        with open(os.path.join(directory, name), "w") as file:
            file.write(text)
    with machine.prepared():
        answer = record(load(directory))
    for row in answer["packets"]:
        if row.pop("selfcheck", None):
            raise ValueError("%s: packet %d: trace and counters disagree" % (story.name, row["index"]))
    with open(os.path.join(directory, "expected.json"), "w") as file:
        file.write(result.text(answer) + "\n")


def table(all_stories, elsewhere):
    """scenario or test, rule made or -, "never REASON" or "refused" or -, command; separated by tabs."""
    lines = []
    for story in all_stories:
        chains = stories.Chains()
        for number, command in enumerate(story.commands):
            if not command["refusal"]:
                chains.command(number, command["command"])
        for number, command in enumerate(story.commands):
            rules = chains.made_by(number) or ["-"]
            never = story.never.get(rules[0])
            remark = "refused" if command["refusal"] else "never " + never if never else "-"
            if not command["ours"]:
                lines.append("\t".join(("seed_" + story.name, rules[0], remark, command["command"])))
    lines += ["\t".join(("test " + test, "-", "-", command)) for test, command in elsewhere]
    return "\n".join(lines) + "\n"


def main():
    all_stories, elsewhere = stories.read(sorted(glob.glob(os.path.join(HERE, "stories", "*.story"))))
    chosen = sys.argv[1:]
    failed = 0
    for story in all_stories:
        if chosen and story.name not in chosen:
            continue
        try:
            write(story)
        except Exception as error:
            print("%s: %s" % (story.name, error), file=sys.stderr)
            failed += 1
    with open(os.path.join(HERE, "commands.txt"), "w") as file:
        file.write(table(all_stories, elsewhere))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

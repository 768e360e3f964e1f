"""Stories: the commands of a firewall recipe, packets for it, and what the recipe says becomes of them.

story NAME                       a scenario; the lines until the next one belong to it
timing | note TEXT | if NAME ADDRESS... | route ROUTE | sysctl NAME VALUE
$ COMMAND [!! MESSAGE]           a command of the recipe; with a message, one that the kernel refuses
+ COMMAND                        one of ours, to show what the recipe's do
never TABLE/CHAIN/N REASON       no packet reaches or matches this rule, whatever the recipe says
[@GAP] [A..B] WHERE LABEL: PACKET => EFFECT
                                 WHERE: an interface, or local[,uid=N][,gid=N]; PACKET as packets.py has it, with
                                 say="text" (".." is a line end) and "about LABEL" for an error about another packet
elsewhere TEST: COMMAND          a command that another test of this folder covers"""
import re
import shlex

STEP = re.compile(r"(?:@(?P<gap>\S+) )?(?:(?P<first>\d+)\.\.(?P<last>\d+) )?(?P<where>\S+) (?P<label>.*?): (?P<packet>.*) => (?P<effect>.*)")
INTERFACES = [{"name": "eth0", "addresses": ["203.0.113.10/24"]}, {"name": "eth1", "addresses": ["192.168.1.1/24"]}]


class Story:
    def __init__(self, name):
        self.name, self.notes, self.interfaces, self.routes, self.sysctls = name, [], [], [], {}
        self.commands, self.steps, self.timing, self.never = [], [], False, {}

    def line(self, text):
        word, _, rest = text.partition(" ")
        if word in ("$", "+"):
            command, _, refusal = rest.partition(" !! ")
            self.commands.append({"command": command, "ours": word == "+", "refusal": refusal})
        elif word == "note":
            self.notes.append(rest)
        elif word == "timing":
            self.timing = True
        elif word == "if":
            name, *addresses = rest.split()
            self.interfaces.append({"name": name, "addresses": addresses})
        elif word == "route":
            self.routes.append(rest)
        elif word == "sysctl":
            name, value = rest.split()
            self.sysctls[name] = value
        elif word == "never":
            rule, _, reason = rest.partition(" ")
            self.never[rule] = reason
        else:
            self.steps += steps(text)


def steps(text):
    found = STEP.fullmatch(text)
    if not found:
        raise ValueError("not a step: " + text)
    part = found.groupdict()
    for number in range(int(part["first"] or 0), int(part["last"] or 0) + 1):
        yield {key: value.replace("{n}", str(number)) if value else value for key, value in part.items()}


def read(paths):
    """(stories, [(test, command)] of the commands covered elsewhere)"""
    stories, elsewhere = [], []
    for path in paths:
        with open(path) as file:
            for line in file.read().splitlines():
                if not line or line.startswith("#"):
                    continue
                word, _, rest = line.partition(" ")
                if word == "story":
                    stories.append(Story(rest))
                elif word == "elsewhere":
                    elsewhere.append(tuple(rest.split(": ", 1)))
                else:
                    stories[-1].line(line)
    return stories, elsewhere


class Chains:
    """Which rule of the final ruleset each command made: (table, chain) -> commands in order of the rules."""

    def __init__(self):
        self.rules = {}

    def command(self, number, text):
        words = shlex.split(text)
        table = words[words.index("-t") + 1] if "-t" in words else "filter"
        for at, word in enumerate(words):
            if word == "-F":
                self.rules = {key: [] if key[0] == table else rules for key, rules in self.rules.items()}
            if word not in ("-A", "-I", "-R", "-D"):
                continue
            rules = self.rules.setdefault((table, words[at + 1]), [])
            place = words[at + 2] if len(words) > at + 2 and words[at + 2].isdigit() else None
            if word == "-A":
                sources = words[words.index("-s") + 1] if "-s" in words else ""
                rules += [number] * (1 + sources.count(","))
            elif word == "-I":
                rules.insert(int(place or 1) - 1, number)
            elif word == "-R":
                rules[int(place) - 1] = number
            else:
                del rules[int(place) - 1 if place else 0]

    def made_by(self, number):
        return ["%s/%s/%d" % (table, chain, at + 1) for (table, chain), rules in self.rules.items()
                for at, one in enumerate(rules) if one == number]

#!/usr/bin/env python3
"""No two headers give types of one namespace the same name: to the linker they would be one, and no compiler tells.

    type_names.py DIRECTORY
"""
import collections
import pathlib
import re
import sys

ROOMS = ("model", "parser", "simulator", "lint", "reports", "cli")
TYPE = re.compile(r"^(?:template <[^\n]*>\n)?(?:struct|class|enum class|enum|union) (\w+)(?: final)?(?: : [^{;\n]*)? \{", re.M)
NAMESPACE = re.compile(r"^namespace ([\w:]+) \{", re.M)

places = collections.defaultdict(set)
for room in ROOMS:
    for path in sorted(pathlib.Path(sys.argv[1], room).rglob("*.hh")):
        text = path.read_text(encoding="utf-8")
        spaces = [(m.start(), m.group(1)) for m in NAMESPACE.finditer(text)]
        for found in TYPE.finditer(text):
            space = [name for at, name in spaces if at < found.start()]
            places["::".join(space[-1:] + [found.group(1)])].add(str(path))
if len(places) < 300:
    sys.exit("only %d types found: this does not read headers any more" % len(places))
twice = {name: paths for name, paths in places.items() if len(paths) > 1}
for name, paths in sorted(twice.items()):
    print("%s is in %s" % (name, " and ".join(sorted(paths))))
print("%d types, %d names used twice" % (len(places), len(twice)))
sys.exit(1 if twice else 0)

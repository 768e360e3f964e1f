#!/usr/bin/env python3
"""Every format of `fwsim lint` is what its readers take. Usage: formats.py FWSIM

Reads each format back as its consumer would, and compares it with the JSON report, which has its own schema.
"""
import csv
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FWSIM = sys.argv[1]
# Bytes that every format must escape in its own way, in a chain's name and in comments; a rule that is never reached.
NASTY = (b'*filter\n:INPUT DROP [5:300]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:a|`b<i>&,:% - [0:0]\n'
         b'[7:420] -A INPUT -i lo -m comment --comment "a, \\"b\\" | `c` </script><!-- & 100%: \\\\ d" -j ACCEPT\n'
         b'[0:0] -A INPUT -i lo -m comment --comment "latin \xe4 one" -j DROP\n'
         b'[2:80] -A a|`b<i>&,:% -i eth0 -j DROP\nCOMMIT\n')


def run(form, *files, status=1, more=()):
    ran = subprocess.run([FWSIM, "lint", "--format", form, *more, *files], capture_output=True, cwd=ROOT)
    assert ran.returncode == status, f"{form}: status {ran.returncode}, not {status}: {ran.stderr.decode()}"
    return ran.stdout.decode("utf-8")   # throws when it is not UTF-8


def validate(value, schema_file):
    schema = json.loads(schema_file.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(value)


def check_json(files):
    report = json.loads(run("json", *files))
    validate(report, ROOT / "reports/lint.schema.json")
    found = [f for ruleset in report["rulesets"] for f in ruleset["findings"]]
    assert found and len({f["fingerprint"] for f in found}) == len(found)
    assert any("fix" in f for f in found)
    return found


def check_sarif(files, found):
    log = json.loads(run("sarif", *files))
    validate(log, HERE / "sarif-2.1.0-subset.schema.json")
    (sarif,) = log["runs"]
    rules = sarif["tool"]["driver"]["rules"]
    assert len(sarif["results"]) == len(found)
    for result, f in zip(sarif["results"], found):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == f["id"]
        assert result["level"] == f["severity"]
        place = result["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] == f["place"]["line"]
        assert [r["physicalLocation"]["region"]["startLine"] for r in result.get("relatedLocations", [])] == [b["line"] for b in f["by"]]
        assert result["partialFingerprints"]["fwsimFinding/v1"] == f["fingerprint"]
        assert len(result.get("fixes", [])) == ("fix" in f)
        for fix in result.get("fixes", []):
            (change,) = fix["artifactChanges"]
            assert change["artifactLocation"] == place["artifactLocation"] and fix["description"]["text"] == f["fix"]["title"]
            edits = []
            for r in change["replacements"]:
                region = r["deletedRegion"]
                assert region["startColumn"] == region["endColumn"] == 1
                edits.append({"line": region["startLine"], "count": region["endLine"] - region["startLine"], "text": r.get("insertedContent", {}).get("text", "")})
            assert edits == f["fix"]["edits"]
        assert result["properties"]["certainty"] == f["certainty"] and result["properties"].get("packet") == f.get("packet")
    assert all("```" in rule["help"]["markdown"] for rule in rules)


def check_junit(files, found):
    root = xml.fromstring(run("junit", *files))
    assert root.tag == "testsuites" and [s.get("name") for s in root] == list(files)
    failures = 0
    for suite in root:
        assert suite.tag == "testsuite" and all(case.tag == "testcase" and case.get("name") and case.get("classname") for case in suite)
        assert int(suite.get("tests")) == len(suite)
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))
        failures += int(suite.get("failures"))
    assert failures == int(root.get("failures")) == sum(f["severity"] != "note" for f in found)
    assert len(root.findall("testsuite/testcase[@line]")) == len(found)
    assert any(len(case) == 0 for case in root.iter("testcase"))   # a check that found nothing passes
    if failures != len(found):   # notes fail when they are asked to
        noted = xml.fromstring(run("junit", *files, more=("--fail-on", "note")))
        assert int(noted.get("failures")) == len(found)


def check_github(files, found):
    def plain(text):
        return text.replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    lines = run("github", *files).splitlines()
    assert len(lines) == len(found)
    for line, f in zip(lines, found):
        match = re.fullmatch(r"::(error|warning|notice) file=([^,:]+),line=(\d+),title=([^,:]+)::(.*)", line)
        assert match, line
        command, file, number, title, text = match.groups()
        assert command == f["severity"].replace("note", "notice") and plain(file) == f["place"]["file"]
        assert int(number) == f["place"]["line"] and title == f"{f['id']} {f['check']}"
        assert f["text"] in plain(text) and f.get("rule", "") in plain(text)


def check_gitlab(files, found):
    issues = json.loads(run("gitlab", *files))
    assert [i["fingerprint"] for i in issues] == [f["fingerprint"] for f in found]
    for issue, f in zip(issues, found):
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"] == {"path": f["place"]["file"], "lines": {"begin": f["place"]["line"]}}


def check_csv(files, found):
    text = run("csv", *files)
    assert text.endswith("\r\n") and text.count("\n") == text.count("\r\n")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert len(rows) == len(found)
    for row, f in zip(rows, found):
        assert None not in row and None not in row.values()
        assert (row["fingerprint"], row["text"], row["rule"]) == (f["fingerprint"], f["text"], f.get("rule", ""))


def check_markdown(files, found):
    rows = [line for line in run("markdown", *files, more=("--all-findings",)).splitlines() if line.startswith("| ") and not line.startswith(("| severity", "| ---"))]
    assert len(rows) == len(found)
    for row, f in zip(rows, found):
        cells = re.split(r"(?<!\\)\|", row)
        assert len(cells) == 6, row
        assert [c.strip() for c in cells[1:4]] == [f["severity"], str(f["place"]["line"]), f"{f['id']} {f['check']}"]
        assert not re.search(r"<(?!br>)", re.sub(r"(`+).*?\1(?!`)", "", row)), row


SAMPLE = re.compile(r'(fwsim_[a-z_]+)\{((?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+)\} (\d+)')


def check_prometheus(files, found):
    text, samples, closed, current = run("prometheus", *files), {}, set(), None
    for line in text.splitlines():
        if line.startswith("#"):
            word, name = line.split()[1:3]
            assert word in ("HELP", "TYPE")
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            name = match[1]
            labels = dict(re.findall(r'([a-z]+)="((?:[^"\\]|\\.)*)"', match[2]))
            assert (name, match[2]) not in samples
            samples[name, match[2]] = (labels, int(match[3]))
        if name != current:   # a metric's lines stand together
            assert name not in closed, name
            closed.add(name)
            current = name
    total = sum(value for (name, _), (_, value) in samples.items() if name == "fwsim_findings")
    assert total == len(found)
    return {name: [s for (n, _), s in samples.items() if n == name] for name in closed}


def check_ndjson(files, found):
    schema = json.loads((ROOT / "reports/lint.schema.json").read_text())
    line_schema = jsonschema.Draft202012Validator({"$ref": "#/$defs/line", "$defs": schema["$defs"]})

    def lines_of(command):
        ran = subprocess.run([FWSIM, command, "--format", "ndjson", *files, "/nowhere/rules.v4"], capture_output=True, cwd=ROOT)
        assert ran.returncode == 2, f"{command}: status {ran.returncode}: {ran.stderr.decode()}"
        lines = [json.loads(line) for line in ran.stdout.decode("utf-8").splitlines()]
        for line in lines:
            line_schema.validate(line)
        return lines

    assert all("findings" not in line for line in lines_of("check"))
    assert all(("text" in line) != ("fault" in line) for line in lines_of("fmt"))
    lines = lines_of("lint")
    assert [line["host"] for line in lines] == [*files, "/nowhere/rules.v4"] and "fault" in lines[-1]
    left = [{**f, "fingerprint": ""} for f in found]   # which counts equal findings of all rulesets
    assert [{**f, "fingerprint": ""} for line in lines[:-1] for f in line["findings"]] == left


def check_html(files, found):   # html_page.sh opens it in a browser
    (data,) = re.findall(r'<script type="application/json" id="report">(.*)</script>', run("html", *files))
    assert "<" not in data
    report = json.loads(data)
    assert [f["text"] for r in report["rulesets"] for f in r["findings"]] == [f["text"] for f in found]
    for ruleset in report["rulesets"]:
        for finding in ruleset["findings"]:
            table, chain, rule = finding["place"]
            rules = ruleset["tables"][table]["chains"][chain]["rules"]
            if "rule" in finding:
                assert rules[rule][:2] == [finding["line"], finding["rule"]]
            else:
                assert rule in (-1, len(rules))


def check_baseline(files, found):
    with tempfile.TemporaryDirectory() as folder:
        old = pathlib.Path(folder) / "old.json"
        assert run("json", *files, more=("--output", str(old))) == ""
        assert [p.name for p in old.parent.iterdir()] == ["old.json"]
        # Lines move, and the findings are still known.
        moved = []
        for i, file in enumerate(files):
            moved.append(str(pathlib.Path(folder) / f"{i}{pathlib.Path(file).suffix}"))
            pathlib.Path(moved[-1]).write_bytes(b"# a line more\n\n" + (ROOT / file).read_bytes())
        left = json.loads(run("json", *moved, status=0, more=("--baseline", str(old))))
        validate(left, ROOT / "reports/lint.schema.json")
        assert sum(r["known"] for r in left["rulesets"]) == len(found) and not any(r["findings"] for r in left["rulesets"])


def check_all(files):
    found = check_json(files)
    for check in (check_sarif, check_junit, check_github, check_gitlab, check_csv, check_markdown, check_ndjson, check_html, check_baseline):
        check(files, found)
    return check_prometheus(files, found)


def main():
    check_all(["corpora/rulesets/baseline-host.v4", "corpora/rulesets/router.v6"])
    with tempfile.TemporaryDirectory() as folder:
        nasty = pathlib.Path(folder) / "a b,c.v4"
        nasty.write_bytes(NASTY)
        samples = check_all([str(nasty)])
        packets = {(labels["chain"], labels["rule"]): value for labels, value in samples["fwsim_rule_packets_total"]}
        assert packets == {("INPUT", "1"): 7, ("INPUT", "2"): 0, ("a|`b<i>&,:%", "1"): 2}, packets
        policies = {labels["chain"]: (labels["policy"], value) for labels, value in samples["fwsim_chain_policy"]}
        assert policies["INPUT"] == ("DROP", 1)
        assert ("INPUT", 5) in [(labels["chain"], value) for labels, value in samples["fwsim_policy_packets_total"]]


main()

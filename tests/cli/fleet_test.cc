// fwsim lint, check, fmt and diff of many hosts.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/cli/fleet.hh"

using namespace fwsim::test;

TEST_CASE("lint of a directory: a line for each ruleset, one for a broken host, and the same bytes with any number of jobs") {
  const Fleet fleet;
  const auto one = fwsim::test::fwsim(lint + "--format ndjson " + fleet.hosts, "2>/dev/null");
  CHECK(one.status == 2);
  const auto found = lines(one.out);
  REQUIRE(found.size() == 5);
  CHECK(found[0]["host"] == fleet.hosts + "/a 1.v4");
  CHECK(found[0]["findings"].size() == 1);
  CHECK(found[0]["findings"][0]["place"]["line"] == 6);
  CHECK(found[1]["host"] == fleet.hosts + "/b.v4");
  CHECK(has(found[1]["fault"], "b.v4:5:24: "));
  CHECK(has(found[1]["diagnostics"][0]["hint"], "--dport"));
  CHECK_FALSE(found[1].contains("findings"));
  CHECK(found[2]["host"] == fleet.hosts + "/c.rules");
  CHECK(found[2]["findings"].size() == 1);
  for (const std::size_t i : {3U, 4U}) CHECK(found[i]["host"] == fleet.hosts + "/deep/web1");
  CHECK(found[3]["family"] == "ipv4");
  CHECK(found[4]["family"] == "ipv6");
  CHECK(found[3].contains("diagnostics"));   // which files the snapshot lacks
  CHECK_FALSE(found[4].contains("diagnostics"));
  const auto three = fwsim::test::fwsim(lint + "--format ndjson --jobs 3 " + fleet.hosts, "2>/dev/null");
  CHECK(three.status == 2);
  CHECK(three.out == one.out);
  CHECK(fwsim::test::fwsim(lint + "--jobs 1 " + fleet.hosts).out == fwsim::test::fwsim(lint + "--jobs 3 " + fleet.hosts).out);
  const auto told = fwsim::test::fwsim(lint + "--format ndjson " + fleet.hosts, "2>&1 >/dev/null");
  CHECK(told.out == "fwsim: a file was passed over, which is no ruleset: " + fleet.hosts + "/notes.md\n");
}

TEST_CASE("what a host says in a fleet is what it says alone") {
  const Fleet fleet;
  const std::string file = fleet.hosts + "/c.rules";
  auto alone = Json::parse(fwsim::test::fwsim(lint + "--format json " + file).out)["rulesets"][0];
  auto line = lines(fwsim::test::fwsim(lint + "--format ndjson '" + fleet.hosts + "/a 1.v4' " + file).out)[1];
  for (const char* more : {"version", "host", "digest"}) line.erase(more);
  CHECK(line == alone);
}

TEST_CASE("the exit status is that of the worst host") {
  const Fleet fleet;
  CHECK(fwsim::test::fwsim(lint + "--format ndjson " + fleet.hosts + "/deep", "2>/dev/null").status == 0);
  CHECK(fwsim::test::fwsim(lint + "--format ndjson " + fleet.hosts + "/c.rules").status == 1);
  CHECK(fwsim::test::fwsim(lint + "--format ndjson --fail-on never " + fleet.hosts + "/c.rules").status == 0);
  CHECK(fwsim::test::fwsim(lint + "--format ndjson --fail-on never " + fleet.hosts + "/c.rules " + fleet.hosts + "/b.v4").status == 2);
}

TEST_CASE("an empty directory, and one with no ruleset, are hosts that cannot be read") {
  const Folder folder;
  std::filesystem::create_directories(folder.path / "empty");
  std::filesystem::create_directories(folder.path / "notes");
  folder.write("notes/readme.txt", "nothing\n");
  for (const std::string name : {"empty", "notes"}) {
    const auto ran = fwsim::test::fwsim("lint --format ndjson " + (folder / name), "2>/dev/null");
    CHECK(ran.status == 2);
    const auto found = lines(ran.out);
    REQUIRE(found.size() == 1);
    CHECK(found[0]["host"] == folder / name);
    CHECK(found[0]["fault"] == "there is no ruleset and no snapshot in this directory");
  }
  CHECK(has(fwsim::test::fwsim("lint " + (folder / "empty")).out, "1 host could not be read"));
}

TEST_CASE("--files-from takes a list: blank lines are nothing, blanks belong to names, what is not there is told of") {
  const Fleet fleet;
  const std::string list = fleet.write("list", "\n" + fleet.hosts + "/a 1.v4\n\n  \n" + fleet.hosts + "/gone.v4\n" + fleet.hosts + "/deep/web1/\n" + fleet.hosts + "/c.rules");
  const auto ran = fwsim::test::fwsim(lint + "--format ndjson --jobs 2 --files-from - <" + list);
  CHECK(ran.status == 2);
  const auto found = lines(ran.out);
  REQUIRE(found.size() == 5);
  CHECK(found[0]["host"] == fleet.hosts + "/a 1.v4");
  CHECK(found[0]["findings"].size() == 1);
  CHECK(found[1]["host"] == fleet.hosts + "/gone.v4");
  CHECK(found[1]["fault"] == "cannot open " + fleet.hosts + "/gone.v4: No such file or directory");
  CHECK(found[2]["host"] == fleet.hosts + "/deep/web1");   // as without the slash
  CHECK(found[4]["host"] == fleet.hosts + "/c.rules");
  CHECK(fwsim::test::fwsim(lint + "--format ndjson --files-from " + list).out == ran.out);
  const std::string empty = fleet.write("empty", "\n\n");
  const auto none = fwsim::test::fwsim("lint --files-from " + empty);
  CHECK(none.status == 2);
  CHECK(has(none.out, "names nothing"));
  CHECK(fwsim::test::fwsim("lint --files-from /nowhere/list").status == 2);
}

TEST_CASE("what may be a host and cannot be read is a host with a fault") {
  const Folder folder;
  std::filesystem::create_directories(folder.path / "hosts" / "web1");   // as a collect that failed leaves it
  folder.write("hosts/a.v4", clean);
  folder.write("hosts/b", clean);
  folder.write("hosts/empty", "");
  std::filesystem::create_symlink("gone", folder.path / "hosts" / "link");
  std::filesystem::create_directory_symlink("web1", folder.path / "hosts" / "latest");
  std::filesystem::permissions(folder.path / "hosts" / "b", std::filesystem::perms::none);
  // Root reads everything, unless it may not.
  const std::string without = geteuid() == 0 ? "setpriv --bounding-set=-dac_override,-dac_read_search " : "";
  const auto ran = shell(without + FWSIM_BINARY + " " + lint + "--format ndjson " + (folder / "hosts") + " 2>" + (folder / "said"));
  CHECK(ran.status == 2);
  const auto found = lines(ran.out);
  REQUIRE(found.size() == 5);
  CHECK(found[0]["host"] == folder / "hosts/a.v4");
  CHECK(found[0]["rules"] == 1);
  CHECK(found[1]["fault"] == "cannot open " + (folder / "hosts/b") + ": Permission denied");
  CHECK(has(found[2]["fault"], "empty: the ruleset is empty: it has no table"));
  CHECK(found[3]["fault"] == "cannot open " + (folder / "hosts/link") + ": No such file or directory");
  CHECK(found[4]["host"] == folder / "hosts/web1");
  CHECK(found[4]["fault"] == "there is no ruleset and no snapshot in this directory");
  CHECK(text_of(folder / "said") == "fwsim: a link to a directory was not followed: " + (folder / "hosts/latest") + "\n");
}

TEST_CASE("a host is one, however often it is named; what else is in a snapshot's directory is not lost") {
  const Folder folder;
  std::filesystem::create_directories(folder.path / "hosts");
  const std::string rules = folder.write("hosts/rules.v4", clean), other = folder.write("hosts/legacy-rules.v4", clean);
  const auto hosts = [&](const std::string& names) {
    std::vector<std::string> out;
    for (const Json& line : lines(fwsim::test::fwsim("check --format ndjson " + names).out)) out.push_back(line["host"]);
    return out;
  };
  CHECK(hosts(folder / "hosts") == std::vector{folder / "hosts", other});
  CHECK(hosts(other + " " + (folder / "hosts/") + " " + other) == std::vector{other, folder / "hosts"});
  CHECK(hosts(rules) == std::vector{rules});
  std::filesystem::remove(rules);
  CHECK(hosts(other + " " + (folder / "hosts")) == std::vector{other});
}

TEST_CASE("a broken ruleset among many: all others are told of, in their order") {
  const Folder folder;
  std::filesystem::create_directories(folder.path / "hosts");
  constexpr int all = 300;
  for (int i = 0; i < all; ++i) folder.write("hosts/" + std::to_string(1000 + i) + ".v4", i == 123 ? broken : clean);
  const auto ran = fwsim::test::fwsim("check --jobs 2 --format ndjson " + (folder / "hosts"), "2>/dev/null");
  CHECK(ran.status == 2);
  const auto found = lines(ran.out);
  REQUIRE(found.size() == all);
  for (int i = 0; i < all; ++i) {
    REQUIRE(found[static_cast<std::size_t>(i)]["host"] == folder / ("hosts/" + std::to_string(1000 + i) + ".v4"));
    REQUIRE(found[static_cast<std::size_t>(i)].contains("fault") == (i == 123));
  }
}

TEST_CASE("a process that is killed is a fault of the host that it read, and of no other") {
  const Folder folder;
  const std::string a = folder.write("a.v4", clean), b = folder.write("b.v4", clean), pipe = folder / "pipe", out = folder / "out";
  // The shell opens the pipe as soon as the process does; which then waits for what it never gets.
  const std::string script = folder.write("script", "mkfifo " + pipe + "\n" + FWSIM_BINARY + " lint --jobs 1 --format ndjson " + a + " " + pipe + " " + b + " >" + out +
                                                        " &\nfleet=$!\nexec 3>" + pipe + "\npkill -KILL -P $fleet\nwait $fleet\n");
  const auto ran = shell("timeout 60 sh " + script);
  CHECK(ran.status == 2);
  const auto found = lines(text_of(out));
  REQUIRE(found.size() == 3);
  CHECK(found[0]["host"] == a);
  CHECK_FALSE(found[0].contains("fault"));
  CHECK(found[1]["host"] == pipe);
  CHECK(found[1]["fault"] == "the process that read this was ended by signal 9 (Killed)");
  CHECK(found[2]["host"] == b);
  CHECK_FALSE(found[2].contains("fault"));
}

TEST_CASE("check and fmt of many") {
  const Fleet fleet;
  const auto check = fwsim::test::fwsim("check " + fleet.hosts, "2>/dev/null");
  CHECK(check.status == 2);
  CHECK(check.out == fleet.hosts + "/a 1.v4: 1 tables, 2 rules, IPv4: good\n" + fleet.hosts + "/c.rules: 1 tables, 3 rules, IPv4: good\n" + fleet.hosts +
                         "/deep/web1/rules.v4: 1 tables, 1 rules, IPv4: good\n" + fleet.hosts + "/deep/web1/rules.v6: 1 tables, 0 rules, IPv6: good\n");
  CHECK(fwsim::test::fwsim("check " + fleet.hosts).out == fwsim::test::fwsim("check --jobs 3 " + fleet.hosts).out);
  CHECK(has(fwsim::test::fwsim("check " + fleet.hosts).out, "b.v4:5:24: error: "));
  const std::string files = "'" + fleet.hosts + "/a 1.v4' " + fleet.hosts + "/c.rules";
  CHECK(fwsim::test::fwsim("fmt --jobs 2 " + files).out == fwsim::test::fwsim("fmt " + files).out);
  CHECK(has(fwsim::test::fwsim("fmt").out, "no ruleset: give files or directories"));
  // Without --jobs, too, a file that is not there stops nothing.
  const auto gone = fwsim::test::fwsim("check /nowhere/x.v4 " + fleet.hosts + "/c.rules");
  CHECK(gone.status == 2);
  CHECK(gone.out == "fwsim: cannot open /nowhere/x.v4: No such file or directory\n" + fleet.hosts + "/c.rules: 1 tables, 3 rules, IPv4: good\n");
}

TEST_CASE("lines of check and fmt are those of lint without findings, and merge takes them") {
  const Fleet fleet;
  auto of_lint = lines(fwsim::test::fwsim(lint + "--format ndjson " + fleet.hosts, "2>/dev/null").out);
  const auto ran = fwsim::test::fwsim("check --format ndjson --jobs 2 " + fleet.hosts, "2>/dev/null");
  CHECK(ran.status == 2);
  const auto of_check = lines(ran.out);
  REQUIRE(of_check.size() == of_lint.size());
  for (std::size_t i = 0; i < of_lint.size(); ++i) {
    for (const char* more : {"findings", "undecided", "suppressed", "left_out"}) of_lint[i].erase(more);
    if (!of_lint[i].contains("fault")) of_lint[i].erase("diagnostics");   // of the snapshot's other files, which check does not need
    CHECK(of_check[i] == of_lint[i]);
  }
  const auto of_fmt = lines(fwsim::test::fwsim("fmt --format ndjson " + fleet.hosts, "2>/dev/null").out);
  REQUIRE(of_fmt.size() == of_check.size());
  CHECK(of_fmt[0]["text"] == fwsim::test::fwsim("fmt '" + fleet.hosts + "/a 1.v4'").out);
  CHECK(of_fmt[1] == of_check[1]);

  const auto merged = fwsim::test::fwsim("merge " + fleet.write("r.ndjson", ran.out));
  CHECK(merged.status == 0);
  CHECK(has(merged.out, "4 hosts, 4 rulesets, 6 rules: 0 errors, 0 warnings, 0 notes\n4 rulesets not looked at by lint\n"));
  CHECK(has(merged.out, "\n1 host could not be read\n"));

  // A host that is good in part is not good.
  fleet.write("hosts/deep/web1/rules.v6", broken);
  const auto part = lines(fwsim::test::fwsim("check --format ndjson " + fleet.hosts + "/deep").out);
  REQUIRE(part.size() == 1);
  CHECK(has(part[0]["fault"], "rules.v6:5:24: "));
}

TEST_CASE("diff of two directories compares those of the same name") {
  const Fleet fleet;
  const auto folder = [&](const std::string& name) { return fleet / name; };
  std::filesystem::copy(fleet.hosts, folder("now"), std::filesystem::copy_options::recursive);
  fleet.write("now/deep/web1/rules.v4", "# Generated by iptables-save\n" + clean + "# later\n");
  fleet.write("now/c.rules", shadowed);
  fleet.write("now/z.v4", clean);
  std::filesystem::remove(folder("now/a 1.v4"));
  const std::string both = fleet.hosts + " " + folder("now");
  const auto ran = fwsim::test::fwsim("diff " + both, "2>/dev/null");
  CHECK(ran.status == 2);   // b.v4 is broken
  CHECK(ran.out.rfind("a 1.v4: it is gone\nc.rules: 1 class of packets is treated differently\n", 0) == 0);
  CHECK(has(ran.out, "\ndeep/web1: IPv4: no packet is treated differently\nIPv6: no packet is treated differently\nz.v4: it is new\n"));
  CHECK(has(ran.out, "\n5 hosts: 1 the same, 3 not, 1 could not be compared\n"));
  CHECK(has(fwsim::test::fwsim("diff " + both).out, "\nb.v4: "));
  CHECK(fwsim::test::fwsim("diff --jobs 3 " + both).out == fwsim::test::fwsim("diff " + both).out);
  const auto found = lines(fwsim::test::fwsim("diff --format ndjson --jobs 2 " + both, "2>/dev/null").out);
  REQUIRE(found.size() == 5);
  CHECK(found[0]["why"] == "it is gone");
  CHECK(found[1]["result"] == "not compared");
  CHECK(has(found[1]["fault"], "b.v4:5:24: error: "));
  CHECK(found[2]["result"] == "differs");
  CHECK(found[2]["diff"]["groups"].size() == 1);
  CHECK(found[3]["result"] == "same");
  CHECK(found[3]["diff"].size() == 2);
  CHECK(fwsim::test::fwsim("diff " + fleet.hosts + "/deep " + folder("now/deep")).status == 0);
  CHECK(has(fwsim::test::fwsim("diff --format json " + both).out, "--format ndjson"));
  CHECK(has(fwsim::test::fwsim("diff --format ndjson '" + fleet.hosts + "/a 1.v4' " + fleet.hosts + "/c.rules").out, "it is json"));
  std::filesystem::create_directories(folder("empty"));
  CHECK(fwsim::test::fwsim("diff " + fleet.hosts + " " + folder("empty")).status == 2);
  // One that could not be collected does not stop the others.
  std::filesystem::create_directories(folder("now/deep/web2"));
  const auto web2 = fwsim::test::fwsim("diff " + fleet.hosts + "/deep " + folder("now/deep"));
  CHECK(web2.status == 2);
  CHECK(has(web2.out, "web2: fwsim: " + folder("now/deep/web2") + ": there is no ruleset and no snapshot in this directory\n"));
  CHECK(has(web2.out, "2 hosts: 1 the same, 0 not, 1 could not be compared\n"));
}

TEST_CASE("what is for one host is refused for a fleet") {
  const Fleet fleet;
  for (const std::string option : {"--fix", "--diff", "--rules6 x.v6", "--snapshot x", "--addr eth0=192.0.2.1/24", "--format sarif", "--smtlib x"}) {
    const auto ran = fwsim::test::fwsim("lint --jobs 2 " + option + " " + fleet.hosts);
    CHECK_MESSAGE(ran.status == 2, option);
    CHECK_MESSAGE(has(ran.out, "is not for a fleet"), option);
  }
  CHECK(fwsim::test::fwsim("lint --jobs 0 " + fleet.hosts).status == 2);
  CHECK(text_of(fleet.hosts + "/a 1.v4") == shadowed);
}

TEST_CASE("--output has all lines") {
  const Fleet fleet;
  const std::string out = fleet / "out.ndjson";
  const auto ran = fwsim::test::fwsim(lint + "--format ndjson --jobs 2 --output " + out + " " + fleet.hosts, "2>/dev/null");
  CHECK(ran.status == 2);
  CHECK(ran.out.empty());
  CHECK(text_of(out) == fwsim::test::fwsim(lint + "--format ndjson " + fleet.hosts, "2>/dev/null").out);
  // Where it cannot be written is told before anything is done.
  const auto nowhere = fwsim::test::fwsim(lint + "--format ndjson --output " + (fleet / "nowhere/out") + " " + fleet.hosts);
  CHECK(nowhere.status == 2);
  CHECK(nowhere.out == "fwsim: cannot write " + (fleet / "nowhere/out") + ": No such file or directory\n");
  CHECK(has(fwsim::test::fwsim(lint + "--output " + fleet.hosts + " " + fleet.hosts).out, "hosts: it is a directory"));
}

TEST_CASE("diff of hosts: rules of a family that only one version has are a difference") {
  const Fleet fleet;
  std::filesystem::copy(fleet.hosts, fleet.path / "now", std::filesystem::copy_options::recursive);
  std::filesystem::remove(fleet.path / "now/deep/web1/rules.v4");
  const std::string both = fleet.hosts + "/deep " + (fleet / "now/deep");
  const auto text = fwsim::test::fwsim("diff " + both);
  CHECK(text.status == 1);
  CHECK(has(text.out, "has IPv4 rules"));
  const auto line = lines(fwsim::test::fwsim("diff --format ndjson " + both, "2>/dev/null").out);
  REQUIRE(line.size() == 1);
  CHECK(line[0]["result"] == "differs");
  CHECK(has(line[0]["said"], "has IPv4 rules"));
  CHECK(has(fwsim::test::fwsim("diff " + fleet.hosts + " " + (fleet / "none")).out, "none is not there"));
}

TEST_CASE("what cannot be written is not lost in silence, and an old result does not stand for a new one") {
  const Fleet fleet;
  CHECK(fwsim::test::shell(std::string(FWSIM_BINARY) + " lint --only FW101 --format ndjson " + fleet.hosts + "/c.rules " + fleet.hosts + "/deep 2>&1 >/dev/full").status == 2);
  const std::string old = fleet.write("9.ndjson", "{}\n");
  const auto none = fwsim::test::shell("true | " + std::string(FWSIM_BINARY) + " lint --files-from - --format ndjson --output " + old + " 2>&1");
  CHECK(none.status == 2);
  CHECK(has(none.out, "names nothing"));
  CHECK(text_of(old).empty());
}

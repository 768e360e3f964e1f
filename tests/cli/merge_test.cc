// fwsim merge of what lint found on many hosts.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/cli/fleet.hh"

using namespace fwsim::test;

TEST_CASE("merge of two results is the merge of the result of both, in any order, and what lint prints as text") {
  const Fleet fleet;
  const std::string first = fleet.hosts + "/deep '" + fleet.hosts + "/a 1.v4'", second = fleet.hosts + "/b.v4 " + fleet.hosts + "/c.rules";
  const auto result = [&](const std::string& name, const std::string& files) {
    return fleet.write(name, fwsim::test::fwsim(lint + "--format ndjson " + files, "2>/dev/null").out);
  };
  const std::string a = result("a.ndjson", first), b = result("b.ndjson", second), both = result("both.ndjson", first + " " + second);
  for (const std::string format : {"text", "json", "html"}) {
    const auto merged = fwsim::test::fwsim("merge --format " + format + " " + both);
    CHECK(merged.status == 0);
    CHECK(fwsim::test::fwsim("merge --format " + format + " " + a + " " + b).out == merged.out);
    CHECK(fwsim::test::fwsim("merge --format " + format + " " + b + " " + a).out == merged.out);
  }
  const auto text = fwsim::test::fwsim("merge - <" + both);
  CHECK(text.out == fwsim::test::fwsim(lint + fleet.hosts, "2>/dev/null").out);
  CHECK(has(text.out, "4 hosts, 4 rulesets, 6 rules: 0 errors, 2 warnings, 0 notes\n"));
  CHECK(has(text.out, "\n1 host could not be read\n  " + fleet.hosts + "/b.v4:5:24: "));

  // The same shadowing, one rule further down: one finding of two hosts.
  const auto json = Json::parse(fwsim::test::fwsim("merge --format json " + both).out);
  REQUIRE(json["findings"].size() == 1);
  CHECK(json["findings"][0]["hosts"] == Json{fleet.hosts + "/a 1.v4", fleet.hosts + "/c.rules"});
  CHECK(json["findings"][0]["times"] == 2);
  CHECK_FALSE(has(json["findings"][0]["text"], "INPUT/"));
  CHECK(json["worst"].size() == 2);
  CHECK(json["broken"].size() == 1);

  // What hosts are called stays text.
  const std::string odd = fleet.write("<b>&.v4", shadowed);
  const auto page = fwsim::test::fwsim("merge --format html " + result("odd.ndjson", "'" + odd + "'")).out;
  CHECK(has(page, "/&lt;b&gt;&amp;.v4"));
  CHECK_FALSE(has(page, "<b>&"));

  // A host that is in both counts once.
  const auto twice = fwsim::test::fwsim("merge " + both + " " + a, "2>/dev/null");
  CHECK(twice.out == text.out);
  CHECK(has(fwsim::test::fwsim("merge " + both + " " + a).out, "fwsim: 3 lines were left out: an earlier one is of the same host and family\n"));
}

TEST_CASE("merge --golden says who differs") {
  const Folder folder;
  std::filesystem::create_directories(folder.path / "hosts");
  const std::string golden = folder.write("golden.v4", clean);
  folder.write("hosts/a.v4", clean);
  folder.write("hosts/b.v4", head + "[7:420] -A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n");
  folder.write("hosts/c.v4", head + "-A INPUT -s 192.0.2.0/25 -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -s 192.0.2.128/25 -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n");
  folder.write("hosts/d.v4", shadowed);
  folder.write("hosts/e.v4", clean + "# gone later\n");
  folder.write("hosts/f.v6", head + "COMMIT\n");   // a file alone says nothing of the other family, but a snapshot does
  std::filesystem::create_directories(folder.path / "hosts/six");
  folder.write("hosts/six/rules.v6", head + "COMMIT\n");
  folder.write("hosts/g.v4", shadowed_later);
  const std::string result = folder.write("r.ndjson", fwsim::test::fwsim("lint --format ndjson " + (folder / "hosts")).out);
  std::filesystem::remove(folder.path / "hosts/g.v4");
  const auto json = [&](const std::string& more) { return Json::parse(fwsim::test::fwsim("merge --format json " + more + " --golden " + golden + " " + result).out)["golden"][0]; };
  const Json found = json("");
  CHECK(found == json("--jobs 3"));
  CHECK(found["without"] == 1);
  REQUIRE(found["variants"].size() == 4);
  const auto hosts = [&](std::size_t i) { return found["variants"][i]["hosts"].size(); };
  CHECK(found["variants"][0]["likeness"] == "same rules");
  CHECK(hosts(0) == 3);
  CHECK(found["variants"][1]["likeness"] == "same packets");
  CHECK(found["variants"][1]["file"] == folder / "hosts/c.v4");
  CHECK(found["variants"][2]["likeness"] == "differs");
  CHECK(found["variants"][2]["file"] == folder / "hosts/d.v4");
  CHECK(has(found["variants"][2]["text"], "10.0.0.0/8"));
  CHECK(found["variants"][3]["likeness"] == "not compared");
  CHECK(has(found["variants"][3]["text"], "cannot open"));
  const auto text = fwsim::test::fwsim("merge --golden " + golden + " " + result);
  CHECK(text.status == 1);
  CHECK(has(text.out, "\nagainst " + golden + " (IPv4)\n       3  have the same rules\n       1  others, that treat every packet alike\n       1  treat packets differently\n"
                      "       1  could not be compared\n       1  have no IPv4 rules\n"));
  CHECK(fwsim::test::fwsim("merge --golden /nowhere/golden.v4 " + result).status == 2);
  const auto alone = [&](const std::string& names, const std::string& more = {}) {
    return fwsim::test::fwsim("merge --golden " + golden + more + " " + folder.write("alone.ndjson", fwsim::test::fwsim("check --format ndjson " + names).out)).status;
  };
  const std::string a = folder / "hosts/a.v4", f = folder / "hosts/f.v6";
  CHECK(alone(a) == 0);
  CHECK(alone(a + " " + f) == 0);
  CHECK(alone(a + " " + (folder / "hosts/six")) == 1);
  CHECK(alone(a + " " + folder.write("broken.v4", broken)) == 1);
  std::filesystem::create_directories(folder.path / "both");
  folder.write("both/rules.v4", clean);
  folder.write("both/rules.v6", head + "COMMIT\n");
  CHECK(alone(folder / "both", " --golden " + f) == 0);
}

TEST_CASE("a result that is none is said to be so, with its line") {
  const Folder folder;
  const auto merge = [&](const std::string& text) { return fwsim::test::fwsim("merge " + folder.write("r.ndjson", text)); };
  const auto cut = merge("{\"version\":1,\"host\":\"a\",\"fault\":\"x\"}\n{\"version\":1,\"ho");
  CHECK(cut.status == 2);
  CHECK(has(cut.out, "r.ndjson:2:17: error: this is not JSON"));
  CHECK(merge("").status == 2);
  CHECK(has(merge("[]").out, "r.ndjson:1: error: this is no line of 'fwsim lint --format ndjson'"));
  CHECK(has(merge("{\"version\":1,\"host\":\"a\",\"result\":\"same\"}").out, "a line of 'fwsim diff'"));
  CHECK(has(merge("{\"version\":2,\"host\":\"a\"}").out, "version 1 is known here"));
  for (const std::string text : {"{\"version\":1,\"host\":7,\"fault\":\"x\"}", "{\"version\":1,\"host\":\"a\"}", "{\"version\":1,\"host\":\"a\",\"family\":\"ipv5\"}",
                                 "{\"version\":1,\"host\":\"a\",\"family\":\"ipv4\",\"rules\":1,\"undecided\":[],\"digest\":\"\",\"file\":\"\",\"findings\":[{}]}"})
    CHECK_MESSAGE(merge(text).status == 2, text);
  CHECK(fwsim::test::fwsim("merge /nowhere/r.ndjson").status == 2);
}

TEST_CASE("a result that was cut off does not hide the others, and is not taken for whole") {
  const Folder folder;
  const std::string good = folder.write("good.ndjson", "{\"version\":1,\"host\":\"a\",\"fault\":\"x\"}\n"), cut = folder.write("cut.ndjson", "{\"version\":1,\"ho\nno\nno\n");
  const auto ran = fwsim::test::fwsim("merge " + good + " " + cut);
  CHECK(ran.status == 2);
  CHECK(has(ran.out, "cut.ndjson:1:"));
  CHECK_FALSE(has(ran.out, "cut.ndjson:2:"));
  CHECK(has(ran.out, "1 host could not be read"));
  CHECK(fwsim::test::fwsim("merge " + good + " --output " + good).status == 2);
  CHECK_FALSE(text_of(good).empty());
}

TEST_CASE("names of hosts move no cursor and begin no line") {
  const Folder folder;
  const auto ran = fwsim::test::fwsim("merge " + folder.write("r.ndjson", "{\"version\":1,\"host\":\"a\\u001b[31m\\nb\",\"fault\":\"a\\u001b[31m\\nb: x\"}\n"));
  CHECK(ran.out.find('\x1b') == ran.out.npos);
  CHECK(has(ran.out, "a?[31m b: x"));
  CHECK(has(fwsim::test::fwsim("merge --output /nowhere/x " + folder / "r.ndjson").out, "cannot write /nowhere/x: "));
}

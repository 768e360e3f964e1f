// fwsim explain of rules: exact text, and every ruleset of the corpora.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;
using fwsim::test::Ran;

namespace {

const std::string corpora = std::string(FWSIM_SOURCE_DIR) + "/corpora/rulesets/";

Ran explain(const std::string& arguments) { return fwsim::test::fwsim("explain " + arguments); }

std::string without(std::string text, const std::string& part) {
  for (std::size_t at; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
  return text;
}

}  // namespace

TEST_CASE("explain of a ruleset: a paragraph for each chain") {
  const Ran ran = explain(corpora + "nat-gateway.v4");
  CHECK(ran.status == 0);
  CHECK(without(ran.out, corpora) ==
        "nat/POSTROUTING (nat-gateway.v4:6): what leaves, after it is routed; 1 rule, what none of them decides passes.\n"
        "  translated:\n"
        "    Anything from 10.0.1.0/24 leaving by eth0 is sent on from the address of the device by which it leaves.\n\n"
        "filter/INPUT (nat-gateway.v4:10): packets for this host; 3 rules, what none of them decides is dropped.\n"
        "  open:\n"
        "    tcp 22 from anywhere in eth0, by filter/INPUT/3\n"
        "    anything from anywhere in lo, by filter/INPUT/1\n\n"
        "filter/FORWARD (nat-gateway.v4:11): packets that pass through; 3 rules, what none of them decides is dropped.\n"
        "  open:\n"
        "    anything from 10.0.1.0/24 in eth1 out eth0, by filter/FORWARD/3\n\n"
        "no rules, all passes: nat/PREROUTING, nat/INPUT, nat/OUTPUT, filter/OUTPUT\n");
}

TEST_CASE("explain of a rule and of a chain") {
  const std::string host = corpora + "baseline-host.v4";
  const Ran rule = explain(host + ":31");
  CHECK(rule.status == 0);
  CHECK(without(rule.out, corpora) ==
        "filter/INPUT/13 (baseline-host.v4:31)\n"
        "    -A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT\n"
        "  TCP to port 22 from 10.0.0.0/8 that begins a connection is accepted.\n"
        "  where: table filter, chain INPUT, rule 13 of 16; packets for this host\n"
        "  reached: packets may come to it: tcp 10.0.0.0:40000 -> 198.51.100.7:22 in lo0 syn\n"
        "  earlier rules of the chain take some of what it asks for:\n"
        "    filter/INPUT/1 (baseline-host.v4:19): Anything coming in by lo is accepted.\n"
        "    perhaps filter/INPUT/12 (baseline-host.v4:30): TCP to port 22 from 10.0.0.0/8 that begins a connection whose source is on the list DEFAULT, and is noted "
        "again within 60 seconds at least 5 times is dropped.\n");
  CHECK(explain(host + ":filter/INPUT/13").out == rule.out);
  CHECK(explain(host + ":26").out.find("  reached: never matches: filter/INPUT/1 (" + host + ":19), filter/INPUT/5 (" + host + ":23) and filter/INPUT/6 (" + host + ":24) take all its packets first\n") != std::string::npos);
  const Ran chain = explain(host + ":filter/INPUT");
  CHECK(chain.out.find("   14  TCP to port 443 that begins a connection is accepted.\n   15  TCP to port 80 that begins a connection is accepted.\n") != std::string::npos);
  CHECK(explain(host + " --chain filter/INPUT").out == chain.out);
  const auto json = nlohmann::json::parse(explain(host + ":31 --format json").out);
  CHECK(json["rules"][0]["words"] == "TCP to port 22 from 10.0.0.0/8 that begins a connection is accepted.");
  CHECK(json["rules"][0]["taken"].size() == 2);
}

TEST_CASE("explain: checks as before, and what is neither a check nor there") {
  CHECK(explain("FW101").out.find("FW101") != std::string::npos);
  CHECK(explain("nowhere.v4").status == 2);
  CHECK(explain("nowhere.v4:3").out == "fwsim: there is no check and no file 'nowhere.v4:3'; 'fwsim lint --list' has the checks\n");
  CHECK(explain(corpora + "baseline-host.v4:1").out.find("is no rule; the next one is in line 19\n") != std::string::npos);
  CHECK(explain(corpora + "baseline-host.v4:INPT").out.find("has no chain 'INPT', did you mean 'INPUT'?\n") != std::string::npos);
  CHECK(explain(corpora + "baseline-host.v4:filter/INPUT/99").status == 2);
  CHECK(explain(corpora + "baseline-host.v4 --format markdown").status == 2);
  const fwsim::test::Folder folder;
  CHECK(explain(folder.write("empty.v4", "")).out.find("has no table: it should look like what iptables-save prints\n") != std::string::npos);
}

TEST_CASE("explain: every rule of the corpora is a sentence, and no option is left as it was written") {
  std::size_t rules = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpora)) {
    const std::string extension = entry.path().extension();
    if (extension != ".v4" && extension != ".v6") continue;
    INFO(entry.path().string());
    const auto whole = nlohmann::json::parse(explain(entry.path().string() + " --format json").out);
    for (const auto& chain : whole["chains"]) {
      const auto one = nlohmann::json::parse(explain(entry.path().string() + ":" + chain["name"].get<std::string>() + " --format json").out);
      for (const auto& rule : one["chains"][0]["rules"]) {
        const std::string words = rule["words"];
        INFO(words);
        CHECK(words.back() == '.');
        CHECK(words.find(" --") == std::string::npos);
        CHECK(words.find("  ") == std::string::npos);
        CHECK(words.find("{}") == std::string::npos);
        ++rules;
      }
    }
  }
  CHECK(rules > 150);
}

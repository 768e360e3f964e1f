// fwsim threats, as a user runs it; each claim is asked again of fwsim ask.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;
using nlohmann::json;

namespace {

const std::string corpora = std::string(FWSIM_SOURCE_DIR) + "/corpora/";

json threats(const std::string& arguments) {
  const auto ran = fwsim::test::fwsim("threats --rate 20 --seconds 5 --format json " + arguments, "2>/dev/null");
  CHECK(ran.status == 0);
  return json::parse(ran.out);
}

const json& experiment(const json& all, const std::string& name) {
  for (const json& one : all["experiments"])
    if (one["name"] == name) return one;
  FAIL("there is no experiment " << name);
  return all;
}

bool passes(const std::string& question, const std::string& rules) {
  return fwsim::test::fwsim("ask '" + question + "' " + rules).status == 0;
}

}  // namespace

TEST_CASE("threats against a web server: what is open, what is limited, what is stopped") {
  const std::string setting = "--host " + corpora + "hosts/web-server.toml --rules " + corpora + "rulesets/baseline-host.v4";
  const json all = threats(setting);
  CHECK(all["experiments"].size() == 16);
  const json& scan = experiment(all, "port-scan");
  CHECK(scan["verdict"] == "stopped");
  CHECK(scan["meant"] == 2);
  CHECK(scan["dropped"] == 98);
  CHECK(scan["kinds"].size() == 2);
  const json& flood = experiment(all, "syn-flood");
  CHECK(flood["verdict"] == "open");
  CHECK(flood["sent"]["sources"] == 100);
  CHECK(flood["rules"][0]["name"] == "filter/INPUT/14");
  CHECK(flood["conntrack"]["fill"].back() == 100);
  // 240.0.0.0/5 is dropped, but not the other half of 240.0.0.0/4.
  const json& martians = experiment(all, "martians");
  CHECK(martians["verdict"] == "open");
  CHECK(martians["kinds"].contains("240.0.0.0/4"));
  CHECK(martians["reasons"].contains("martian source on eth0"));
  CHECK(passes("tcp 250.1.2.3:4000 -> 203.0.113.10:443 in eth0 syn", setting));
  CHECK_FALSE(passes("tcp 127.1.2.3:4000 -> 203.0.113.10:443 in eth0 syn", setting));
  const json& force = experiment(all, "brute-force");
  CHECK(force["verdict"] == "limited");
  CHECK(force["limited"]["from"] == 5);
  CHECK(force["limited"]["by"]["name"] == "filter/INPUT/12");
  CHECK(experiment(all, "xmas-scan")["verdict"] == "stopped");
  CHECK(experiment(all, "udp-reflector")["verdict"] == "not applicable");
  CHECK(experiment(all, "dns-tunnel")["verdict"] == "open");
  const json& table = experiment(all, "conntrack");
  CHECK(table["verdict"] == "depends");
  CHECK(table["conntrack"]["lifetime"] == 60.0);
}

TEST_CASE("the size of the table comes from the host; NOTRACK keeps it empty") {
  const Folder folder;
  const std::string tracked = "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n";
  const auto rules = [&](const std::string& name, const std::string& raw) {
    return folder.write(name, raw + "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n" + tracked + "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n");
  };
  const json full = threats("--only conntrack --sysctl net.netfilter.nf_conntrack_max=500 " + rules("a", ""));
  CHECK(full["experiments"][0]["verdict"] == "open");
  CHECK(full["experiments"][0]["conntrack"]["max"] == 500);
  CHECK(full["experiments"][0]["note"] == "at 20 new connections a second, each of which stays for 60 s, the table is full after 25 s");
  const json none = threats("--only conntrack " + rules("b", "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 80 -j NOTRACK\nCOMMIT\n"));
  CHECK(none["experiments"][0]["verdict"] == "stopped");
  CHECK(none["experiments"][0]["note"] == "what gets through is not tracked (NOTRACK)");
}

TEST_CASE("a limit lets through its burst and its rate, and the same seed says the same") {
  const std::string arguments = "threats --only syn-flood --rate 100 --seconds 5 " + corpora + "rulesets/syn-flood.v4";
  const auto ran = fwsim::test::fwsim(arguments);
  CHECK(ran.status == 0);
  // A burst of 20, and 10 a second; the first is one that comes when 20 are used up and two more have come by.
  CHECK(ran.out.find("    69 got through, 431 dropped\n") != std::string::npos);
  CHECK(ran.out.find("    limited from packet 23 on, by filter/INPUT/2 ") != std::string::npos);
  CHECK(fwsim::test::fwsim(arguments).out == ran.out);
  CHECK(fwsim::test::fwsim(arguments + " --seed 7").status == 0);
}

TEST_CASE("bad arguments of threats are status 2") {
  const std::string rules = " " + corpora + "rulesets/syn-flood.v4";
  const auto wrong = fwsim::test::fwsim("threats --only syn-flod" + rules);
  CHECK(wrong.status == 2);
  CHECK(wrong.out.find("did you mean 'syn-flood'?") != std::string::npos);
  CHECK(fwsim::test::fwsim("threats --rate 0" + rules).status == 2);
  CHECK(fwsim::test::fwsim("threats --port 70000" + rules).status == 2);
  CHECK(fwsim::test::fwsim("threats --admin 'tcp any'" + rules).status == 2);
  CHECK(fwsim::test::fwsim("threats").status == 2);
}

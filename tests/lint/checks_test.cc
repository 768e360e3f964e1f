// Each check finds something in its bad example and nothing in its good one.
#include <doctest/doctest.h>

#include <set>

#include "parser/host_toml.hh"
#include "tests/lint/linted.hh"

using namespace fwsim;

TEST_CASE("checks find what their bad example shows, and nothing in the good one") {
  std::set<std::string_view> ids;
  for (const Check* check : all_checks()) {
    INFO(check->id, " ", check->name);
    CHECK(ids.insert(check->id).second);
    if (check->of_network) continue;   // network_test.cc
    const HostText host = parse_host_toml(check->host, "host.toml", [&](const std::string&) { return std::optional<std::string>(check->sets); });
    CHECK(host.diagnostics.empty());
    const Host* known = check->host.empty() ? nullptr : &host.host;
    // Some are found by what runs the others, and need them.
    const bool runs = check->run || check->run_pair;
    const LintOptions only{.only = runs ? std::vector{std::string(check->id)} : std::vector<std::string>(), .skip = {}};
    test::Linted bad(check->bad, only, known), good(check->good, only, known);
    if (check->run_pair) {
      bad.with(check->bad6, only, known);
      good.with(check->good6, only, known);
    }
    for (test::Linted* linted : {&bad, &good}) std::erase_if(linted->result.findings, [&](const Finding& f) { return f.id != check->id; });
    CHECK(bad.result.findings.size() == 1);
    CHECK(good.text() == "");
    for (const Finding& f : bad.result.findings) {
      CHECK(f.id == check->id);
      CHECK(f.place.line != 0);
    }
  }
}

TEST_CASE("no rule is to blame for itself") {
  const test::Linted linted("*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n:A - [0:0]\n"
                            "-A OUTPUT -s 192.0.2.0/24 -p tcp -m multiport --dports 1:21,23:79 -m mark ! --mark 0x0 -j A\n"
                            "-A A ! -d 10.1.2.3/32 -p tcp -m tcp ! --dport 443 -m conntrack --ctstate ESTABLISHED -m limit --limit 5/sec -j DROP\nCOMMIT\n",
                            {.only = {"FW101", "FW102"}, .skip = {}});
  for (const Finding& f : linted.result.findings)
    for (const Spot& by : f.by) CHECK(by.rule != f.place.rule);
  CHECK(linted.text() == "FW101 raw/A/1\n");
}

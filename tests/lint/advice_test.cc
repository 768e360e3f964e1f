// What every guide to iptables tells its readers to look for, found in the recipes that have it; and in the recipe of a
// host that follows the advice nothing but what is really odd about it.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "tests/lint/linted.hh"

using namespace fwsim;

namespace {

std::string read(const std::string& name) {
  std::ifstream file(std::string(FWSIM_SOURCE_DIR) + "/corpora/rulesets/" + name);
  REQUIRE(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool finds(const std::string& text, const std::string& finding) { return test::Linted(text).text().find(finding) != std::string::npos; }

}  // namespace

TEST_CASE("the advice of guides") {
  // A policy that accepts, and ports open to all addresses.
  CHECK(finds(read("order-bad.v4"), "FW201 filter/INPUT/policy"));
  CHECK(finds(read("order-bad.v4"), "FW301 filter/INPUT/2"));
  // No rule for the answers, no log before the last drop.
  CHECK(finds(read("default-policies.v4"), "FW205 filter/INPUT/policy"));
  CHECK(finds(read("default-policies.v4"), "FW601 filter/INPUT/policy"));
  // Log first, without a limit; not where it comes last, under one.
  CHECK(finds(read("order-bad.v4"), "FW602 filter/INPUT/1"));
  CHECK_FALSE(finds(read("order-good.v4"), "FW602"));
  // What is most frequent behind much that is rare.
  std::string late = "*filter\n:INPUT DROP [0:0]\n", list = late;
  for (int i = 1; i <= 20; ++i) late += fmt::format("-A INPUT -p tcp -m tcp --dport {} -j ACCEPT\n", 8000 + i);
  CHECK(finds(late + "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n", "FW214 filter/INPUT/21"));
  CHECK_FALSE(finds(read("order-good.v4"), "FW214"));
  // A block list of rules, where a set would do.
  for (int i = 1; i <= 200; ++i) list += fmt::format("-A INPUT -s 203.0.113.{}/32 -j DROP\n", i);
  CHECK(finds(list + "COMMIT\n", "FW821 filter/INPUT/1"));
  CHECK_FALSE(finds(read("ipset.v4"), "FW821"));
}

TEST_CASE("the host of the guide") {
  // The kernel drops the sources of rules 2 and 3 before INPUT; the answers of pings and ICMP errors are taken by their
  // state, or as INVALID, before rules 8 to 10; the policy of OUTPUT accepts anyhow.
  const test::Linted linted(read("baseline-host.v4"));
  CHECK(linted.text() ==
        "FW111 filter/INPUT/2\n"
        "FW111 filter/INPUT/3\n"
        "FW101 filter/INPUT/8 by filter/INPUT/1, filter/INPUT/5, filter/INPUT/6\n"
        "FW101 filter/INPUT/9 by filter/INPUT/1, filter/INPUT/4, filter/INPUT/5, filter/INPUT/6\n"
        "FW101 filter/INPUT/10 by filter/INPUT/1, filter/INPUT/5, filter/INPUT/6\n"
        "FW103 filter/OUTPUT/1 by filter/OUTPUT/policy\n");
}

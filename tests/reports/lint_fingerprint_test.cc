#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "reports/lint_fingerprint.hh"
#include "reports/utf8.hh"

using namespace fwsim;

namespace {

Finding finding(const std::string& id, const std::string& place, unsigned line) { return {.id = id, .check = "shadowed", .place = {{}, place, "rules.v4", line}}; }

const std::string rule = "-A INPUT -j DROP";

}  // namespace

TEST_CASE("a fingerprint is of check, chain, family and rule, not of places") {
  const std::string print = fingerprint(finding("FW101", "filter/INPUT/3", 12), Family::v4, rule, 0);
  CHECK(print.size() == 32);
  CHECK(print == fingerprint(finding("FW101", "filter/INPUT/4", 99), Family::v4, rule, 0));
  CHECK(print != fingerprint(finding("FW102", "filter/INPUT/3", 12), Family::v4, rule, 0));
  CHECK(print != fingerprint(finding("FW101", "mangle/INPUT/3", 12), Family::v4, rule, 0));
  CHECK(print != fingerprint(finding("FW101", "filter/INPUT/3", 12), Family::v6, rule, 0));
  CHECK(print != fingerprint(finding("FW101", "filter/INPUT/3", 12), Family::v4, "-A INPUT -j ACCEPT", 0));
  CHECK(print != fingerprint(finding("FW101", "filter/INPUT/3", 12), Family::v4, rule, 1));
  // Baselines are kept: this may never change.
  CHECK(print == "9aff733618c9db42b20306abf1a03e4c");
}

TEST_CASE("policies and chains have fingerprints of their own") {
  CHECK(fingerprint(finding("FW109", "filter/INPUT/policy", 2), Family::v4, "", 0) != fingerprint(finding("FW109", "filter/FORWARD/policy", 3), Family::v4, "", 0));
}

TEST_CASE("of equal findings each has its own fingerprint, over all rulesets") {
  const auto source = [](const Spot&) { return rule; };
  std::vector<LintedRuleset> list(2);
  for (LintedRuleset& l : list) {
    l.source = source;
    l.result.findings = {finding("FW101", "filter/INPUT/3", 12), finding("FW101", "filter/INPUT/5", 14)};
  }
  set_fingerprints(list);
  std::vector<std::string> all = list[0].fingerprints;
  all.insert(all.end(), list[1].fingerprints.begin(), list[1].fingerprints.end());
  REQUIRE(all.size() == 4);
  std::sort(all.begin(), all.end());
  CHECK(std::unique(all.begin(), all.end()) == all.end());
}

TEST_CASE("bytes that are no UTF-8 are replaced, one by one") {
  CHECK(valid_utf8("a\xc3\xa4z\xe2\x82\xac\xf0\x9f\x94\xa5") == "a\xc3\xa4z\xe2\x82\xac\xf0\x9f\x94\xa5");
  CHECK(valid_utf8("\xe4 \xc3") == "\xef\xbf\xbd \xef\xbf\xbd");
  CHECK(valid_utf8("\xc0\x80") == "\xef\xbf\xbd\xef\xbf\xbd");           // overlong
  CHECK(valid_utf8("\xed\xa0\x80") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");   // a surrogate
}

// Each check finds something in its bad example and nothing in its good one.
#include <doctest/doctest.h>

#include <set>

#include "tests/lint/linted.hh"

using namespace fwsim;

TEST_CASE("checks find what their bad example shows, and nothing in the good one") {
  std::set<std::string_view> ids;
  for (const Check* check : all_checks()) {
    INFO(check->id, " ", check->name);
    CHECK(ids.insert(check->id).second);
    const test::Linted bad(check->bad, {.only = {std::string(check->id)}}), good(check->good, {.only = {std::string(check->id)}});
    CHECK(bad.result.findings.size() == 1);
    CHECK(good.text() == "");
    for (const Finding& f : bad.result.findings) {
      CHECK(f.id == check->id);
      CHECK(f.place.line != 0);
    }
  }
}

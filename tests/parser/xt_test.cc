// The iptables project's own tests of its extensions, all of them: what they say loads is read and
// printed as they expect, what they say fails is refused. Exceptions are listed with their reason.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/one_rule.hh"

using namespace fwsim;

namespace {

struct Exception {
  std::string_view file, rule, reason;
};
constexpr Exception exceptions[] = {
    {"iptables.t", "! -i +", "iptables-legacy 1.8.9 loses it on saving; so does fwsim, which prints as it does"},
    {"libxt_set.t", "-m set --match-set foo src,dst", "fails because no set foo exists: a ruleset alone cannot tell"},
    {"libxt_SET.t", "-j SET --add-set foo src,dst", "fails because no set foo exists: a ruleset alone cannot tell"},
};

struct Counts {
  unsigned accepted = 0, refused = 0, total_ok = 0, total_fail = 0, excepted = 0;
};

void run_file(const std::filesystem::path& path, Family family, Counts& counts) {
  for (const test::XtTest& xt : test::read_xt_file(path.string())) {
    const auto exception = std::find_if(std::begin(exceptions), std::end(exceptions), [&](const Exception& e) {
      return e.file == path.filename().string() && e.rule == xt.rule;
    });
    if (exception != std::end(exceptions)) {
      ++counts.excepted;
      fmt::print("  exception: {} '{}': {}\n", exception->file, exception->rule, exception->reason);
      continue;
    }
    const bool ok = xt.expected != "FAIL";
    for (const std::string& chain : xt.chains) {
      INFO(path.filename().string(), " ", family == Family::v4 ? "v4 " : "v6 ", xt.table, " ", chain, " ", xt.line);
      const std::string got = test::saved(xt.rule, {family, xt.table, chain});
      CHECK(got == xt.expected);
      ++(ok ? counts.total_ok : counts.total_fail);
      if (got == xt.expected) ++(ok ? counts.accepted : counts.refused);
    }
  }
}

}  // namespace

TEST_CASE("the tests of the iptables project come out as they say") {
  const std::string root = test::shared("corpora/rulesets/xt-tests");
  if (root.empty()) return;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(root)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  Counts counts;
  for (const auto& path : files) {
    const std::string name = path.filename().string();
    const auto starts = [&](std::string_view start) { return name.rfind(start, 0) == 0; };
    if (starts("libxt_") || starts("libipt_") || starts("iptables")) run_file(path, Family::v4, counts);
    if (starts("libxt_") || starts("libip6t_")) run_file(path, Family::v6, counts);
  }
  fmt::print("xt-tests: {} of {} accepted and printed as expected, {} of {} refused, {} lines excepted\n", counts.accepted,
             counts.total_ok, counts.refused, counts.total_fail, counts.excepted);
  CHECK(counts.total_ok > 300);
}

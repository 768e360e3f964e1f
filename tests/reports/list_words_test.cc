// The words of extensions in fwsim list are those of iptables -L. recorded/listed.v4 and .v6 are what iptables-legacy-save -c
// (1.8.9) printed after rules with every match and target that a kernel (6.18) took; the .txt, what iptables-legacy -L -v -n
// --line-numbers printed then, table by table.
#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "model/value.hh"
#include "parser/parse.hh"
#include "reports/list_report.hh"

using namespace fwsim;

TEST_CASE("list prints extensions as iptables -L does") {
  for (const Family family : {Family::v4, Family::v6}) {
    const std::string file = std::string(FWSIM_SOURCE_DIR) + "/tests/reports/recorded/listed" + (family == Family::v4 ? ".v4" : ".v6");
    const Parsed parsed = parse_ruleset(read_file(file), {.file = file, .family = family});
    CHECK_FALSE(has_errors(parsed.diagnostics));
    const std::string text = list_text({.ruleset = &parsed.ruleset}), recorded = read_file(file + ".txt");
    const auto got = split(text, '\n'), wanted = split(recorded, '\n');
    REQUIRE(got.size() == wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == wanted[i]);
  }
}

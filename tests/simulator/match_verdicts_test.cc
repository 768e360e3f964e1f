// The kernel's own answers, for every match that looks at headers or content: recorded from Linux
// 6.18 with packets that were made for it, many of them malformed.
#include <fstream>

#include "one_match.hh"

using namespace fwsim;
using fwsim::test::arrived;
using fwsim::test::hex;
using fwsim::test::OneRule;

namespace {

void replay(const std::string& name, Family family) {
  std::ifstream in(std::string(FWSIM_SOURCE_DIR) + "/tests/simulator/" + name);
  REQUIRE(in);
  std::unique_ptr<OneRule> rule;
  std::string text;
  unsigned count = 0;
  for (std::string line; std::getline(in, line);) {
    if (line[0] == '#') continue;
    if (line[0] != ' ') {
      text = line.substr(2);
      rule = std::make_unique<OneRule>(text, family);
      INFO(text);
      CHECK(rule->good());
      continue;
    }
    const std::size_t space = line.find(' ', 2);
    INFO(text, " on ", line.substr(space + 1));
    CHECK(rule->verdict(arrived(family, hex(line.substr(space + 1)))) == line.substr(2, space - 2));
    ++count;
  }
  CHECK(count > 500);
}

}  // namespace

TEST_CASE("matches answer as the kernel did: IPv4") { replay("match_verdicts.v4", Family::v4); }
TEST_CASE("matches answer as the kernel did: IPv6") { replay("match_verdicts.v6", Family::v6); }

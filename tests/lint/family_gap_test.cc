// What IPv6 opens and IPv4 does not: each port by itself, whoever opens it.
#include <doctest/doctest.h>

#include "tests/lint/linted.hh"

using namespace fwsim;

namespace {

std::string gaps(const std::string& v4, const std::string& v6) {
  const LintOptions only{.only = {"FW721"}};
  test::Linted linted(v4, only, nullptr, Family::v4);
  linted.with(v6, only, nullptr);
  std::string out;
  for (const Finding& f : linted.result.findings) out += f.place.name + " " + f.text + "\n";
  return out;
}

std::string input(const std::string& rules) { return "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n" + rules + "COMMIT\n"; }

}  // namespace

TEST_CASE("a port that one network reaches is not open to anybody for another port's sake") {
  const std::string v6 = input("-A INPUT -j A\n-A A -s 2001:db8::/32 -p tcp -m tcp --dport 22 -j B\n-A A -p tcp -m tcp --dport 443 -j B\n-A B -j ACCEPT\n");
  const std::string chains = std::string(v6).insert(v6.find("-A INPUT"), ":A - [0:0]\n:B - [0:0]\n");
  CHECK(gaps(input("-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"), chains) == "");
  CHECK(gaps(input(""), chains) == "filter/B/1 opens tcp 443 to anybody, which IPv4 (rules) does not\n");
}

TEST_CASE("a range is open in IPv4 too when several rules open its parts") {
  const std::string v6 = input("-A INPUT -p tcp -m tcp --dport 8000:8010 -j ACCEPT\n");
  CHECK(gaps(input("-A INPUT -p tcp -m tcp --dport 8000:8004 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 8005:8010 -j ACCEPT\n"), v6) == "");
  CHECK(gaps(input("-A INPUT -p tcp -m tcp --dport 8000:8004 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 8006:8010 -j ACCEPT\n"), v6) ==
        "filter/INPUT/1 opens tcp 8005 to anybody, which IPv4 (rules) does not\n");
  // Two halves of the internet are all of it.
  CHECK(gaps(input("-A INPUT -s 0.0.0.0/1 -p tcp -m tcp --dport 8000:8010 -j ACCEPT\n-A INPUT -s 128.0.0.0/1 -p tcp -m tcp --dport 8000:8010 -j ACCEPT\n"), v6) == "");
}

TEST_CASE("IPv4 without a filter is open") {
  CHECK(gaps("*nat\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n", input("-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT\n")) == "");
}

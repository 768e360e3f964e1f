// fwsim cover, as a user runs it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;

namespace {

const std::string corpora = std::string(FWSIM_SOURCE_DIR) + "/corpora/";
const std::string traffic = " " + corpora + "captures/web-server.pcap --host " + corpora + "hosts/web-server.toml";

}  // namespace

TEST_CASE("cover counts what comes to each rule, and its order is proved and cheaper") {
  const Folder folder;
  const std::string rules = corpora + "rulesets/ec2.v4", written = folder / "new.v4";
  const auto ran = fwsim::test::fwsim("cover " + rules + traffic + " --format json --write " + written, "2>/dev/null");
  CHECK(ran.status == 0);
  const auto json = nlohmann::json::parse(ran.out);
  CHECK(json["packets"] == 149);
  CHECK(json["evaluations"] == 546);
  std::uint64_t in_depths = 0;
  for (const auto& row : json["depths"]) in_depths += row["packets"].get<std::uint64_t>();
  CHECK(in_depths == 149);
  CHECK(json["suggestion"]["proved"] == true);
  CHECK(json["suggestion"]["evaluations"] == 511);
  CHECK(json["suggestion"]["chains"][0]["moved"][0]["from"] == 2);
  // The same packets, in the suggested order.
  const auto again = nlohmann::json::parse(fwsim::test::fwsim("cover " + written + traffic + " --format json", "2>/dev/null").out);
  CHECK(again["evaluations"] == 511);
  CHECK(again["suggestion"]["chains"].empty());
  CHECK(fwsim::test::fwsim("diff --logs " + rules + " " + written).status == 0);
}

TEST_CASE("cover by the counters that trace writes says the same as the capture") {
  const Folder folder;
  const std::string rules = corpora + "rulesets/baseline-host.v4", counted = folder / "counted.v4";
  REQUIRE(fwsim::test::fwsim("trace --summary --rules " + rules + traffic + " --counters " + counted).status == 0);
  const auto ran = fwsim::test::fwsim("cover " + counted);
  CHECK(ran.status == 0);
  CHECK(ran.out.find("about 1032 rules looked at\n") != std::string::npos);
  CHECK(ran.out.find("never hit: 7 of 17 rules\n") != std::string::npos);
  CHECK(ran.out.find("    14 -> 12: -p tcp -m tcp --dport 443 -m conntrack --ctstate NEW -j ACCEPT\n") != std::string::npos);
  const auto both = fwsim::test::fwsim("cover " + rules + traffic);
  CHECK(both.out.find("rules looked at: 1032, 6.9 for each packet\n") != std::string::npos);
  CHECK(both.out.find("40       1999  10:00:01.002000  10:04:18.001000  filter/INPUT/5 ") != std::string::npos);
}

TEST_CASE("cover without anything to count") {
  CHECK(fwsim::test::fwsim("cover").status == 2);
  const auto none = fwsim::test::fwsim("cover " + corpora + "rulesets/egress.v4");
  CHECK(none.status == 2);
  CHECK(none.out.find("has no counters (iptables-save -c), and no capture was given") != std::string::npos);
  CHECK(fwsim::test::fwsim("cover " + corpora + "rulesets/egress.v4 /nowhere.pcap").status == 2);
  const auto bad = fwsim::test::fwsim("cover " + corpora + "rulesets/egress.v4 " + corpora + "rulesets/ec2.v4");
  CHECK(bad.status == 2);
  CHECK(bad.out == "fwsim: " + corpora + "rulesets/ec2.v4: at byte 0: this is neither pcap nor pcapng\n");
}

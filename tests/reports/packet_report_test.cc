// What is printed of a packet, and that the JSON says the same.
#include "reports/packet_report.hh"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "simulator/sources/question.hh"

using namespace fwsim;

TEST_CASE("a dropped packet as a line and as JSON") {
  const Parsed parsed = parse_ruleset("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp --dport 23 -j DROP\nCOMMIT\n",
                                      {.file = "rules", .family = Family::v4});
  Host host = default_host();
  host.interfaces.push_back({.name = "eth0", .addresses = {{.family = Family::v4, .address = 0xc0000201, .length = 24}}});
  host.routes.push_back({.family = Family::v4, .hops = {{.device = "eth0"}}});
  Engine engine(&parsed.ruleset, nullptr, host, {.paths = true});
  QuestionFault fault;
  auto q = read_question("tcp 198.51.100.5:4000 -> 192.0.2.1:23 in eth0", fault);
  REQUIRE(q);
  Traced traced{.number = 3, .time = 1'700'000'000'000'001'000, .flow = packet_text(q->packet)};
  q->packet.time = traced.time;
  traced.result = engine.receive(std::move(q->packet), "eth0");
  const ReportContext context{.files = {"rules", ""}};
  CHECK(verdict_text(traced.result, context) == "dropped by filter/INPUT/1 (rules:3)");
  CHECK(time_text(traced.time) == "2023-11-14T22:13:20.000001Z");
  const auto json = nlohmann::json::parse(json_of(traced, context));
  CHECK(json["format"] == 1);
  CHECK(json["fate"] == "dropped");
  CHECK(json["by"]["chain"] == "INPUT");
  CHECK(json["by"]["rule"] == 1);
  CHECK(json["by"]["line"] == 3);
  CHECK(json["dropped_at"] == "INPUT");
  CHECK(json["path"].size() == 1);
  Summary summary;
  summary.add(traced);
  CHECK(nlohmann::json::parse(summary.json(context))["fates"]["dropped"] == 1);
}

// What is printed of a packet, and that the JSON says the same.
#include "reports/packet_report.hh"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "simulator/sources/question.hh"

using namespace fwsim;

namespace {

// A packet to port 23 of a host with one device.
Traced telnet(const Parsed& parsed) {
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
  return traced;
}

// The lines of a text from the second on.
std::string rest(const std::string& text) { return text.substr(std::min(text.find('\n'), text.size())); }

const ReportContext context{.files = {"rules", ""}};

}  // namespace

TEST_CASE("a dropped packet as a line and as JSON") {
  const Parsed parsed = parse_ruleset("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp --dport 23 -j DROP\nCOMMIT\n",
                                      {.file = "rules", .family = Family::v4});
  const Traced traced = telnet(parsed);
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

TEST_CASE("what LOG and the helpers say stands below the packet's line; nflog is for others to read") {
  const Parsed parsed = parse_ruleset(
      "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j LOG --log-prefix \"telnet: \"\n-A INPUT -j NFLOG --nflog-prefix x\n"
      "COMMIT\n",
      {.file = "rules", .family = Family::v4});
  Traced traced = telnet(parsed);
  REQUIRE(traced.result.records.size() == 2);
  const std::string start = "\n      log: telnet: IN=eth0 OUT= ", line = rest(line_of(traced, context));
  CHECK(line.substr(0, start.size()) == start);
  CHECK(line.find('\n', 1) == line.npos);

  traced.result.records = {{.kind = Record::Kind::other, .text = "the helper ftp cannot tell"},
                           {.kind = Record::Kind::conntrack, .text = "nf_ct_ftp: dropping packet"},
                           {.kind = Record::Kind::audit, .text = "for auditd"}};
  CHECK(rest(line_of(traced, context)) == "\n      log: nf_ct_ftp: dropping packet\n      note: the helper ftp cannot tell");
  const auto json = nlohmann::json::parse(json_of(traced, context));
  REQUIRE(json["records"].size() == 3);   // JSON has all of them
  CHECK(json["records"][1] == nlohmann::json{{"kind", "conntrack"}, {"text", "nf_ct_ftp: dropping packet"}});
}

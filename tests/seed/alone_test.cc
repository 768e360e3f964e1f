// Recipes that are tested in fwsim alone: the kernel of the recordings has no geoip, and one draw of a random match
// tells nothing.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "simulator/sources/question.hh"

using namespace fwsim;

namespace {

Host two_networks() {
  Host host = default_host();
  for (const auto& [name, address] : {std::pair{"eth0", 0xcb00710aU}, std::pair{"eth1", 0xc0a80101U}})
    host.interfaces.push_back({.name = name, .addresses = {{.family = Family::v4, .address = address, .length = 24}}});
  host.routes.push_back({.family = Family::v4, .hops = {{.device = "eth0"}}});
  return host;
}

Parsed rules(const std::string& text) {
  Parsed parsed = parse_ruleset(text + "COMMIT\n", {.file = "rules", .family = Family::v4});
  REQUIRE_FALSE(has_errors(parsed.diagnostics));
  return parsed;
}

Result arrive(Engine& engine, const std::string& packet) {
  QuestionFault fault;
  auto question = read_question(packet + " in eth0", fault);
  REQUIRE(question);
  return engine.receive(std::move(question->packet), "eth0");
}

// CC.iv4 as xt_geoip_build writes it: first and last address of each range, in network order.
void write_country(const std::filesystem::path& folder, const char* code, std::uint32_t first, std::uint32_t last) {
  std::ofstream file(folder / (std::string(code) + ".iv4"), std::ios::binary);
  for (const std::uint32_t address : {first, last})
    for (int shift = 24; shift >= 0; shift -= 8) file.put(static_cast<char>(address >> shift));
}

}  // namespace

TEST_CASE("geoip: some countries are blocked, all but some others too") {
  const auto folder = std::filesystem::temp_directory_path() / ("fwsim-seed-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  write_country(folder, "CN", 0x01000000, 0x01ffffff);
  write_country(folder, "RU", 0x02000000, 0x02ffffff);
  write_country(folder, "US", 0x03000000, 0x03ffffff);
  write_country(folder, "CA", 0x04000000, 0x04ffffff);
  write_country(folder, "GB", 0x05000000, 0x05ffffff);
  const Parsed parsed =
      rules("*filter\n-A INPUT -m geoip --src-cc CN,RU -j DROP\n-A INPUT -m geoip ! --src-cc US,CA,GB -j DROP\n");
  Host host = two_networks();
  host.geoip_dir = folder.string();
  Engine engine(&parsed.ruleset, nullptr, host);
  const auto from = [&](const char* source) {
    const Result r = arrive(engine, std::string("tcp ") + source + ":4000 -> 203.0.113.10:22 syn");
    return std::string(fate_name(r.fate)) + (r.decided_by ? " by " + r.decided_by->name() : "");
  };
  CHECK(from("1.2.3.4") == "dropped by filter/INPUT/1");
  CHECK(from("2.2.3.4") == "dropped by filter/INPUT/1");
  CHECK(from("3.2.3.4") == "delivered by filter/INPUT/policy");
  CHECK(from("5.2.3.4") == "delivered by filter/INPUT/policy");
  CHECK(from("9.2.3.4") == "dropped by filter/INPUT/2");
  // Private addresses are in no country: the whitelist drops them, which the recipe does not say.
  CHECK(from("10.2.3.4") == "dropped by filter/INPUT/2");
  std::filesystem::remove_all(folder);
}

TEST_CASE("balanced: half of the connections go to each host, and each connection stays with its own") {
  const Parsed parsed = rules(
      "*nat\n-A PREROUTING -i eth0 -p tcp --dport 80 -m statistic --mode random --probability 0.5 -j DNAT "
      "--to-destination "
      "192.168.1.10\n-A PREROUTING -i eth0 -p tcp --dport 80 -j DNAT --to-destination 192.168.1.11\n");
  Engine engine(&parsed.ruleset, nullptr, two_networks());
  int first = 0;
  for (int port = 20000; port < 21000; ++port) {
    const std::string packet = "tcp 198.51.100.7:" + std::to_string(port) + " -> 203.0.113.10:80 syn";
    const Result once = arrive(engine, packet), again = arrive(engine, packet);
    REQUIRE(once.out.size() == 1);
    REQUIRE(again.out.size() == 1);
    const u128 host = once.out[0].packet.fields.get(Field::dst);
    CHECK((host == 0xc0a8010a || host == 0xc0a8010b));
    CHECK(again.out[0].packet.fields.get(Field::dst) == host);
    first += host == 0xc0a8010a;
  }
  CHECK(first > 440);  // 500, and four standard deviations of 16 less
  CHECK(first < 560);
}

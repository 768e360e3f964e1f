// Every real capture through a stateful ruleset of both families: nothing crashes or hangs, every
// frame has a fate, and chosen captures come out as their protocols say.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <string>

#include "tests/shared.hh"
#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "simulator/sources/capture_file.hh"
#include "simulator/sources/link_layer.hh"
#include "simulator/sources/placement.hh"

using namespace fwsim;

namespace {

constexpr const char* stateful = R"(*nat
-A POSTROUTING -o eth1 -j MASQUERADE
COMMIT
*mangle
-A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m conntrack --ctstate INVALID -j LOG --log-prefix "invalid " --log-ip-options --log-tcp-options
-A FORWARD -m conntrack --ctstate INVALID -j DROP
-A FORWARD -p tcp -m multiport --dports 21,22,25,80,443 -j ACCEPT
-A FORWARD -p udp -m udp --dport 53 -j ACCEPT
-A FORWARD -m recent --update --seconds 60 --hitcount 5 -j REJECT
-A FORWARD -m recent --set -m limit --limit 10/s -j ACCEPT
-A FORWARD -p tcp -j REJECT --reject-with tcp-reset
-A FORWARD -j REJECT
COMMIT
)";

Host router() {
  Host host = default_host();
  for (const char* name : {"eth0", "eth1"}) {
    Interface i;
    i.name = name;
    i.addresses = {{.family = Family::v4, .address = name[3] == '0' ? 0xc6120001U : 0xc6130001U, .length = 24}};
    host.interfaces.push_back(i);
  }
  host.routes.push_back({.family = Family::v4, .hops = {{.device = "eth1"}}});
  host.routes.push_back({.family = Family::v6, .hops = {{.device = "eth1"}}});
  return host;
}

struct Run {
  Parsed v4 = parse_ruleset(stateful, {.file = "stateful", .family = Family::v4});
  Parsed v6 = parse_ruleset(stateful, {.file = "stateful", .family = Family::v6});
  Engine engine{&v4.ruleset, &v6.ruleset, router(), {.paths = true}};
  std::array<unsigned, fate_count> fates{};
  std::array<unsigned, 5> states{};
  unsigned frames = 0;

  void read(const std::string& path) {
    CaptureFile file(path);
    Packet packet;
    for (Frame frame; file.next(frame); ++frames) {
      const Stripped stripped = strip_link_layer(frame, packet);
      if (stripped.kind != Stripped::Kind::packet || !decode(packet)) {
        ++fates[static_cast<std::size_t>(Fate::ignored)];
        continue;
      }
      const Placement placement = place_packet(packet, "eth0", false, engine.host(), engine.routing(), engine.world().conntrack);
      const Result r = placement.place == Place::arrives ? engine.receive(packet, placement.device) : engine.send(packet);
      ++fates[static_cast<std::size_t>(r.fate)];
      if (r.packet.fields.has(Field::ct_state)) ++states[r.packet.fields.number(Field::ct_state)];
    }
  }
};

}  // namespace

TEST_CASE("every real capture goes through a stateful ruleset") {
  const std::string root = test::shared("corpora/pcaps");
  if (root.empty()) return;
  unsigned files = 0, frames = 0, forwarded = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || entry.path().filename() == "INDEX.md") continue;
    INFO(entry.path().string());
    Run run;
    REQUIRE_FALSE(has_errors(run.v4.diagnostics));
    run.read(entry.path().string());
    unsigned total = 0;
    for (unsigned n : run.fates) total += n;
    CHECK(total == run.frames);
    CHECK(run.fates[static_cast<std::size_t>(Fate::unknown)] == 0);
    ++files;
    frames += run.frames;
    forwarded += run.fates[static_cast<std::size_t>(Fate::forwarded)];
  }
  fmt::print("traced {} captures, {} frames, {} forwarded\n", files, frames, forwarded);
  CHECK(files > 1000);
  CHECK(forwarded > 5000);
}

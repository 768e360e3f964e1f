// Whole captures: those of this project, and the shared collection. There, every capture is read to
// its end, and as many packets are found as the index says: those of capinfos, or of tcpdump where
// capinfos refuses the file.
#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "tests/shared.hh"
#include "simulator/sources/capture_file.hh"
#include "simulator/sources/link_layer.hh"

namespace fwsim::test {
namespace {

struct Entry {
  std::string file;
  std::uint64_t packets = 0;
};

std::string cell(const std::string& line, unsigned column) {
  std::size_t at = 0;
  for (unsigned i = 0; i <= column && at != std::string::npos; ++i) at = line.find("| ", i == 0 ? at : at + 1);
  if (at == std::string::npos) return {};
  const std::size_t end = line.find(" |", at + 1);
  return end == std::string::npos || end <= at + 2 ? std::string() : line.substr(at + 2, end - at - 2);
}

// "12", "5 (tcpdump 0)", "? (tcpdump 15)"
std::uint64_t packets_of(const std::string& text) {
  const std::size_t known = text.rfind("? (tcpdump ", 0) == 0 ? 11 : 0;
  return std::stoull(text.substr(known));
}

std::vector<Entry> read_index(const std::string& path) {
  std::vector<Entry> entries;
  std::ifstream index(path);
  for (std::string line; std::getline(index, line);) {
    const std::string file = cell(line, 0), packets = cell(line, 4);
    if (file.find('/') != std::string::npos && !packets.empty()) entries.push_back({file, packets_of(packets)});
  }
  return entries;
}

// Reads a capture, and does with each packet what can be done without a ruleset.
std::uint64_t read(const std::string& path) {
  CaptureFile file(path);
  std::uint64_t count = 0;
  Packet packet;
  for (Frame frame; file.next(frame); ++count) {
    const Stripped stripped = strip_link_layer(frame, packet);
    if (stripped.kind != Stripped::Kind::packet) {
      CHECK_FALSE(to_text(stripped).empty());
      continue;
    }
    const bool taken = decode(packet);
    CHECK(taken == packet.fault.empty());
    CHECK_FALSE(packet_text(packet).empty());
    if (!taken || packet.truncated) continue;
    fix_checksums(packet);
    CHECK(decode(packet));
  }
  if (file.damage()) CHECK_FALSE(to_text(*file.damage()).empty());
  return count;
}

}  // namespace

TEST_CASE("the captures of the collection") {
  const std::string folder = shared("corpora/pcaps");
  if (folder.empty()) return;
  const std::vector<Entry> entries = read_index(folder + "/INDEX.md");
  CHECK(entries.size() == 1182);
  for (const Entry& entry : entries) {
    CAPTURE(entry.file);
    CHECK(read(folder + "/" + entry.file) == entry.packets);
  }
}

TEST_CASE("the captures of this project") {
  const Entry entries[] = {{"damaged.pcap", 5},        {"fragments.pcap", 19},  {"ipv6.pcap", 31},
                           {"nat-gateway.pcapng", 29}, {"port-knock.pcap", 23}, {"sll.pcap", 7},
                           {"vlan.pcap", 5},           {"syn-flood.pcap", 500}, {"web-server.pcap", 152},
                           {"truncated.pcap", 9}};
  for (const Entry& entry : entries) {
    CAPTURE(entry.file);
    CHECK(read(std::string(FWSIM_SOURCE_DIR) + "/corpora/captures/" + entry.file) == entry.packets);
  }
}

}  // namespace fwsim::test

// fwsim trace --write-pcap: what leaves the gateway of corpora/captures/nat-gateway, read back.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <vector>

#include "simulator/packet.hh"
#include "simulator/sources/capture_file.hh"
#include "simulator/sources/link_layer.hh"
#include "tests/cli/run.hh"

using namespace fwsim;
using fwsim::test::Folder;
using fwsim::test::Ran;
using fwsim::test::shell;

namespace {

const std::string corpora = std::string(FWSIM_SOURCE_DIR) + "/corpora/";
const std::string gateway =
    "trace " + corpora + "captures/nat-gateway.pcapng --rules " + corpora + "rulesets/nat-gateway.v4 ";
const std::string described = gateway + "--host " + corpora + "hosts/nat-gateway.toml --summary --write-pcap ";

struct Leaving {
  std::string text, macs;  // the packet in words; destination and source address of the frame
  std::int64_t time;
  bool good = false;  // all checksums are right
};

std::vector<Leaving> leaving(const std::string& path, unsigned link_type) {
  std::vector<Leaving> list;
  CaptureFile file(path);
  for (Frame frame; file.next(frame);) {
    CHECK(frame.link_type == link_type);
    Packet packet;
    REQUIRE(strip_link_layer(frame, packet).kind == Stripped::Kind::packet);
    REQUIRE(decode(packet));
    const Bytes header(packet.bytes.data(), static_cast<std::size_t>(packet.bytes[0] & 15) * 4);
    Leaving one{.text = packet_text(packet), .macs = {}, .time = frame.time};
    one.good = fold_sum(sum_words(header)) == 0xffff && transport_checksum_ok(packet);
    for (std::size_t i = 0; link_type == 1 && i < 12; ++i) one.macs += "0123456789abcdef"[frame.bytes[i] & 15];
    list.push_back(one);
  }
  CHECK_FALSE(file.damage());
  return list;
}

std::size_t count(const std::vector<Leaving>& list, const std::string& start) {
  std::size_t n = 0;
  for (const Leaving& l : list) n += l.text.compare(0, start.size(), start) == 0;
  return n;
}

}  // namespace

TEST_CASE("what leaves each device of a NAT gateway is written, translated and with right checksums") {
  const Folder folder;
  CHECK(test::fwsim(described + (folder / "wire")).status == 0);
  const auto wan = leaving(folder / "wire/eth0.pcap", 1), lan = leaving(folder / "wire/eth1.pcap", 1);
  // As the kernel forwarded them (captures/README.md): 19, of which 11 go out; and the ICMP error about packet 17.
  CHECK(wan.size() == 11);
  CHECK(lan.size() == 9);
  CHECK(count(wan, "203.0.113.2") == wan.size());
  CHECK(count(lan, "10.0.1.1 > 10.0.1.10 ICMP 11/0") == 1);
  CHECK(count(lan, "198.51.100.80:443 > 10.0.1.10:51000 TCP [SA]") == 1);
  CHECK(count(wan, "203.0.113.2:51000 > 198.51.100.80:443 TCP [S] seq=1000 ack=0 win=64240 dlen=0 ttl=63") == 1);
  for (const auto* list : {&wan, &lan})
    for (std::size_t i = 0; i < list->size(); ++i) {
      INFO((*list)[i].text);
      CHECK((*list)[i].good);
      CHECK((i == 0 || (*list)[i - 1].time <= (*list)[i].time));
    }
  // The low halves of the bytes: own address as source; nobody has said who the neighbours are.
  CHECK(wan.front().macs == "000000200002");
  CHECK(lan.front().macs == "000000200011");
}

TEST_CASE("files that are there are kept, unless --force is given; nothing is left half-written") {
  const Folder folder;
  folder.write("eth1.pcap", "precious");
  const test::Ran refused = test::fwsim(described + folder.path.string());
  CHECK(refused.status == 2);
  CHECK(refused.out.find("eth1.pcap is there already; --force replaces it") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder.path / "eth0.pcap"));
  CHECK(std::filesystem::file_size(folder.path / "eth1.pcap") == 8);
  CHECK(test::fwsim(described + folder.path.string() + " --force").status == 0);
  CHECK(leaving(folder / "eth1.pcap", 1).size() == 9);
  CHECK(test::fwsim(described + (folder / "eth0.pcap")).status == 2);  // no directory
  // A capture that cannot be read after the first: no file, and no directory that was not there.
  const std::string more = corpora + "captures/nat-gateway.pcapng " + (folder / "none.pcap");
  CHECK(test::fwsim("trace " + more + " --rules " + corpora + "rulesets/nat-gateway.v4 --host " + corpora +
                    "hosts/nat-gateway.toml --write-pcap " + (folder / "new"))
            .status == 2);
  CHECK_FALSE(std::filesystem::exists(folder.path / "new"));
}

TEST_CASE("devices without addresses of their own are written as raw IP, unused ones as empty captures") {
  const Folder folder;
  const std::string host =
      "--addr eth0=203.0.113.2/24 --addr eth1=10.0.1.1/24 --addr eth2=10.7.0.1/24 --route 'default via 203.0.113.1 dev "
      "eth0' ";
  CHECK(test::fwsim(gateway + host + "--summary --write-pcap " + folder.path.string()).status == 0);
  CHECK(leaving(folder / "eth0.pcap", 101).size() == 11);
  CHECK(std::filesystem::file_size(folder.path / "eth2.pcap") == 24);
}

TEST_CASE("write-pcap: a signal leaves nothing behind") {
  const Folder folder;
  // Long enough to be stopped in the middle.
  constexpr std::size_t file_header = 24;
  std::ifstream in(FWSIM_SOURCE_DIR "/corpora/captures/web-server.pcap", std::ios::binary);
  const std::string capture{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::string longer = capture;
  for (int i = 0; i < 2000; ++i) longer += capture.substr(file_header);
  folder.write("long.pcap", longer);
  const Ran ran = shell("cd " + folder.path.string() + " && { " FWSIM_BINARY " trace long.pcap --rules " FWSIM_SOURCE_DIR "/corpora/rulesets/baseline-host.v4 --host " FWSIM_SOURCE_DIR
                        "/corpora/hosts/web-server.toml --summary --write-pcap wire >/dev/null 2>&1 & run=$!; }; for i in $(seq 1000); do [ -s wire/.eth0.pcap.part ] && break; "
                        "sleep 0.01; done; kill -TERM $run; wait $run; echo $?; ls -A");
  CHECK(ran.out == "143\nlong.pcap\n");
}

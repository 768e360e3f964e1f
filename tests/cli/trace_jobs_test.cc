// A summary by several threads is that of one, to the byte, and so are the counters; with what one thread alone can do, that is told.
#include <doctest/doctest.h>

#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;
using fwsim::test::Ran;

namespace {

const std::string corpora = std::string(FWSIM_SOURCE_DIR) + "/corpora/";

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What is printed without standard error, and the counters.
std::string summary(const Folder& folder, const std::string& arguments) {
  const Ran ran = fwsim::test::fwsim("trace --summary " + arguments + " --counters " + folder / "counted.v4", "2>/dev/null");
  CHECK(ran.status == 0);
  return ran.out + read(folder / "counted.v4");
}

}  // namespace

TEST_CASE("trace --jobs: the same to the byte") {
  const Folder folder;
  const std::string stateful = folder.write("stateful.v4",
                                            "*filter\n:INPUT DROP [7:700]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                                            "[3:300] -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
                                            "-A INPUT -m conntrack --ctstate INVALID -j DROP\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
                                            "-A INPUT -p icmp -j ACCEPT\n-A INPUT -p tcp -m multiport --dports 80,443 -j LOG\n-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT\nCOMMIT\n");
  for (const char* capture : {"web-server.pcap", "port-knock.pcap", "syn-flood.pcap", "sll.pcap", "vlan.pcap", "truncated.pcap"}) {
    CAPTURE(capture);
    const std::string arguments = corpora + "captures/" + capture + " --rules " + stateful + " --host " + corpora + "hosts/web-server.toml";
    const std::string one = summary(folder, arguments);
    CHECK(one.find("packets") != one.npos);
    for (const char* jobs : {" --jobs 2", " --jobs 5"}) CHECK(summary(folder, arguments + jobs) == one);
    const Ran noted = fwsim::test::fwsim("trace --summary " + arguments + " --jobs 2", "2>&1 >/dev/null");
    CHECK(noted.out.find("one thread takes all") == noted.out.npos);
  }
}

TEST_CASE("trace --jobs: a pipe is read once, for all") {
  const Folder folder;
  const std::string rules = folder.write("rules.v4", "*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n");
  const std::string rest = " --rules " + rules + " --host " + corpora + "hosts/web-server.toml --summary";
  const std::string capture = corpora + "captures/web-server.pcap";
  const Ran file = fwsim::test::fwsim("trace " + capture + rest);
  CHECK(file.status == 0);
  for (const char* source : {"/dev/stdin", "-"}) {
    const Ran piped = fwsim::test::shell("cat " + capture + " | " + FWSIM_BINARY + " trace " + source + rest + " --jobs 3 2>&1");
    CHECK(piped.status == file.status);
    CHECK(piped.out == file.out);
  }
}

TEST_CASE("trace --jobs: what packets share is told, and one thread takes them") {
  const Folder folder;
  const std::string head = "*filter\n:INPUT ACCEPT [0:0]\n", tail = "COMMIT\n";
  const auto ran = [&](const std::string& rules, const char* capture) {
    const std::string file = folder.write("shared.v4", rules);
    const std::string arguments = "trace --summary " + corpora + "captures/" + capture + " --rules " + file + " --host " + corpora + "hosts/web-server.toml";
    const Ran one = fwsim::test::fwsim(arguments, "2>/dev/null"), two = fwsim::test::fwsim(arguments + " --jobs 2", "2>/dev/null");
    CHECK(one.out == two.out);
    return fwsim::test::fwsim(arguments + " --jobs 2", "2>&1 >/dev/null").out;
  };
  CHECK(ran(head + "-A INPUT -m limit --limit 5/sec -j ACCEPT\n" + tail, "web-server.pcap") ==
        "note: --jobs: one thread takes all packets, for they share a match that counts of filter/INPUT/1\n");
  CHECK(ran(head + "-A INPUT -m recent --name r --set -j ACCEPT\n" + tail, "web-server.pcap").find("share recent/r") != std::string::npos);
  CHECK(ran("*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j MASQUERADE\n" + tail, "web-server.pcap").find("translation of nat/POSTROUTING/1") != std::string::npos);
  CHECK(ran(head + "-A INPUT -m conntrack --ctstate NEW -j ACCEPT\n" + tail, "fragments.pcap").find("fragments") != std::string::npos);
  CHECK(fwsim::test::fwsim("trace " + corpora + "captures/web-server.pcap --jobs 2 --rules " + folder.write("r.v4", head + tail)).status == 2);
}

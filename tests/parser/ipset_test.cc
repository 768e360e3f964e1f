// Reading and printing of sets. Expectations are what ipset 7.17 did on Linux 6.18.
#include "parser/ipset.hh"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace fwsim;

namespace {

// The sets after the lines were carried out, elements sorted; or the diagnostics.
std::string sets(const std::string& text, bool exist = false) {
  const ParsedSets parsed = parse_ipset(text, {.file = "t", .exist = exist});
  std::string out;
  for (const Diagnostic& d : parsed.diagnostics) out += to_text(d);
  return has_errors(parsed.diagnostics) ? out : print_ipsets(parsed.sets);
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

// The elements of the last set that the text makes, sorted and joined by " | ".
std::string elements(const std::string& text) {
  const ParsedSets parsed = parse_ipset(text, {.file = "t"});
  std::string out;
  for (const Diagnostic& d : parsed.diagnostics) out += d.id + ";";
  std::vector<std::string> list;
  const IpSet* last = nullptr;
  for (const auto& entry : parsed.sets)
    if (!last || entry.second.place > last->place) last = &entry.second;
  if (last)
    for (const SetElement& e : last->elements) list.push_back(print_element(*last, e));
  std::sort(list.begin(), list.end());
  for (const std::string& e : list) out += (out.empty() ? "" : " | ") + e;
  return out;
}

// "line:column id" of each diagnostic.
std::string faults(const std::string& text) {
  std::string out;
  for (const Diagnostic& d : parse_ipset(text, {.file = "t"}).diagnostics)
    out += std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.id + "\n";
  return out;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("create lines are printed as ipset save prints them") {
  CHECK(sets("create a hash:ip\n") == "create a hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 12\n");
  CHECK(sets("create a hash:ip -6 hashsize 1000 netmask 64 timeout 0x10 comment counters skbinfo forceadd initval "
             "0x12\n") ==
        "create a hash:ip family inet6 hashsize 1024 maxelem 65536 netmask 64 timeout 16 counters comment skbinfo "
        "bucketsize 12 initval 0x00000012\n");
  CHECK(sets("create a hash:ip,port bitmask 255.255.255.0 hashsize 0 bucketsize 3 initval 18\n") ==
        "create a hash:ip,port family inet hashsize 64 maxelem 65536 bucketsize 4 initval 0x00000012 bitmask "
        "255.255.255.0\n");
  CHECK(sets("create b bitmap:ip range 10.0.0.7-10.0.3.9 netmask 28\n") ==
        "create b bitmap:ip range 10.0.0.0-10.0.3.15 netmask 28\n");
  CHECK(sets("create b bitmap:port range 90-80\n") == "create b bitmap:port range 80-90\n");
  CHECK(sets("create l list:set size 2\n") == "create l list:set size 4\n");
  CHECK(sets("create m hash:mac\n") == "create m hash:mac hashsize 1024 maxelem 65536 bucketsize 12\n");
}

TEST_CASE("names of types and commands of old files") {
  CHECK(sets("-N a iphash --hashsize 2048\n-A a 10.0.0.1\n--add a 10.0.0.2\nde a 10.0.0.2\n-N b iptree\n-X b\n") ==
        "create a hash:ip family inet hashsize 2048 maxelem 65536 bucketsize 12\nadd a 10.0.0.1\n");
  CHECK(sets("-N d macipmap --from 10.0.0.0 --to 10.0.0.255\n-A d 10.0.0.5,0:11:22:33:44:55\n") ==
        "create d bitmap:ip,mac range 10.0.0.0-10.0.0.255\nadd d 10.0.0.5,00:11:22:33:44:55\n");
  CHECK(sets("-N b ipmap --network 10.0.0.0/24\n") == "create b bitmap:ip range 10.0.0.0-10.0.0.255\n");
  CHECK(faults("create a hash:ip probes 8\n") == "1:18 ipset-ignored-option\n");
}

TEST_CASE("hash:ip takes ranges and networks apart") {
  CHECK(elements("create a hash:ip\nadd a 10.0.0.5-10.0.0.7\nadd a 1.2.3\n") ==
        "1.2.0.3 | 10.0.0.5 | 10.0.0.6 | 10.0.0.7");
  CHECK(elements("create a hash:ip\nadd a 10.0.0.1/30\nadd a 010.0.0.1\n") ==
        "10.0.0.0 | 10.0.0.1 | 10.0.0.2 | 10.0.0.3 | 8.0.0.1");
  CHECK(elements("create a hash:ip netmask 24\nadd a 10.0.0.5-10.0.3.7\n") ==
        "10.0.0.0 | 10.0.1.0 | 10.0.2.0 | 10.0.3.0");
  // With a bitmask only the first address of a range is masked.
  CHECK(elements("create a hash:ip bitmask 255.0.255.0\nadd a 10.1.2.3\n") == "10.0.2.0");
  CHECK(elements("create a hash:ip bitmask 255.255.255.0\nadd a 10.1.2.0/30\n") ==
        "10.1.2.0 | 10.1.2.1 | 10.1.2.2 | 10.1.2.3");
}

TEST_CASE("hash:net splits ranges into networks") {
  CHECK(elements("create a hash:net\nadd a 10.0.0.1-10.0.0.9\n") ==
        "10.0.0.1 | 10.0.0.2/31 | 10.0.0.4/30 | 10.0.0.8/31");
  CHECK(elements("create a hash:net\nadd a 10.1.2.3/24 nomatch\n") == "10.1.2.0/24 nomatch");
  CHECK(elements("create a hash:net,iface\nadd a 0.0.0.0/0,eth0\nadd a 10.0.0.0-10.0.0.3,physdev:eth1\n") ==
        "0.0.0.0/0,eth0 | 10.0.0.0/30,physdev:eth1");
  CHECK(elements("create a hash:ip,port,net\nadd a 10.0.0.0/31,80-81,10.1.0.0-10.1.0.2\n") ==
        "10.0.0.0,tcp:80,10.1.0.0/31 | 10.0.0.0,tcp:80,10.1.0.2 | 10.0.0.0,tcp:81,10.1.0.0/31 | "
        "10.0.0.0,tcp:81,10.1.0.2 | "
        "10.0.0.1,tcp:80,10.1.0.0/31 | 10.0.0.1,tcp:80,10.1.0.2 | 10.0.0.1,tcp:81,10.1.0.0/31 | "
        "10.0.0.1,tcp:81,10.1.0.2");
}

TEST_CASE("ranges over half the address space: the kernel's signed comparison makes single addresses") {
  CHECK(elements("create a hash:net\nadd a 0.0.0.0-255.255.255.254\n").substr(0, 9) == "0.0.0.0/1");
  CHECK(faults("create a hash:net\nadd a 10.0.0.0-200.0.0.0\n") == "2:7 ipset-full\n");
}

TEST_CASE("ports, protocols and ICMP types") {
  CHECK(elements(
            "create a hash:ip,port\nadd a 10.0.0.1,http\nadd a 10.0.0.1,[ftp-data]-22\nadd a 10.0.0.1,udp:domain\n") ==
        "10.0.0.1,tcp:20 | 10.0.0.1,tcp:21 | 10.0.0.1,tcp:22 | 10.0.0.1,tcp:80 | 10.0.0.1,udp:53");
  CHECK(elements("create a hash:ip,port\nadd a 10.0.0.1,icmp:8/0\nadd a 10.0.0.1,icmp:5/9\nadd a 10.0.0.1,47:0\nadd a "
                 "10.0.0.1,132:5\n") ==
        "10.0.0.1,gre:0 | 10.0.0.1,icmp:5/9 | 10.0.0.1,icmp:echo-request | 10.0.0.1,sctp:5");
  CHECK(elements("create a hash:ip,port family inet6\nadd a 2001:db8::1,icmpv6:router-adv\nadd a [2001:db8::2],1\n") ==
        "2001:db8::1,ipv6-icmp:router-advertisement | 2001:db8::2,tcp:1");
  CHECK(faults("create a hash:ip,port\nadd a 10.0.0.1,gre:5\nadd a 10.0.0.1,icmpv6:1/0\nadd a 10.0.0.1,tcp:65536\n") ==
        "2:20 ipset-bad-element\n3:16 ipset-bad-element\n4:20 ipset-bad-element\n");
}

TEST_CASE("bitmaps count in steps of their netmask and keep to their range") {
  CHECK(elements(
            "create b bitmap:ip range 10.0.0.0-10.0.3.255 netmask 28\nadd b 10.0.0.20-10.0.0.70\nadd b 10.0.3.255\n") ==
        "10.0.0.16 | 10.0.0.32 | 10.0.0.48 | 10.0.0.64 | 10.0.3.240");
  CHECK(faults("create b bitmap:port range 80-90\nadd b 85-95\nadd b sctp:85\n") ==
        "2:7 ipset-out-of-range\n3:7 ipset-bad-element\n");
  CHECK(faults("create b bitmap:ip range 10.0.0.0/8\n") == "1:20 ipset-bad-option\n");
  CHECK(faults("create b bitmap:ip range 10.0.0.64-10.0.0.127\nadd b 10.0.0.70/25\n") == "2:7 ipset-out-of-range\n");
  CHECK(elements("create b bitmap:ip,mac range 10.0.0.0/24 timeout 9\nadd b 10.0.0.1 timeout 5\nadd b "
                 "10.0.0.1,2:0:0:0:0:5\n") == "10.0.0.1,02:00:00:00:00:05 timeout 5");
}

TEST_CASE("lists keep their order") {
  const std::string two = "create a hash:ip\ncreate b hash:net\ncreate l list:set\nadd l a\nadd l b before a\n";
  CHECK(sets(two).substr(sets(two).find("create l")) == "create l list:set size 8\nadd l b\nadd l a\n");
  CHECK(
      faults(two + "add l zz\nadd l l\ndestroy a\nrename b c\nadd l a\n") ==
      "6:7 ipset-no-such-set\n7:7 ipset-list-in-list\n8:9 ipset-in-use\n9:8 ipset-in-use\n10:7 ipset-element-exists\n");
  CHECK(faults(two + "del l a before b\n") == "6:7 ipset-element-absent\n");
  CHECK(sets("create l list:set\ncreate a hash:ip\nadd l a\n").substr(0, 8) == "create a");  // lists last
}

TEST_CASE("options of elements") {
  CHECK(
      elements(
          "create a hash:ip timeout 0 counters comment skbinfo\nadd a 10.0.0.1 skbqueue 5 skbmark 0x1/0xff skbprio 1:A "
          "comment \"x y\" bytes 7 packets 6 timeout 30\nadd a 10.0.0.2\n") ==
      "10.0.0.1 timeout 30 packets 6 bytes 7 comment \"x y\" skbmark 0x1/0xff skbprio 1:a skbqueue 5 | "
      "10.0.0.2 timeout 0 packets 0 bytes 0");
  CHECK(elements("create a hash:net,iface timeout 0\nadd a 10.0.0.0/8,d wildcard nomatch\n") ==
        "10.0.0.0/8,d timeout 0 nomatch wildcard");
  CHECK(elements("create a hash:ip comment\nadd a 10.0.0.2 comment a\"b c\"d\n") == "10.0.0.2 comment \"ab cd\"");
  CHECK(faults("create a hash:ip\nadd a 10.0.0.1 timeout 3\nadd a 10.0.0.1 nomatch\nadd a 10.0.0.1 # x\n") ==
        "2:16 ipset-no-extension\n3:16 ipset-bad-option\n4:16 ipset-bad-option\n4:18 ipset-bad-option\n");
  CHECK(faults("create a hash:ip timeout 2147484\n") == "1:26 ipset-bad-option\n");
}

TEST_CASE("re-adding with -exist sets the options anew, counters excepted") {
  const std::string text = "create a hash:ip counters comment\nadd a 10.0.0.1 packets 5 bytes 6 comment x\nflush zz\n";
  CHECK(sets("create a hash:ip counters comment\nadd a 10.0.0.1 packets 5 bytes 6 comment x\nadd a 10.0.0.1\n", true) ==
        "create a hash:ip family inet hashsize 1024 maxelem 65536 counters comment bucketsize 12\nadd a 10.0.0.1 "
        "packets 5 bytes 6\n");
  // It holds for the rest of the file, but comes too late among adds that are sent together.
  CHECK(faults("-exist create a hash:ip\nadd a 10.0.0.1\nadd a 10.0.0.1\n") == "");
  CHECK(faults("create a hash:ip\nadd a 10.0.0.1\nadd -exist a 10.0.0.1\n") == "3:14 ipset-element-exists\n");
  CHECK(faults(text) == "3:7 ipset-no-such-set\n");
}

TEST_CASE("limits are those of ipset") {
  CHECK(faults("create a hash:ip maxelem 2\nadd a 1.1.1.1\nadd a 1.1.1.2\nadd a 1.1.1.3\n") == "4:7 ipset-full\n");
  CHECK(faults("create a234567890123456789012345678901 hash:ip\n") == "");
  CHECK(faults("create a2345678901234567890123456789012 hash:ip\n") == "1:8 ipset-bad-name\n");
  CHECK(faults("create a hash:ip maxelem -1\ncreate b hash:ip netmask 33\ncreate c hash:ip bitmask 0.0.0.0\n") ==
        "1:26 ipset-bad-option\n2:26 ipset-bad-option\n3:26 ipset-bad-option\n");
  CHECK(faults("create a hash:ip\nadd a 0.0.0.0\nadd a 10.0.0.0/0\nadd a 10.0.0.0/33\nadd a ::1\n") ==
        "2:7 ipset-null-element\n3:7 ipset-bad-element\n4:16 ipset-bad-element\n5:7 ipset-bad-element\n");
}

TEST_CASE("all faults of a file in one run, without those that follow from another") {
  CHECK(faults("create a hash:iip\nadd a 1.1.1.1\ncreat b hash:ip\nadd b 1.1.1\nadd c 1.1.1.1\nfrob\nadd b\n") ==
        "1:10 ipset-unknown-type\n5:5 ipset-no-such-set\n6:1 ipset-unknown-command\n7:5 ipset-argument-missing\n");
  CHECK(sets("create a hash:iip\n").find("did you mean 'hash:ip'?") != std::string::npos);
  CHECK(faults("create a hash:ip comment\nadd a 1.1.1.1 comment \"x\n") == "2:23 ipset-quote\n");
}

TEST_CASE("swap exchanges contents, places stay") {
  CHECK(sets("create a hash:ip\ncreate b bitmap:ip range 10.0.0.0/24\nadd a 1.1.1.1\nswap a b\n") ==
        "create a bitmap:ip range 10.0.0.0-10.0.0.255\ncreate b hash:ip family inet hashsize 1024 maxelem 65536 "
        "bucketsize 12\nadd b 1.1.1.1\n");
  CHECK(faults("create a hash:ip\ncreate b hash:net\nswap a b\n") == "3:8 ipset-type-mismatch\n");
}

TEST_CASE("a test ends the reading, as it ends ipset restore") {
  CHECK(faults("create a hash:ip\ntest a 1.1.1.1\nadd a nonsense\n") == "2:1 ipset-no-effect\n");
}

TEST_CASE("what ipset save wrote is printed back as it was") {
  const std::filesystem::path corpora = std::filesystem::path(FWSIM_SOURCE_DIR) / "../shared/corpora/ipsets";
  unsigned files = 0;
  for (const char* folder : {"generated", "github"}) {
    if (!std::filesystem::is_directory(corpora / folder)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(corpora / folder)) {
      CAPTURE(entry.path().string());
      const std::string text = read(entry.path());
      const ParsedSets parsed = parse_ipset(text, {.file = entry.path().string()});
      CHECK(parsed.diagnostics.empty());
      ++files;
      if (text.find("bucketsize") == std::string::npos) continue;  // written by hand
      CHECK(sorted_lines(print_ipsets(parsed.sets)) == sorted_lines(text));
    }
  }
  MESSAGE(files << " files of recorded sets");
}

TEST_CASE("a hundred thousand elements do not take long") {
  std::string text = "create a hash:net,port maxelem 200000 timeout 0\n";
  for (unsigned i = 0; i < 100000; ++i)
    text += "add a 10." + std::to_string(i >> 8 & 0xff) + "." + std::to_string(i & 0xff) +
            ".0/24,udp:" + std::to_string(i >> 16) + "\n";
  const ParsedSets parsed = parse_ipset(text);
  CHECK(parsed.diagnostics.empty());
  CHECK(parsed.sets.at("a").elements.size() == 100000);
}

// fwsim path, as users run it, on the network of corpora/networks and on small ones with a fault.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/run.hh"

using namespace fwsim;
using test::Folder;
using Json = nlohmann::json;

namespace {

const std::string office = std::string(FWSIM_SOURCE_DIR) + "/corpora/networks/office.toml";

// The last line that it prints, and its exit status.
std::string verdict(const std::string& network, const std::string& question, const std::string& more = {}) {
  const test::Ran ran = test::fwsim("path " + network + " '" + question + "' " + more, "2>/dev/null");
  const std::size_t at = ran.out.rfind('\n', ran.out.size() - 2);
  return std::to_string(ran.status) + " " + ran.out.substr(at + 1);
}

// Three routers in a row, r1 to r3, with a network at either end; `routes` are those of r2.
std::string row(const Folder& folder, const std::string& routes, const std::string& r2 = {}) {
  const std::string forward = "[sysctl]\n\"net.ipv4.ip_forward\" = 1\n";
  folder.write("r1.toml", "routes = [\"default via 10.12.0.2 dev e1\"]\n[interfaces.e0]\naddresses = [\"10.1.0.1/24\"]\n[interfaces.e1]\naddresses = [\"10.12.0.1/24\"]\n" + forward);
  folder.write("r2.toml", "routes = " + routes + "\n[interfaces.e0]\naddresses = [\"10.12.0.2/24\"]\n[interfaces.e1]\naddresses = [\"10.23.0.2/24\"]\n" + forward + r2);
  folder.write("r3.toml", "routes = [\"default via 10.23.0.2 dev e0\"]\n[interfaces.e0]\naddresses = [\"10.23.0.3/24\"]\n[interfaces.e1]\naddresses = [\"10.3.0.1/24\"]\n" + forward);
  std::string net;
  for (const char* name : {"r1", "r2", "r3"}) net += std::string("[hosts.") + name + "]\nhost = \"" + name + ".toml\"\n";
  return folder.write("net.toml", net + "[links.lan]\nends = [\"r1:e0\"]\n[links.ab]\nends = [\"r1:e1\", \"r2:e0\"]\n[links.bc]\nends = [\"r2:e1\", \"r3:e0\"]\n[links.far]\nends = [\"r3:e1\"]\n");
}

}  // namespace

TEST_CASE("path: hop by hop, there and back") {
  const test::Ran ran = test::fwsim("path " + office + " 'tcp 10.1.0.5:4000 -> 203.0.113.7:443'", "2>/dev/null");
  CHECK(ran.status == 0);
  const std::string at = std::string(FWSIM_SOURCE_DIR) + "/corpora/networks/";
  CHECK(ran.out ==
        "10.1.0.5:4000 > 203.0.113.7:443 TCP [S] seq=1000 ack=0 win=64240 dlen=0 ttl=64 tos=0x00 id=1 len=40 DF\n"
        "  from an end system on lan\n"
        "  inner  in eth0  forwarded by filter/FORWARD/2 (" + at + "inner.v4:8)  out eth1\n"
        "  edge   in eth1  forwarded by filter/FORWARD/2 (" + at + "edge.v4:14)  out eth0\n"
        "         source 10.1.0.5:4000 -> 198.51.100.1:4000 by nat/POSTROUTING/1 (" + at + "edge.v4:7)\n"
        "  leaves the known network by wan, to 198.51.100.254\n"
        "answer 203.0.113.7:443 > 198.51.100.1:4000 TCP [SA] seq=5000 ack=1001 win=64240 dlen=0 ttl=64 tos=0x00 id=0 len=40 DF\n"
        "  from outside, by wan\n"
        "  edge   in eth0  forwarded by filter/FORWARD/1 (" + at + "edge.v4:13)  out eth1\n"
        "         destination 198.51.100.1:4000 -> 10.1.0.5:4000 by its connection\n"
        "  inner  in eth1  forwarded by filter/FORWARD/1 (" + at + "inner.v4:7)  out eth0\n"
        "  delivered to 10.1.0.5 on lan\n"
        "passes both ways (it leaves the known network by wan)\n");
  CHECK(verdict(office, "tcp 203.0.113.9 -> 198.51.100.1:443") == "0 passes both ways\n");
  CHECK(verdict(office, "udp 10.1.0.5 -> 203.0.113.7:53") == "1 does not pass: inner: dropped by filter/FORWARD/policy (" + at + "inner.v4:3)\n");
  // From a source that is none of the link's its answer goes elsewhere.
  CHECK(verdict(office, "tcp 203.0.113.9 -> 198.51.100.77:443", "--from lan") ==
        "1 passes, but the answer ends at the outside by wan, which is not where the packet came from\n");
  CHECK(verdict(office, "tcp 192.0.2.9 -> 203.0.113.7:443", "--from lan") ==
        "1 passes (it leaves the known network by wan), but the answer ends at the outside by wan, which is not where the packet came from\n");
  CHECK(verdict(office, "tcp 10.1.0.5 -> 203.0.113.7:443 rst ack").starts_with("0 passes (it leaves the known network by wan); a reset is not answered"));
}

TEST_CASE("path: JSON, questions on standard input, a page") {
  const test::Ran ran = test::shell("printf 'ping 10.1.0.5 -> 10.1.0.1\\n\\ntcp 10.1.0.5 -> 10.1.0.1:22\\n' | " + std::string(FWSIM_BINARY) + " path " + office + " - --format json 2>/dev/null");
  CHECK(ran.status == 1);
  const std::size_t end = ran.out.find('\n');
  const Json first = Json::parse(ran.out.substr(0, end), nullptr, false), second = Json::parse(ran.out.substr(end + 1), nullptr, false);
  CHECK(first["verdict"] == "stopped-there");
  CHECK(first["there"]["hops"][0]["by"]["chain"] == "INPUT");
  CHECK(second["verdict"] == "both-ways");
  CHECK(second["there"]["end"] == "host");
  CHECK(second["back"]["end"] == "system");
  const Folder folder;
  const std::string page = folder / "p.html";
  CHECK(test::fwsim("path " + office + " --format html -o " + page + " 'tcp 10.1.0.5 -> 203.0.113.7:443'").status == 0);
  const std::string text = test::shell("cat " + page).out;
  CHECK(text.find("<svg ") != std::string::npos);
  CHECK(text.find("class=\"way back\"") != std::string::npos);
  CHECK(text.find("<script") == std::string::npos);
  CHECK(text.find("http") == std::string::npos);
}

TEST_CASE("path: loops, next hops that nobody has, routes that are missing") {
  const Folder folder;
  std::string net = row(folder, "[\"10.1.0.0/24 via 10.12.0.1\", \"10.3.0.0/24 via 10.23.0.3\"]");
  CHECK(verdict(net, "tcp 10.1.0.5 -> 10.3.0.7:80") == "0 passes both ways\n");
  CHECK(verdict(net, "ping 10.1.0.5 -> 10.9.0.7") == "1 does not pass: r2: dropped: no route to 10.9.0.7\n");
  net = row(folder, "[\"10.1.0.0/24 via 10.12.0.1\", \"default via 10.12.0.1\"]");
  CHECK(verdict(net, "tcp 10.1.0.5 -> 10.3.0.7:80") == "1 does not pass: r2: dropped: its TTL runs out here (it goes round: r2 -> r1 -> r2)\n");
  net = row(folder, "[\"10.1.0.0/24 via 10.12.0.1\", \"10.3.0.0/24 via 10.23.0.9\"]");
  CHECK(verdict(net, "tcp 10.1.0.5 -> 10.3.0.7:80") == "1 does not pass: nobody on bc has the next hop 10.23.0.9\n");
  net = row(folder, "[\"10.3.0.0/24 via 10.23.0.3\", \"blackhole 10.1.0.0/24\"]");
  CHECK(verdict(net, "tcp 10.1.0.5 -> 10.3.0.7:80") == "1 passes, but its answer does not: r2: dropped: a route to 10.1.0.5 is a blackhole\n");
}

TEST_CASE("path: what cannot be told is said") {
  const Folder folder;
  std::string net = row(folder, "[\"10.1.0.0/24 via 10.12.0.1\", \"10.3.0.0/24 dev e1\"]");
  CHECK(verdict(net, "tcp 10.1.0.5 -> 10.3.0.7:80") == "1 unknown: whether somebody on bc has 10.3.0.7 is not known\n");
  net = row(folder, "[\"10.1.0.0/24 via 10.12.0.1\", \"10.3.0.0/24 nexthop via 10.23.0.3 nexthop via 10.12.0.1\"]");
  CHECK(verdict(net, "tcp 10.1.0.5 -> 10.3.0.7:80").starts_with("1 unknown: r2 has several next hops"));
  // On a network between two routers nobody knows which of them is the gateway.
  net = row(folder, "[\"10.1.0.0/24 via 10.12.0.1\", \"10.3.0.0/24 via 10.23.0.3\"]");
  CHECK(verdict(net, "tcp 10.12.0.9 -> 10.3.0.7:80") == "1 unknown: which is the gateway of ab, r1 or r2? (gateway = \"...\" in the link)\n");
}

TEST_CASE("path: the answer of a neighbour goes past the firewall that translated the packet") {
  const Folder folder;
  folder.write("fw.toml", "[interfaces.e0]\naddresses = [\"10.1.0.1/24\"]\n[interfaces.e1]\naddresses = [\"198.51.100.1/24\"]\n[sysctl]\n\"net.ipv4.ip_forward\" = 1\n");
  folder.write("fw.v4", "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 198.51.100.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.1.0.80\nCOMMIT\n");
  const std::string net = folder.write("net.toml", "[hosts.fw]\nrules = \"fw.v4\"\nhost = \"fw.toml\"\n[links.lan]\nends = [\"fw:e0\"]\n[links.wan]\nends = [\"fw:e1\"]\noutside = true\n");
  CHECK(verdict(net, "tcp 10.1.0.5:4000 -> 198.51.100.1:80") ==
        "1 passes, but the answer comes as 10.1.0.80:80 -> 10.1.0.5:4000, and 10.1.0.5:4000 -> 198.51.100.1:80 was asked\n");
}

TEST_CASE("lint of a network: what is found can be followed") {
  const Folder folder;
  for (const char* name : {"office.toml", "edge.toml", "edge.v4", "inner.toml"})
    std::filesystem::copy(std::string(FWSIM_SOURCE_DIR) + "/corpora/networks/" + name, folder / name);
  folder.write("inner.v4", "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
                           "-A FORWARD -i eth0 -p tcp -m tcp --dport 443 -j ACCEPT\n-A FORWARD -i eth0 ! -d 10.2.0.0/24 -p tcp -m tcp --dport 25 -j ACCEPT\n"
                           "-A FORWARD -i eth1 -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n");
  const std::string net = folder / "office.toml";
  const test::Ran ran = test::fwsim("lint " + net + " --format json --only FW861,FW862", "2>/dev/null");
  CHECK(ran.status == 1);
  const Json report = Json::parse(ran.out, nullptr, false);
  std::string ids;
  for (const Json& ruleset : report["rulesets"])
    for (const Json& finding : ruleset["findings"]) {
      ids += finding["id"].get<std::string>() + " ";
      CHECK(verdict(net, finding["packet"].get<std::string>()).starts_with("1 does not pass: edge: dropped by filter/"));
    }
  CHECK(ids == "FW862 FW861 ");
  CHECK(test::fwsim("lint " + net + " --fix").status == 2);
  CHECK(test::fwsim("lint " + net + " " + net).out == "fwsim: a network is linted by itself\n");
}

TEST_CASE("path: a set of packets") {
  const std::string at = std::string(FWSIM_SOURCE_DIR) + "/corpora/networks/";
  test::Ran ran = test::fwsim("path " + office + " 'tcp 10.1.0.0/24 -> 203.0.113.0/24:80-90'", "2>/dev/null");
  CHECK(ran.status == 1);
  CHECK(ran.out ==
        "some pass, and so do their answers\n"
        "passed: out of the known network by wan, to 198.51.100.254\n"
        "  from all but 10.1.0.1 to any port 80\n"
        "    from end systems on lan\n"
        "    inner  in eth0  passed by filter/FORWARD/2 (" + at + "inner.v4:8)  out eth1\n"
        "    edge   in eth1  passed by filter/FORWARD/2 (" + at + "edge.v4:14)  out eth0\n"
        "           source -> 198.51.100.1 by nat/POSTROUTING/1 (" + at + "edge.v4:7)\n"
        "  like: tcp 10.1.0.3:40000 -> 203.0.113.1:80 syn\n"
        "  all answers come back\n"
        "passed: out of the known network by wan, to 198.51.100.254\n"
        "  from 10.1.0.1 to any port 80\n"
        "    from inner\n"
        "    inner  passed by filter/OUTPUT/policy (" + at + "inner.v4:4)  out eth1\n"
        "    edge   in eth1  passed by filter/FORWARD/2 (" + at + "edge.v4:14)  out eth0\n"
        "           source -> 198.51.100.1 by nat/POSTROUTING/1 (" + at + "edge.v4:7)\n"
        "  like: tcp 10.1.0.1:40000 -> 203.0.113.1:80 syn\n"
        "  all answers come back\n"
        "dropped at inner by filter/FORWARD/policy (" + at + "inner.v4:3)\n"
        "  from all but 10.1.0.1 to any port 81-90\n"
        "    from end systems on lan\n"
        "    inner  in eth0\n"
        "  like: tcp 10.1.0.3:40000 -> 203.0.113.1:81 syn\n"
        "dropped at edge by filter/FORWARD/policy (" + at + "edge.v4:11)\n"
        "  from 10.1.0.1 to any port 81-90\n"
        "    from inner\n"
        "    inner  passed by filter/OUTPUT/policy (" + at + "inner.v4:4)  out eth1\n"
        "    edge   in eth1\n"
        "  like: tcp 10.1.0.1:40000 -> 203.0.113.1:81 syn\n"
        "left out: nobody sends from 10.1.0.255\n");
  // Exit status 0: all arrive, and their answers come back.
  CHECK(test::fwsim("path " + office + " 'tcp 10.1.0.5-10.1.0.9 -> 203.0.113.0/24:443'").status == 0);
  CHECK(test::fwsim("path " + office + " 'tcp 203.0.113.0/24 -> 198.51.100.1:443'").status == 0);
  ran = test::fwsim("path " + office + " 'tcp 10.1.0.8/29 -> any rst'", "2>/dev/null");
  CHECK(ran.status == 1);
  CHECK(ran.out == "no packet is like that and begins a connection\n");
}

TEST_CASE("path: sets and packets on standard input, as JSON, as a page") {
  const test::Ran ran = test::shell("printf 'tcp 10.1.0.4/30 -> 203.0.113.7:22,443\ntcp 10.1.0.5 -> 203.0.113.7:443\nany 10.1.0.0/24 -> 10.1.0.1\n' | " +
                                    std::string(FWSIM_BINARY) + " path " + office + " - --format json 2>/dev/null");
  CHECK(ran.status == 1);
  std::vector<Json> answers;
  for (std::size_t begin = 0, end = 0; (end = ran.out.find('\n', begin)) != std::string::npos; begin = end + 1) answers.push_back(Json::parse(ran.out.substr(begin, end - begin), nullptr, false));
  REQUIRE(answers.size() == 3);
  CHECK(answers[0]["answer"] == "some");
  CHECK(answers[0]["complete"] == true);
  REQUIRE(answers[0]["classes"].size() == 2);
  const Json &passed = answers[0]["classes"][0], &dropped = answers[0]["classes"][1];
  CHECK(passed["end"] == "outside");
  CHECK(passed["hops"][1]["translations"][0]["to"] == "198.51.100.1");
  CHECK(passed["answers"]["all"] == true);
  CHECK(dropped["hops"].back()["host"] == "edge");
  CHECK(dropped["hops"].back()["by"]["name"] == "filter/FORWARD/policy");
  // The example, asked about alone, does what the class says.
  CHECK(verdict(office, dropped["example"].get<std::string>()).starts_with("1 does not pass: edge: dropped by filter/FORWARD/policy"));
  CHECK(answers[1]["verdict"] == "both-ways");
  CHECK(answers[2]["answer"] == "some");
  const Folder folder;
  const std::string page = folder / "p.html";
  CHECK(test::fwsim("path " + office + " --format html -o " + page + " 'tcp 10.1.0.0/24 -> 203.0.113.7:22,443'").status == 1);
  const std::string text = test::shell("cat " + page).out;
  CHECK(text.find("<svg ") != std::string::npos);
  CHECK(text.find("dropped at edge by filter/FORWARD/policy") != std::string::npos);
  CHECK(text.find("<script") == std::string::npos);
}

TEST_CASE("path: faults") {
  const Folder folder;
  test::Ran ran = test::fwsim("path " + office + " 'tcp 10.1.0.5 -> 10.2.0.80:80 in eth0'");
  CHECK(ran.status == 2);
  CHECK(ran.out.starts_with("question:1:30: error: devices are told by the network [question]\n"));
  ran = test::fwsim("path " + office + " 'tcp 10.1.0.0/33 -> 10.2.0.80:80'");
  CHECK(ran.status == 2);
  CHECK(ran.out.starts_with("question:1:13: error: '33' is not a prefix length"));
  ran = test::fwsim("path " + office + " 'tcp 10.1.0.0/24 -> 10.2.0.80:80 ttl 3'");
  CHECK(ran.status == 2);
  CHECK(ran.out.starts_with("question:1:33: error: a set of packets is followed whatever its ttl is [question]\n"));
  ran = test::fwsim("path " + office + " 'tcp 10.1.0.0/24 -> any established'");
  CHECK(ran.status == 2);
  CHECK(ran.out.starts_with("question:1:24: error: a path is that of a packet that begins a connection"));
  ran = test::fwsim("path " + office + " --from lam 'tcp 10.1.0.5 -> 10.2.0.80:80'");
  CHECK(ran.status == 2);
  CHECK(ran.out == "fwsim: the network has no host and no link 'lam', did you mean 'lan'?\n");
  folder.write("a.toml", "[interfaces.eth0]\naddresses = [\"10.0.0.1/24\"]\n");
  const std::string net = folder.write("net.toml", "[hosts.a]\nhost = \"a.toml\"\n[links.l]\nends = [\"a:eth1\"]\n");
  ran = test::fwsim("path " + net + " 'tcp 10.0.0.5 -> 10.0.0.1:80'");
  CHECK(ran.status == 2);
  CHECK(ran.out.starts_with(net + ":4:10: error: a has no device 'eth1' [topology]\n"));
}

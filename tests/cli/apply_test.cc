// fwsim apply, as a user runs it.
#include <doctest/doctest.h>

#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;

namespace {

std::string text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("apply writes what the commands make of a ruleset") {
  const Folder folder;
  const std::string from = folder.write("from.v4", "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n");
  const std::string commands = folder.write("commands",
                                            "ipset create bad hash:net\n"
                                            "ipset add bad 192.0.2.0/24\n"
                                            "iptables -N SSH\n"
                                            "iptables -A SSH -m set --match-set bad src -j DROP\n"
                                            "iptables -A INPUT -p tcp --dport ssh \\\n    -j SSH\n"
                                            "iptables -P INPUT DROP\n"
                                            "ip6tables -P INPUT DROP\n");
  const auto ran = fwsim::test::fwsim("apply " + commands + " --from " + from + " --to " + (folder / "to.v4") + " --to6 " + (folder / "to.v6") + " --sets " + (folder / "to.ipset"));
  CHECK(ran.out.empty());
  CHECK(ran.status == 0);
  CHECK(text(folder / "to.v4") ==
        "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:SSH - [0:0]\n"
        "-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j SSH\n-A SSH -m set --match-set bad src -j DROP\nCOMMIT\n");
  CHECK(text(folder / "to.v6") == "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n");
  CHECK(text(folder / "to.ipset").find("add bad 192.0.2.0/24\n") != std::string::npos);

  // The written files are a start for the next commands.
  const auto next = fwsim::test::fwsim("apply " + folder.write("more", "iptables -D INPUT 1\n") + " --from " + (folder / "to.ipset") + " " + (folder / "to.v4"), "2>/dev/null");
  CHECK(next.status == 0);
  CHECK(next.out.find("-i lo") == std::string::npos);
  CHECK(next.out.find("--dport 22 -j SSH") != std::string::npos);
}

TEST_CASE("a command that fails is told with its place, and nothing is written") {
  const Folder folder;
  const std::string commands = folder.write("commands", "iptables -A INPUT -j ACCEPT\niptables -A INPUT -p tcp \\\n  --dport nonsense\niptables -X NOWHERE\niptables -A OUTPUT -j DROP\n");
  const auto ran = fwsim::test::fwsim("apply " + commands + " --to " + (folder / "to.v4"));
  CHECK(ran.status == 2);
  CHECK(ran.out.find(commands + ":3:11: error: iptables v1.8.9 (legacy): invalid port/service `nonsense' specified [command-failed]") != std::string::npos);
  CHECK(ran.out.find("nothing is written") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "to.v4"));

  const auto going = fwsim::test::fwsim("apply --keep-going " + commands + " --to " + (folder / "to.v4"));
  CHECK(going.status == 0);
  CHECK(going.out.find(":4:") != std::string::npos);
  CHECK(going.out.find("iptables: No chain/target/match by that name.") != std::string::npos);
  CHECK(text(folder / "to.v4").find("-A OUTPUT -j DROP") != std::string::npos);
}

TEST_CASE("a file that is no text, and one without a command") {
  const Folder folder;
  const auto binary = fwsim::test::fwsim("apply " + folder.write("commands", std::string("iptables -F\niptables -X\0(x", 26)));
  CHECK(binary.status == 2);
  CHECK(binary.out.find("commands:2:12: error: the line holds a zero byte: this is no text file [binary]") != std::string::npos);
  CHECK(binary.out.find("shell language") == std::string::npos);
  const auto none = fwsim::test::fwsim("apply " + folder.write("commands", "# nothing yet\n"));
  CHECK(none.status == 0);
  CHECK(none.out.find("has no command: nothing changes\n") != std::string::npos);
}

TEST_CASE("shell language is refused before anything is done") {
  const Folder folder;
  const auto ran = fwsim::test::fwsim("apply " + folder.write("commands", "LAN=10.0.0.0/8\niptables -A INPUT -s $LAN -j ACCEPT\n") + " --to " + (folder / "to.v4"));
  CHECK(ran.status == 2);
  CHECK(ran.out.find(":1:1: error: 'LAN=10.0.0.0/8' sets a variable of a shell") != std::string::npos);
  CHECK(ran.out.find(":2:22: error: '$' is shell language") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "to.v4"));
}

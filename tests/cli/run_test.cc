// fwsim run, as a user runs it. What scripts of all shapes make is held against the machine in tests/run.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;

namespace {

std::string text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool has(const std::string& where, const std::string& what) { return where.find(what) != std::string::npos; }

const std::string closed = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"
                           "-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n";

}  // namespace

TEST_CASE("the baseline host's script locks out from its policy to its ssh rule") {
  const auto ran = fwsim::test::fwsim("run -q --format json " FWSIM_SOURCE_DIR "/corpora/scripts/baseline-host.sh", "2>/dev/null");
  CHECK(ran.status == 0);
  const auto report = nlohmann::json::parse(ran.out);
  REQUIRE(report["findings"].size() == 2);
  const auto &session = report["findings"][0], &fresh = report["findings"][1];
  CHECK(session["kind"] == "session-cut");
  CHECK(session["from_line"] == 15);
  CHECK(session["to_line"] == 29);
  CHECK(fresh["kind"] == "locked-out");
  CHECK(fresh["from_line"] == 15);
  CHECK(fresh["to_line"] == 42);
  CHECK(fresh["by"] == "filter/INPUT/policy");
  CHECK(has(fresh["packet"].get<std::string>(), ":22 in eth0 syn"));
}

TEST_CASE("run of what is not there is refused, and programs of the machine are found") {
  for (const char* missing : {"run nowhere.sh", "run -- nowhere", "run ./nowhere.sh"}) CHECK(fwsim::test::fwsim(missing, ">/dev/null 2>&1").status == 2);
  CHECK(fwsim::test::fwsim("run nowhere.sh").out == "fwsim: there is no script and no program 'nowhere.sh'\n");
  CHECK(fwsim::test::fwsim("run -q -- iptables -A INPUT -j ACCEPT", "2>/dev/null").status == 0);
  CHECK(fwsim::test::fwsim("run -q -- env", "2>/dev/null").status == 0);
}

TEST_CASE("what a script opens for a while is told, with a packet that the simulator lets through only then") {
  const Folder folder;
  const std::string script = folder.write("restart.sh",
                                          "#!/bin/sh\n"
                                          "iptables -P INPUT ACCEPT\n"
                                          "iptables -F\n"
                                          "iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"
                                          "iptables -A INPUT -p tcp --dport 22 -j ACCEPT\n"
                                          "iptables -P INPUT DROP\n");
  const std::string rules = folder.write("rules.v4", closed);
  const auto ran = fwsim::test::fwsim("run --format json --rules " + rules + " " + script, "2>/dev/null");
  CHECK(ran.status == 0);
  const auto report = nlohmann::json::parse(ran.out);
  REQUIRE(report["findings"].size() == 1);
  const auto& open = report["findings"][0];
  CHECK(open["kind"] == "exposed");
  CHECK(open["from_line"] == 2);
  CHECK(open["to_line"] == 6);
  const std::string packet = open["packet"];
  CHECK(fwsim::test::fwsim("ask --rules " + rules + " '" + packet + "'").status == 1);
  CHECK(fwsim::test::fwsim("ask --rules " + folder.write("open.v4", "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n") + " '" + packet + "'").status == 0);
  CHECK(fwsim::test::fwsim("run --timeline --rules " + rules + " " + script).out.find("restart.sh:3  E   iptables -F\n") != std::string::npos);
}

TEST_CASE("what nobody confirms is taken back, and what somebody does stays") {
  const Folder folder;
  const std::string rules = folder.write("rules.v4", closed);
  const std::string script = folder.write("deploy.sh",
                                          "iptables-save > /tmp/backup\n"
                                          "iptables -A INPUT -p tcp --dport 80 -j ACCEPT\n"
                                          "read -r -t 60 answer || true\n"
                                          "[ \"$answer\" = yes ] || iptables-restore < /tmp/backup\n");
  CHECK(has(fwsim::test::fwsim("run --rules " + rules + " " + script).out, "; 2 rules for IPv4"));
  CHECK(has(fwsim::test::fwsim("run --answers yes --rules " + rules + " " + script).out, "; 3 rules for IPv4"));
}

TEST_CASE("what is left for later is done in its own time, and told apart") {
  const Folder folder;
  const std::string script = folder.write("later.sh",
                                          "iptables -A INPUT -j ACCEPT\n"
                                          "(sleep 5m; iptables -P INPUT DROP; iptables -F) &\n"
                                          "echo 'iptables -A OUTPUT -j DROP' | at now + 1 hour\n"
                                          "sleep 10\n");
  const auto ran = fwsim::test::fwsim("run -q " + script, "2>/dev/null");
  CHECK(ran.status == 1);   // the administrator is locked out then
  CHECK(has(ran.out, "later.sh:2: 4:50 min after the end of the script: error: the administrator stays locked out"));
  CHECK(has(ran.out, "later.sh: 2 commands, ended well after 10 s of its own time; 1 rule for IPv4"));
  CHECK(has(ran.out, "afterwards, up to 1:00 h: 3 more commands; the rules are then others (1 rule for IPv4, 0 rules for IPv6)"));
  const auto taken_back = fwsim::test::fwsim("run -q " + folder.write("cancelled.sh", "echo 'iptables -P INPUT DROP' | at now + 1 hour 2>&1 | grep -o 'job [0-9]*' | { read -r _ job; atrm \"$job\"; }\n"));
  CHECK(taken_back.status == 0);
  CHECK_FALSE(has(taken_back.out, "afterwards"));
}

TEST_CASE("a snapshot of the machine is written whole, with the files of the script") {
  const Folder folder;
  const std::string script = folder.write("save.sh",
                                          "ip6tables -P INPUT DROP\nipset create bad hash:ip\nsysctl -qw net.ipv4.ip_forward=1\nmkdir -p /etc/fw\n"
                                          "iptables-save > /etc/fw/rules\nip -4 -o addr show dev eth0 | awk '{print $4}'\n");
  const auto ran = fwsim::test::fwsim("run -o " + (folder / "machine") + " --addr eth0=192.0.2.1/24 " + script);
  CHECK(ran.status == 0);
  CHECK(has(ran.out, "192.0.2.1/24\n"));
  CHECK(has(ran.out, "sysctl net.ipv4.ip_forward = 1\n"));
  CHECK(has(text(folder / "machine/rules.v6"), ":INPUT DROP"));
  CHECK(has(text(folder / "machine/ipset.save"), "create bad hash:ip"));
  CHECK(has(text(folder / "machine/sysctl.txt"), "net.ipv4.conf.all.forwarding = 1\n"));
  CHECK(std::filesystem::exists(folder / "machine/files/etc/fw/rules"));
  CHECK(fwsim::test::fwsim("ask --snapshot " + (folder / "machine") + " 'ping 192.0.2.9 -> 192.0.2.1 in eth0'").status == 0);
  CHECK(fwsim::test::fwsim("run -o " + (folder / "machine") + " " + script).status == 2);   // it is there already
}

TEST_CASE("lines are those of the script, in functions, loops and files of its own") {
  const Folder folder;
  folder.write("lib.sh", "allow() {\n  iptables -A INPUT -p tcp --dport \"$1\" -j ACCEPT\n}\n");
  const std::string script = folder.write("main.sh", "#!/bin/bash\n. \"$(dirname \"$0\")/lib.sh\"\nfor p in 22 80; do\n  allow $p\ndone\n");
  const auto ran = fwsim::test::fwsim("run --timeline " + script);
  CHECK(has(ran.out, "main.sh:4 (lib.sh:2)      iptables -A INPUT -p tcp --dport 22 -j ACCEPT\n"));
}

TEST_CASE("a program and its words are run as they are") {
  const auto ran = fwsim::test::fwsim("run -- iptables -S");
  CHECK(has(ran.out, "-P FORWARD ACCEPT\n"));
  CHECK(has(fwsim::test::fwsim("run -- sh -c 'echo \"$0-$1\"' a -b").out, "a--b\n"));
}

TEST_CASE("what cannot be run is said, with status 2") {
  const Folder folder;
  for (const std::string& arguments : {std::string("run"), "run " + (folder / "nowhere.sh"), "run " + folder.path.string(), std::string("run --nonsense x"), "run --admin nonsense " + folder.write("empty.sh", ""),
                                       "run --timeout 0 " + (folder / "empty.sh"), "run " + folder.write("binary", std::string("\x7f" "ELF\0\0", 6))}) {
    const auto ran = fwsim::test::fwsim(arguments);
    CHECK_MESSAGE(ran.status == 2, arguments);
    CHECK_MESSAGE((ran.out.starts_with("fwsim: ") || has(ran.out, ": error: ")), ran.out);
  }
  const auto empty = fwsim::test::fwsim("run " + (folder / "empty.sh"));
  CHECK(empty.status == 0);
  CHECK(has(empty.out, "empty.sh: 0 commands, ended well; 0 rules for IPv4, 0 rules for IPv6"));
  CHECK(fwsim::test::fwsim("run " + folder.write("fails.sh", "exit 3")).status == 1);
  CHECK(has(fwsim::test::fwsim("run --timeout 1 " + folder.write("endless.sh", "while :; do :; done")).out, "it was stopped after 1 s"));
}

// What programs like docker and fail2ban need of the rules around theirs.
#include <doctest/doctest.h>

#include "tests/lint/linted.hh"

using namespace fwsim;

namespace {

std::string found(const char* check, const std::string& text) {
  const test::Linted linted(text, {.only = {check}});
  std::string out;
  for (const Finding& f : linted.result.findings) out += f.place.name + " " + f.text + (f.severity == Severity::note ? " (note)\n" : "\n");
  return out;
}

const std::string bans = "-A f2b-sshd -s 198.51.100.5/32 -j DROP\n-A f2b-sshd -j RETURN\nCOMMIT\n";
std::string input(const std::string& rules, const std::string& policy = "DROP") { return "*filter\n:INPUT " + policy + " [0:0]\n:f2b-sshd - [0:0]\n" + rules + bans; }

std::string docker(const std::string& forward, const std::string& user) {
  return "*filter\n:FORWARD DROP [0:0]\n:DOCKER - [0:0]\n:DOCKER-USER - [0:0]\n" + forward + "-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT\n" + user + "COMMIT\n";
}

}  // namespace

TEST_CASE("chains of programs that nothing asks") {
  CHECK(found("FW841", input("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n")) == "filter/f2b-sshd belongs to fail2ban, and no rule jumps there: its 2 rules are in vain\n");
  CHECK(found("FW841", input("-A INPUT -j DROP\n-A INPUT -j f2b-sshd\n")) == "filter/f2b-sshd belongs to fail2ban, and no packet comes to the rules that jump there: filter/INPUT/2 (rules:5): its 2 rules are in vain\n");
  CHECK(found("FW841", input("-A INPUT -j f2b-sshd\n")) == "");
  // What it calls itself is its own affair; an empty chain is no loss.
  CHECK(found("FW841", "*filter\n:INPUT DROP [0:0]\n:f2b-x - [0:0]\n:f2b-x-log - [0:0]\n-A f2b-x -s 192.0.2.1/32 -j f2b-x-log\n-A f2b-x-log -j DROP\nCOMMIT\n") ==
        "filter/f2b-x belongs to fail2ban, and no rule jumps there: its rule is in vain\n");
  CHECK(found("FW841", docker("-A FORWARD -o docker0 -j DOCKER\n", "-A DOCKER-USER -i eth0 -j DROP\n")) == "filter/DOCKER-USER belongs to docker, and no rule jumps there: its rule is in vain\n");
  CHECK(found("FW841", docker("-A FORWARD -o docker0 -j DOCKER\n", "-A DOCKER-USER -j RETURN\n")) == "");
}

TEST_CASE("bans that come too late for connections that begin, or that run") {
  CHECK(found("FW842", input("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j f2b-sshd\n")) ==
        "filter/INPUT/2 asks for bans where no new connection comes any more: earlier rules have decided about all of them\n");
  CHECK(found("FW842", input("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j f2b-sshd\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n")) ==
        "filter/INPUT/2 asks for bans after packets of running connections are accepted: who is banned keeps the connections that they have (note)\n");
  CHECK(found("FW842", input("-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j f2b-sshd\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n")) == "");
  // Without tracking there are no running connections.
  CHECK(found("FW842", input("-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j f2b-sshd\n")) == "");
  CHECK(found("FW842", "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -m set --match-set f2b-sshd src -j DROP\nCOMMIT\n") ==
        "filter/INPUT/2 asks for bans where no new connection comes any more: earlier rules have decided about all of them\n");
}

TEST_CASE("DOCKER-USER is asked before what lets packets to containers") {
  const std::string user = "-A DOCKER-USER ! -s 10.0.0.0/8 -i eth0 -j DROP\n";
  CHECK(found("FW842", docker("-A FORWARD -o docker0 -j DOCKER\n-A FORWARD -j DOCKER-USER\n", user)) == "filter/FORWARD/2 asks DOCKER-USER only after filter/FORWARD/1 (rules:5) has let connections to containers pass\n");
  CHECK(found("FW842", docker("-A FORWARD -j ACCEPT -s 10.0.0.0/8\n-A FORWARD -j DOCKER-USER\n-A FORWARD -o docker0 -j DOCKER\n", user)) == "filter/FORWARD/2 asks DOCKER-USER only after filter/FORWARD/1 (rules:5) has let connections to containers pass\n");
  CHECK(found("FW842", docker("-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A FORWARD -i tun0 -o eth1 -j ACCEPT\n-A FORWARD -j DOCKER-USER\n-A FORWARD -o docker0 -j DOCKER\n", user)) == "");
  CHECK(found("FW842", docker("-A FORWARD -o docker0 -j DOCKER\n-A FORWARD -j DOCKER-USER\n", "-A DOCKER-USER -j RETURN\n")) == "");
}

TEST_CASE("rules that were saved and are there again") {
  const std::string nat = "*nat\n:PREROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n";
  const std::string first = "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\n";
  CHECK(found("FW843", nat + first + "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.3:80\nCOMMIT\n") ==
        "nat/DOCKER/2 is for a container that nothing reaches: nat/DOCKER/1 (rules:5) sends the same port elsewhere, a rule that was saved for a container of before\n");
  CHECK(found("FW843", nat + first + "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8081 -j DNAT --to-destination 172.17.0.3:80\nCOMMIT\n") == "");
  // What a file is for, its name tells.
  const std::string text = input("-A INPUT -j f2b-sshd\n");
  CHECK(found("FW843", text) == "");
  const LintResult boot = lint(parse_ruleset(text, {.file = "/etc/iptables/rules.v4"}).ruleset, nullptr, {.only = {"FW843"}, .skip = {}});
  REQUIRE(boot.findings.size() == 1);
  CHECK(boot.findings[0].text == "is a rule that fail2ban writes while it runs, in a file that the boot loads: of then, not of now");
}

TEST_CASE("a NodePort is not what lets packets to 127.0.0.1 in") {
  const std::string nat = "*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\n-A KUBE-SERVICES -p tcp -m tcp --dport 30080 -j DNAT --to-destination 10.1.2.3:80\nCOMMIT\n";
  const std::string drop = "-A INPUT ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP\n";
  CHECK(found("FW846", nat + "*filter\n:INPUT ACCEPT [0:0]\n" + drop + "COMMIT\n") == "");
  CHECK(found("FW846", nat + "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n") == "");
  CHECK(found("FW846", nat + "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n") != "");
}

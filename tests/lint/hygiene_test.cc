// Slips and style: what the checks of single rules find, and what they leave alone.
#include <doctest/doctest.h>

#include "tests/lint/linted.hh"

using namespace fwsim;

namespace {

std::string found(const char* check, const std::string& rules, const std::string& chain = "INPUT") {
  const test::Linted linted("*filter\n:" + chain + " DROP [0:0]\n" + rules + "COMMIT\n", {.only = {check}}, nullptr, Family::v4);
  std::string out;
  for (const Finding& f : linted.result.findings) out += f.place.name + " " + f.text + (f.severity == Severity::note ? " (note)\n" : "\n");
  return out;
}

}  // namespace

TEST_CASE("networks that hold strangers beside those that are meant") {
  CHECK(found("FW813", "-A INPUT -s 192.0.0.0/8 -j ACCEPT\n") == "filter/INPUT/1 accepts packets from 192.0.0.0/8: private networks are 192.168.0.0/16, the rest belongs to strangers\n");
  CHECK(found("FW813", "-A INPUT -d 172.16.0.0/11 -j ACCEPT\n") == "filter/INPUT/1 accepts packets to 172.0.0.0/11: private networks are 172.16.0.0/12, the rest belongs to strangers\n");
  CHECK(found("FW813", "-A INPUT -s 64.0.0.0/3 -j ACCEPT\n") == "filter/INPUT/1 accepts packets from 64.0.0.0/3: that is one of 8 parts of the internet\n");
  CHECK(found("FW813", "-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -s 100.64.0.0/10 -j ACCEPT\n-A INPUT -s 8.0.0.0/8 -j ACCEPT\n-A INPUT -d 224.0.0.0/4 -j ACCEPT\n-A INPUT -s 128.0.0.0/1 -j ACCEPT\n") == "");
  CHECK(found("FW813", "-A INPUT ! -s 192.0.0.0/8 -j ACCEPT\n-A INPUT -s 192.0.0.0/8 -j DROP\n") == "");
  CHECK(found("FW813", "-A INPUT -j ACCEPT\n-A INPUT -s 192.0.0.0/8 -j ACCEPT\n") == "");   // never reached
}

TEST_CASE("everybody but some") {
  CHECK(found("FW814", "-A INPUT ! -s 203.0.113.7/32 -j ACCEPT\n") == "filter/INPUT/1 accepts what is not from there (! -s 203.0.113.7/32): the rest is the whole internet\n");
  CHECK(found("FW814", "-A INPUT -p tcp -m iprange ! --src-range 203.0.113.7-203.0.113.9 -m tcp --dport 80 -j ACCEPT\n") == "filter/INPUT/1 accepts what is not from there (! --src-range): the rest is the whole internet\n");
  CHECK(found("FW814", "-A INPUT ! -s 192.168.0.0/16 -j ACCEPT\n") == "filter/INPUT/1 accepts what is not from there (! -s 192.168.0.0/16): the rest is the whole internet (note)\n");
  CHECK(found("FW814", "-A FORWARD ! -s 10.0.0.0/8 -d 10.0.0.5/32 -p tcp -m tcp --dport 443 -j ACCEPT\n", "FORWARD") == "");
  CHECK(found("FW814", "-A INPUT -s 10.0.0.0/8 -p tcp -m set ! --match-set banned src -j ACCEPT\n-A INPUT ! -d 10.0.0.0/8 -j ACCEPT\n") == "");
}

TEST_CASE("ports that a list names twice") {
  CHECK(found("FW815", "-A INPUT -p tcp -m multiport --dports 80,443,80 -j ACCEPT\n") == "filter/INPUT/1 names port 80 twice (note)\n");
  CHECK(found("FW815", "-A INPUT -p tcp -m multiport --dports 8000:8100,8080 -j ACCEPT\n") == "filter/INPUT/1 names ports 8000-8100 and 8080, which overlap (note)\n");
  CHECK(found("FW815", "-A INPUT -p tcp -m multiport --sports 5060,1024:65535 -j ACCEPT\n") == "");
}

TEST_CASE("comments that speak of another service") {
  const auto rule = [](const std::string& ports, const std::string& comment) { return "-A INPUT -p tcp -m multiport " + ports + " -m comment --comment \"" + comment + "\" -j ACCEPT\n"; };
  CHECK(found("FW816", rule("--dports 443", "SSH from the office")) == "filter/INPUT/1 is for port 443 (https), but its comment says 'SSH from the office' (note)\n");
  CHECK(found("FW816", rule("--dports 22,443", "SSH from the office") + rule("--dports 443", "ssh at 443") + rule("--dports 4711", "SSH") + rule("--dports 443", "sshd's web site: https") + rule("! --dports 443", "ssh")) == "");
  CHECK(found("FW816", rule("--dports 80:90", "ssh") + rule("--dports 443", "the assh program")) == "");
}

TEST_CASE("rules without a target, but for those that remember or that are there to count") {
  CHECK(found("FW817", "-A INPUT -p tcp\n-A INPUT -p udp\n-A INPUT -j ACCEPT\n") == "filter/INPUT/1 has no target: it counts its packets and decides nothing; so does filter/INPUT/2 (rules:4) (note)\n");
  CHECK(found("FW817", "-A INPUT -p tcp\n-A INPUT -p udp\n") == "");
  CHECK(found("FW817", "-A INPUT -p tcp -m recent --set --name x\n-A INPUT -j ACCEPT\n") == "");
}

TEST_CASE("searches that something narrows beforehand") {
  const std::string search = "-m string --string x --algo bm ";
  CHECK(found("FW823", "-A INPUT " + search + "-j DROP\n") == "filter/INPUT/1 searches every packet from its first byte to its last (note)\n");
  CHECK(found("FW823", "-A INPUT " + search + "-m mark --mark 1 -j DROP\n") == "filter/INPUT/1 searches every packet from its first byte to its last (note)\n");
  CHECK(found("FW823", "-A INPUT -m mark --mark 1 " + search + "-j DROP\n") == "");
  CHECK(found("FW823", "-A INPUT -p tcp " + search + "-j DROP\n") == "");
  CHECK(found("FW823", "-A INPUT -m string --string x --algo bm --to 100 -j DROP\n") == "");
  CHECK(found("FW823", "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT " + search + "-j DROP\n") == "");
}

TEST_CASE("conditions that a rule has twice, and rules that could be one") {
  CHECK(found("FW824", "-A INPUT -p tcp -m tcp --dport 80 -m mark --mark 1 -m mark --mark 1 -j ACCEPT\n") == "filter/INPUT/1 asks -m mark twice (note)\n");
  CHECK(found("FW824", "-A INPUT -m limit --limit 1/s -m limit --limit 1/s -j ACCEPT\n-A INPUT -m mark --mark 1/1 -m mark --mark 2/2 -j ACCEPT\n") == "");
  CHECK(found("FW826", "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j DROP\n") == "filter/INPUT/1 and the rule behind it differ in the port only (note)\n");
  CHECK(found("FW826", "-A INPUT -p tcp -m tcp --dport 80 -m limit --limit 1/s -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 443 -m limit --limit 1/s -j ACCEPT\n") == "");
}

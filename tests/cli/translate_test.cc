// fwsim translate, as a user runs it. What each match and target becomes is in tests/translate.
#include <doctest/doctest.h>

#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;

namespace {

const char* v4 =
    "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "[5:300] -A INPUT -i lo -j ACCEPT\n[7:400] -A INPUT -p tcp -m tcp --dport 22 -m state --state NEW -j ACCEPT\n"
    "[0:0] -A INPUT -s 10.0.0.0/8 -j ACCEPT\n[0:0] -A INPUT -p icmp -j ACCEPT\n[0:0] -A INPUT -i eth9 -j REJECT "
    "--reject-with icmp-admin-prohibited\n"
    "[0:0] -A INPUT -d 224.0.0.1/32\nCOMMIT\n";
const char* v6 =
    "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -m state --state NEW -j ACCEPT\n"
    "-A INPUT -p ipv6-icmp -j ACCEPT\n-A INPUT -i eth9 -j REJECT --reject-with icmp6-adm-prohibited\nCOMMIT\n";

std::string section(const std::string& text, const std::string& from) {
  const std::size_t at = text.find(from);
  return at == std::string::npos ? "" : text.substr(at);
}

}  // namespace

TEST_CASE("translate writes one table for both families where they agree") {
  const Folder folder;
  const auto ran = fwsim::test::fwsim(
      "translate " + folder.write("rules.v4", v4) + " --rules6 " + folder.write("rules.v6", v6), "2>/dev/null");
  CHECK(ran.status == 0);
  CHECK(section(ran.out, "table inet filter\n") ==
        "table inet filter\ndelete table inet filter\ntable inet filter {\n"
        "    chain input {\n        type filter hook input priority filter; policy drop;\n\n"
        "        iifname \"lo\" accept\n        tcp dport 22 ct state new accept\n        ip saddr 10.0.0.0/8 accept\n"
        "        meta nfproto ipv4 meta l4proto icmp accept\n        meta nfproto ipv6 meta l4proto ipv6-icmp accept\n"
        "        iifname \"eth9\" reject with icmpx admin-prohibited\n        ip daddr 224.0.0.1 counter\n    }\n}\n");
}

TEST_CASE("translate writes two tables where policies differ") {
  const Folder folder;
  std::string other = v6;
  other.replace(other.find("INPUT DROP"), 10, "INPUT ACCEPT");
  const auto ran = fwsim::test::fwsim(
      "translate " + folder.write("rules.v4", v4) + " --rules6 " + folder.write("rules.v6", other), "2>/dev/null");
  CHECK(ran.status == 0);
  CHECK(ran.out.find("inet") == std::string::npos);
  CHECK(ran.out.find("\ntable ip filter {") != std::string::npos);
  CHECK(ran.out.find("\ntable ip6 filter {") != std::string::npos);
  CHECK(ran.out.find("reject with icmp admin-prohibited") != std::string::npos);
  CHECK(ran.out.find("reject with icmpv6 admin-prohibited") != std::string::npos);
}

TEST_CASE("translate --counters goes on counting, rule by rule") {
  const Folder folder;
  const auto ran = fwsim::test::fwsim("translate --counters " + folder.write("rules.v4", v4), "2>/dev/null");
  CHECK(ran.status == 0);
  CHECK(ran.out.find("        iifname \"lo\" counter packets 5 bytes 300 accept\n") != std::string::npos);
  CHECK(ran.out.find("        tcp dport 22 ct state new counter packets 7 bytes 400 accept\n") != std::string::npos);
  CHECK(ran.out.find("        ip daddr 224.0.0.1 counter packets 0 bytes 0\n") != std::string::npos);
}

TEST_CASE("translate --counters counts where the original would, also in a chain that nft needs for it") {
  const Folder folder;
  const std::string file = folder.write("rules.v4",
                                        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                                        "[5:300] -A OUTPUT -m owner ! --uid-owner 0 -j DROP\nCOMMIT\n");
  const auto ran = fwsim::test::fwsim("translate --counters " + file, "2>/dev/null");
  CHECK(ran.status == 0);
  CHECK(ran.out.find("        jump output_1\n") != std::string::npos);
  CHECK(ran.out.find("        meta skuid 0 return\n        counter packets 5 bytes 300 drop\n") != std::string::npos);
}

TEST_CASE("translate names what nft cannot say, in its place and on standard error") {
  const Folder folder;
  const std::string file =
      folder.write("rules.v4",
                   "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                   "-A INPUT -s 10.0.0.1/32 -j DROP\n-A INPUT -m string --string evil --algo bm -j DROP\n"
                   "-A INPUT -s 10.0.0.2/32 -j DROP\nCOMMIT\n");
  const auto ran = fwsim::test::fwsim("translate " + file, "2>/dev/null");
  CHECK(ran.status == 1);
  // The two others are not made one rule over it.
  CHECK(ran.out.find(
            "        ip saddr 10.0.0.1 drop\n        # not translated: -A INPUT -m string --string \"evil\" --algo bm "
            "-j DROP\n"
            "        #   nft has no match 'string' like this; packets that it would take go on to the next rule\n"
            "        ip saddr 10.0.0.2 drop\n") != std::string::npos);
  CHECK(ran.out.find("# 1 of 3 rules could not be translated") != std::string::npos);
  const auto said = fwsim::test::fwsim("translate " + file + " -o " + (folder / "out.nft"));
  CHECK(said.status == 1);
  CHECK(said.out.find(file + ":6: not translated: filter/INPUT/2: -A INPUT -m string") == 0);
  CHECK(said.out.find("1 of 3 rules are not translated; each stands as a comment in its place\n") != std::string::npos);
}

TEST_CASE("translate of an empty file is refused, of one family without rules not") {
  const Folder folder;
  const std::string empty = folder.write("empty.v6", "");
  const auto refused = fwsim::test::fwsim("translate " + empty);
  CHECK(refused.status == 2);
  CHECK(refused.out == "fwsim: " + empty + " has no table: it should look like what iptables-save prints\n");
  CHECK(fwsim::test::fwsim("translate " + folder.write("rules.v4", v4) + " --rules6 " + empty, "2>/dev/null").status == 0);
}

TEST_CASE("translate writes nothing when its input has faults") {
  const Folder folder;
  const std::string out = folder / "out.nft";
  const auto ran = fwsim::test::fwsim(
      "translate " + folder.write("rules.v4", "*filter\n-A INPUT -p tcp --dport x -j DROP\nCOMMIT\n") + " -o " + out);
  CHECK(ran.status == 2);
  CHECK_FALSE(std::filesystem::exists(out));
  CHECK(fwsim::test::fwsim("translate").status == 2);
}

// The parser on small inputs: commands, spellings, and every kind of fault.
#include "parser/parse.hh"

#include <doctest/doctest.h>

#include <string>

#include "parser/print.hh"

using namespace fwsim;

namespace {

std::string filter(const std::string& lines) { return "*filter\n:INPUT ACCEPT [0:0]\n:mine - [0:0]\n" + lines + "COMMIT\n"; }

// The rules after the lines were carried out.
std::string rules(const std::string& lines) {
  const Parsed parsed = parse_ruleset(filter(lines), {.file = "test", .family = Family::v4});
  std::string out;
  for (const Diagnostic& d : parsed.diagnostics) out += to_text(d);
  for (const Chain& chain : parsed.ruleset.tables.front().chains)
    for (const Rule& rule : chain.rules) out += print_rule(rule, chain, parsed.ruleset.tables.front(), Family::v4) + "\n";
  return out;
}

// "line:column id" of each diagnostic.
std::string faults(const std::string& text) {
  std::string out;
  for (const Diagnostic& d : parse_ruleset(text, {.file = "test"}).diagnostics)
    out += std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.id + "\n";
  return out;
}

}  // namespace

TEST_CASE("commands are carried out in order") {
  CHECK(rules("-A INPUT -s 10.0.0.1 -j DROP\n-I INPUT -s 10.0.0.2 -j DROP\n-I INPUT 2 -s 10.0.0.3 -j DROP\n") ==
        "-A INPUT -s 10.0.0.2/32 -j DROP\n-A INPUT -s 10.0.0.3/32 -j DROP\n-A INPUT -s 10.0.0.1/32 -j DROP\n");
  CHECK(rules("-A INPUT -s 10.0.0.1 -j DROP\n-A INPUT -s 10.0.0.2 -j DROP\n-D INPUT 1\n") == "-A INPUT -s 10.0.0.2/32 -j DROP\n");
  CHECK(rules("-A INPUT -p tcp --dport 22 -j DROP\n-D INPUT -p tcp -m tcp --destination-port ssh -j DROP\n") == "");
  CHECK(rules("-A INPUT -j DROP\n-R INPUT 1 -j ACCEPT\n") == "-A INPUT -j ACCEPT\n");
  CHECK(rules("-N other\n-A INPUT -g other\n-E other third\n") == "-A INPUT -g third\n");
  CHECK(rules("-A INPUT -j DROP\n-F INPUT\n-X mine\n") == "");
}

TEST_CASE("lists of addresses make one rule each, and -I reverses them") {
  CHECK(rules("-A INPUT -s 10.0.0.1,10.0.0.2 -d 10.1.0.1,10.1.0.2 -j DROP\n") ==
        "-A INPUT -s 10.0.0.1/32 -d 10.1.0.1/32 -j DROP\n-A INPUT -s 10.0.0.1/32 -d 10.1.0.2/32 -j DROP\n"
        "-A INPUT -s 10.0.0.2/32 -d 10.1.0.1/32 -j DROP\n-A INPUT -s 10.0.0.2/32 -d 10.1.0.2/32 -j DROP\n");
  CHECK(rules("-I INPUT -s 10.0.0.1,10.0.0.2 -j DROP\n") == "-A INPUT -s 10.0.0.2/32 -j DROP\n-A INPUT -s 10.0.0.1/32 -j DROP\n");
}

TEST_CASE("spellings: abbreviations, = and attached values, odd addresses") {
  CHECK(rules("--append INPUT --proto=tcp --dpor 80:90 --jum ACCEPT\n") == "-A INPUT -p tcp -m tcp --dport 80:90 -j ACCEPT\n");
  CHECK(rules("-A INPUT -s10.1 -d 010.0.0.1/8 -j DROP\n") == "-A INPUT -s 10.1.0.0/32 -d 8.0.0.0/8 -j DROP\n");
  CHECK(rules("-A INPUT -s 1.2.3.4/255.0.255.0 ! -i eth+ -j DROP\n") == "-A INPUT -s 1.0.3.0/255.0.255.0 ! -i eth+ -j DROP\n");
  CHECK(rules("-A INPUT -m tcp --dport 1 -p tcp\n") == "-A INPUT -p tcp -m tcp --dport 1\n");
  CHECK(rules("-A INPUT -p tcp --dport 22 -m limit -m limit --limit 7/min -j DROP\n") ==
        "-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 3/hour -m limit --limit 7/min -j DROP\n");
}

TEST_CASE("the old place of '!' is understood, with a warning") {
  const Parsed parsed = parse_ruleset(filter("-A INPUT -s ! 10.0.0.0/8 -j DROP\n"), {.file = "test"});
  CHECK(parsed.diagnostics.size() == 1);
  CHECK(parsed.diagnostics.front().id == "old-negation");
  CHECK_FALSE(has_errors(parsed.diagnostics));
  CHECK(print_ruleset(parsed.ruleset).find("! -s 10.0.0.0/8") != std::string::npos);
}

TEST_CASE("an unknown extension is kept as written") {
  const Parsed parsed =
      parse_ruleset(filter("-A INPUT -p tcp -m weird ! --odd \"a b\" --more 1 2 -j ODD --x y\n"), {.file = "test"});
  CHECK_FALSE(has_errors(parsed.diagnostics));
  CHECK(parsed.diagnostics.size() == 2);
  CHECK(print_ruleset(parsed.ruleset).find("-A INPUT -p tcp -m weird ! --odd \"a b\" --more 1 2 -j ODD --x y\n") != std::string::npos);
}

TEST_CASE("lines of the other family are passed over") {
  CHECK(rules("-4 -A INPUT -j DROP\n-6 -A INPUT -j ACCEPT\n-A INPUT -6 -s fe80::1 -j ACCEPT\n") == "-A INPUT -j DROP\n");
}

TEST_CASE("faults name line, column and kind, and all are reported") {
  CHECK(faults(filter("-A INPUT -p tcp --dprt 22\n-A INPUT -j NOWHERE\n-A INPT -j DROP\n")) ==
        "4:17 unknown-option\n5:13 unknown-target\n6:4 unknown-chain\n");
  CHECK(faults(filter("-A INPUT -p tcp --dport 99999\n")) == "4:25 bad-value\n");
  CHECK(faults(filter("-A INPUT -p tcp --dport 22 --dport 23\n")) == "4:28 given-twice\n");
  CHECK(faults(filter("-A INPUT -s 10.0.0.0/33 -j DROP\n")) == "4:13 bad-address\n");
  CHECK(faults(filter("-A INPUT -o eth0 -j DROP\n")) == "4:10 interface-direction\n");
  CHECK(faults(filter("-A INPUT -i averylonginterface0\n")) == "4:13 bad-interface\n");
  CHECK(faults(filter("-A INPUT -j DROP # no\n")) == "4:18 bad-argument\n");
  CHECK(faults(filter("-A INPUT -p tcp --dport\n")) == "4:17 missing-value\n");
  CHECK(faults(filter("-A INPUT -m tcp --dport 22 -j DROP\n")) == "4:13 needs-protocol\n");
  CHECK(faults(filter("-A INPUT ! -p tcp --dport 22 -j DROP\n")) == "4:15 needs-protocol\n");
  CHECK(faults("*filter\n:INPUT ACCEPT\n") == "3:0 missing-commit\n");
  CHECK(faults("*filtre\nCOMMIT\n") == "1:2 unknown-table\n2:1 stray-commit\n");
  CHECK(faults("-A INPUT -j DROP\n") == "1:1 no-table\n");
  CHECK(faults("*filter\r\nCOMMIT\r\n") == "1:8 windows-line-end\n");
  CHECK(faults(filter("-A INPUT -m limit --limit 5/s \"open\n")) == "4:31 syntax\n");
  CHECK(faults(filter("-A mine -p tcp -j ACCEPT\n-A INPUT -j mine\n-A mine -g mine\n")) == "6:4 loop\n");
  CHECK(faults("*nat\n:x - [0:0]\n-A POSTROUTING -j DROP\nCOMMIT\n") == "3:19 nat-filtering\n");
  CHECK(faults("*nat\n-A PREROUTING -j REJECT\nCOMMIT\n") == "2:18 wrong-table\n2:18 wrong-hook\n");
}

TEST_CASE("loops that no packet can enter are fine, as in the kernel") {
  CHECK(faults("*filter\n:a - [0:0]\n:b - [0:0]\n-A a -j b\n-A b -j a\nCOMMIT\n") == "");
}

TEST_CASE("the family is told by content, then by name") {
  CHECK(guess_family("# Generated by ip6tables-save v1.8.9\n*filter\nCOMMIT\n", "x") == Family::v6);
  CHECK(guess_family("*filter\n-A INPUT -s 2001:db8::/32 -j DROP\n", "rules.v4") == Family::v6);
  CHECK(guess_family("*filter\n-A INPUT -s 10.0.0.0/8 -j DROP\n", "rules.v6") == Family::v4);
  CHECK(guess_family("*filter\n-A INPUT -p ipv6-icmp -j DROP\n", "rules") == Family::v6);
  CHECK(guess_family("*filter\n-A INPUT -p ipv6-icmp -j DROP\n-A INPUT -d 10.0.0.0/8 -j DROP\n", "rules") == Family::v4);
  CHECK(guess_family("*filter\nCOMMIT\n", "etc/rules.v6") == Family::v6);
  CHECK(guess_family("*filter\nCOMMIT\n", "etc/rules") == Family::v4);
}

TEST_CASE("quotes and escapes are read as iptables-restore reads them") {
  const Parsed parsed = parse_ruleset("*filter\n:\"a - [0:0]\nCOMMIT\n", {.file = "test"});
  CHECK(has_errors(parsed.diagnostics));
}

// .fwsim.toml: what a site says of itself.
#include <doctest/doctest.h>

#include <string>

#include "parser/parse.hh"
#include "parser/settings.hh"
#include "tests/parser/faults.hh"

using namespace fwsim;

namespace {

constexpr std::string_view checks[] = {"FW101", "shadowed", "FW103", "redundant"};

SettingsText settings(const std::string& text) { return parse_settings(text, "site/.fwsim.toml", checks); }

}  // namespace

TEST_CASE("settings of a site") {
  const SettingsText read = settings(R"(
[lint]
skip = "shadowed"
only = ["FW103"]
severity = { redundant = "note", FW101 = "off" }
[site]
external = ["eth0", "ppp+"]
internal = "eth1"
admin = ["10.0.0.0/8", "2001:db8::/48"]
public = ["tcp 80,443,8000-8080", "udp domain", "gre"]
host = "host.toml"
policy = "/etc/policy.toml"
[[allow]]
id = "FW101"
at = "filter/INPUT/3"
reason = "waits for the new router"
)");
  CHECK(faults(read.diagnostics).empty());
  const Settings& s = read.settings;
  CHECK(s.file == "site/.fwsim.toml");
  CHECK(s.skip == std::vector<std::string>{"shadowed"});
  CHECK(s.only == std::vector<std::string>{"FW103"});
  REQUIRE(s.severities.size() == 2);
  CHECK(s.severities[0].check == "FW101");
  CHECK_FALSE(s.severities[0].severity);
  CHECK(s.severities[1].severity == Severity::note);
  CHECK(has_device(s.site.external, name_word("eth0")));
  CHECK(has_device(s.site.external, name_word("ppp17")));
  CHECK_FALSE(has_device(s.site.external, name_word("eth01")));
  CHECK(has_device(s.site.internal, name_word("eth1")));
  REQUIRE(s.site.admin.size() == 2);
  CHECK(s.site.admin[0].prefix == Prefix{ip("10.0.0.0"), 0xff000000});
  CHECK(s.site.admin[1].family == Family::v6);
  REQUIRE(s.site.open.size() == 3);
  CHECK(s.site.open[0].proto == 6);
  CHECK(s.site.open[0].ports == std::vector<NumRange>{{80, 80}, {443, 443}, {8000, 8080}});
  CHECK(s.site.open[1].ports == std::vector<NumRange>{{53, 53}});
  CHECK(s.site.open[2].proto == 47);
  CHECK(s.site.open[2].ports.empty());
  CHECK(s.site.host == "site/host.toml");
  CHECK(s.site.policy == "/etc/policy.toml");
  REQUIRE(s.allowed.size() == 1);
  CHECK(s.allowed[0].at == "filter/INPUT/3");
  CHECK(s.allowed[0].line == 13);
}

TEST_CASE("settings: all faults, with line and column") {
  CHECK(faults(settings("[lint]\nskip = [\"shadwed\", 5]\nseverity = { FW103 = \"notes\", FW999 = \"off\" }\nonli = []\n").diagnostics) ==
        "2:10 there is no check 'shadwed'\n2:20 'skip' holds something that is not a text\n"
        "3:22 the severity of 'FW103' must be one of error, warning, note, off\n3:31 there is no check 'FW999'\n4:1 unknown key 'onli' in [lint]\n");
  CHECK(settings("[lint]\nskip = \"shadwed\"\n").diagnostics.at(0).hint == "did you mean 'shadowed'?");
  CHECK(faults(settings("[site]\nexternal = [\"averylongdevicename\", \"\"]\nadmin = \"10.0.0.0/80\"\npublic = [\"tcp 80,443000\", \"53\", \"icmp 3\", \"tcp \"]\n").diagnostics) ==
        "2:14 'averylongdevicename' is not a device\n2:37 '' is not a device\n3:10 '10.0.0.0/80' is not a network\n"
        "4:12 '443000' is not a port, or a range of ports\n4:29 '53' does not begin with a protocol\n4:35 'icmp' has no ports\n"
        "4:45 '' is not a port, or a range of ports\n");
  CHECK(faults(settings("[[allow]]\nid = \"FW10\"\n[[allow]]\nreason = \" \"\nat = 5\n").diagnostics) ==
        "1:1 [[allow]] needs 'reason'\n2:7 there is no check 'FW10'\n3:1 [[allow]] needs 'id'\n4:11 'reason' is empty\n5:6 'at' must be a text\n");
  CHECK(faults(settings("allow = 1\nlint = 2\n").diagnostics) == "1:9 'allow' must be a list of tables\n2:8 'lint' must be a table\n");
  CHECK(settings("x = = 1\n").diagnostics.at(0).line == 1);
  CHECK(settings("").diagnostics.empty());
}

TEST_CASE("comment lines for fwsim are handed on, others are not") {
  const Parsed parsed = parse_ruleset("# Generated\n*filter\n#fwsim: allow FW101 one\n  # fwsim: not a comment\n##  fwsim:two\nCOMMIT\n", {.file = "rules"});
  REQUIRE(parsed.ruleset.remarks.size() == 2);
  CHECK(parsed.ruleset.remarks[0].line == 3);
  CHECK(parsed.ruleset.remarks[0].text == " allow FW101 one");
  CHECK(parsed.ruleset.remarks[1].text == "two");
}

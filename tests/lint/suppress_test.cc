// Findings that are allowed: in the ruleset, and in the settings.
#include <doctest/doctest.h>

#include "lint/managers.hh"
#include "lint/suppress.hh"
#include "tests/lint/linted.hh"

using namespace fwsim;

namespace {

const std::string head = "*filter\n:INPUT ACCEPT [0:0]\n";
constexpr const char* wrong = "-p tcp -m tcp --dport 80 -m multiport --dports 443,8080";   // FW104

std::string rules(const std::string& lines) { return head + lines + "COMMIT\n"; }

const LintOptions options{.only = {"FW104", "FW108", "FW901", "FW902"}, .skip = {}};

// "FW901 warning 3 text\n" for each finding, then "allowed FW104 reason\n".
std::string text(const LintResult& result) {
  std::string out;
  for (const Finding& f : result.findings) out += fmt::format("{} {} {} {}\n", f.id, "ewn"[static_cast<int>(f.severity)], f.place.line, f.text);
  for (const Suppressed& s : result.suppressed) out += fmt::format("allowed {} {} by {}: {}\n", s.finding.id, s.finding.place.name, s.where, s.reason);
  return out;
}
std::string linted(const std::string& lines) { return text(test::Linted(rules(lines), options).result); }
LintResult linted(const std::string& lines, const Settings& settings) {
  return lint(parse_ruleset(rules(lines), {.file = "site/rules.v4"}).ruleset, nullptr, options, settings);
}
std::string rule(const std::string& words) { return fmt::format("-A INPUT {} {}-j DROP\n", wrong, words); }

}  // namespace

TEST_CASE("a comment line allows what is found in the next rule") {
  CHECK(linted(rule("")) == "FW104 w 3 never matches: no packet can be all that it asks for\n");
  CHECK(linted("# fwsim: allow FW104 proxy to come\n" + rule("")) == "allowed FW104 filter/INPUT/1 by rules:3: proxy to come\n");
  CHECK(linted("#fwsim:allow contradictory proxy\n\n# another\n" + rule("")) == "allowed FW104 filter/INPUT/1 by rules:3: proxy\n");
  // Only in the next.
  CHECK(linted("# fwsim: allow FW104 proxy\n" + rule("") + "-A INPUT -s 10.0.0.0/8 -j DROP\n" + rule("-s 10.0.0.0/8 ")) ==
        "FW104 w 6 never matches: no packet can be all that it asks for\nallowed FW104 filter/INPUT/1 by rules:3: proxy\n");
  // Several, one of them in vain.
  CHECK(linted("# fwsim: allow FW104, FW108 proxy\n" + rule("")) ==
        "FW901 w 3 has no FW108 to allow\nallowed FW104 filter/INPUT/1 by rules:3: proxy\n");
}

TEST_CASE("a rule's own comment allows what is found in it") {
  CHECK(linted(rule("-m comment --comment \"fwsim: allow FW104 proxy to come\" ")) == "allowed FW104 filter/INPUT/1 by rules:3: proxy to come\n");
  CHECK(linted(rule("-m comment --comment \"not fwsim: allow FW104 x\" ")) == "FW104 w 3 never matches: no packet can be all that it asks for\n");
  // Of one line, though it is two rules.
  CHECK(linted(rule("-s 10.0.0.1,10.0.0.2 -m comment --comment \"fwsim: allow FW104 x\" ")) ==
        "allowed FW104 filter/INPUT/1 by rules:3: x\nallowed FW104 filter/INPUT/2 by rules:3: x\n");
  CHECK(linted("-A INPUT -s 10.0.0.1,10.0.0.2 -m comment --comment \"fwsim: allow FW104 x\" -j DROP\n") == "FW901 w 3 has no FW104 to allow\n");
}

TEST_CASE("a comment line before a chain is about the chain and its policy") {
  const std::string text_of = "*filter\n# fwsim: allow FW109 a backstop\n:INPUT DROP [0:0]\n# fwsim: allow FW105 to come\n:WEB - [0:0]\n-A INPUT -j ACCEPT\n-A WEB -j DROP\nCOMMIT\n";
  CHECK(text(test::Linted(text_of, {.only = {"FW105", "FW109", "FW901"}, .skip = {}}).result) ==
        "allowed FW105 filter/WEB by rules:4: to come\nallowed FW109 filter/INPUT/policy by rules:2: a backstop\n");
}

TEST_CASE("notes that cannot be read") {
  CHECK(linted("# fwsim: alow FW104 x\n" + rule("")).substr(0, 66) == "FW902 e 3 has a note that cannot be read: 'alow' is not 'allow'\nFW");
  CHECK(linted("# fwsim:\n" + rule("")).substr(0, 41) == "FW902 e 3 has a note that says nothing\nFW");
  CHECK(linted("# fwsim: allow\n" + rule("")).substr(0, 45) == "FW902 e 3 has a note that names no check\nFW10");
  CHECK(linted("# fwsim: allow contradictry x\n" + rule("")).find("there is no such check, did you mean 'contradictory'?\n") != std::string::npos);
  CHECK(linted(rule("") + "# fwsim: allow FW104 x\n").find("FW902 e 4 stands before no rule or chain\n") != std::string::npos);
  CHECK(linted("# fwsim: allow FW104\n" + rule("")) == "FW902 n 3 has a note that allows FW104 without a reason\nallowed FW104 filter/INPUT/1 by rules:3: \n");
}

TEST_CASE("only what was looked for can be allowed in vain") {
  CHECK(text(test::Linted(rules("# fwsim: allow FW103 x\n-A INPUT -s 10.0.0.1 -j DROP\n"), options).result) == "");
  CHECK(text(test::Linted(rules("# fwsim: allow FW103 x\n-A INPUT -s 10.0.0.1 -j DROP\n"), {.only = {"FW103", "FW901"}, .skip = {}}).result) ==
        "FW901 w 3 has no FW103 to allow\n");
}

TEST_CASE("settings allow rules, chains and files") {
  const auto allowed = [](const std::string& at) {
    const Settings settings{.file = "site/.fwsim.toml", .allowed = {{"FW104", at, "reason", 7}}};
    LintResult result = linted(rule(""), settings);
    CHECK(result.allowed.size() == 1);
    LintResult* one[] = {&result};
    add_unused_settings(settings, options, one);
    return text(result);
  };
  const std::string yes = "allowed FW104 filter/INPUT/1 by site/.fwsim.toml:7: reason\n", no = "FW104 w 3 never matches: no packet can be all that it asks for\n";
  for (const char* at : {"", "filter", "filter/INPUT", "filter/INPUT/1", "*.v4", "rules.v4", "site/rules.*"}) {
    INFO(at);
    CHECK(allowed(at) == yes);
  }
  CHECK(allowed("filter/INPUT/2") == no + "FW901 w 7 has no FW104 at filter/INPUT/2 to allow\n");
  CHECK(allowed("filter/INP") == no + "FW901 w 7 has no FW104 at filter/INP to allow\n");
  CHECK(allowed("old/*.v4") == no);   // another file's
}

TEST_CASE("settings choose checks and severities; the command line goes before them") {
  const Settings settings{.file = "s", .skip = {"duplicate"}, .severities = {{"FW104", Severity::error}, {"correlation", Severity::warning}, {"FW109", std::nullopt}}};
  const std::string lines = rule("") + "-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -p tcp -j DROP\n-A INPUT -j ACCEPT\n";
  const Ruleset ruleset = parse_ruleset(rules(lines), {.file = "r"}).ruleset;
  const auto ids = [&](const LintOptions& o) {
    std::string out;
    for (const Finding& f : lint(ruleset, nullptr, o, settings).findings)
      if (f.id < "FW2" ) out += fmt::format("{}{} ", f.id, "ewn"[static_cast<int>(f.severity)]);
    return out;
  };
  CHECK(ids({}).find("FW104e") != std::string::npos);
  CHECK(ids({}).find("FW113w") != std::string::npos);   // off by itself
  CHECK(ids({}).find("FW108") == std::string::npos);
  CHECK(ids({}).find("FW109") == std::string::npos);
  CHECK(ids({.only = {"FW108"}, .skip = {}}) == "FW108w ");
  CHECK(ids({.only = {"FW109"}, .skip = {}}) == "FW109n ");
}

TEST_CASE("what is odd in chains that programs make is left out and counted") {
  const char* text_of = "*filter\n:INPUT ACCEPT [0:0]\n:ufw-before-input - [0:0]\n:ufw-user-input - [0:0]\n-A INPUT -j ufw-before-input\n-A INPUT -j ufw-user-input\n"
                        "-A ufw-before-input -s 10.0.0.0/8 -j DROP\n-A ufw-before-input -s 10.1.0.0/16 -j ACCEPT\n"
                        "-A ufw-user-input -s 11.0.0.0/8 -j DROP\n-A ufw-user-input -s 11.1.0.0/16 -j ACCEPT\nCOMMIT\n";
  const test::Linted linted(text_of, {.only = {"FW101"}, .skip = {}});
  CHECK(linted.text() == "FW101 filter/ufw-user-input/2 by filter/ufw-user-input/1\n");
  REQUIRE(linted.result.left_out.size() == 1);
  CHECK(linted.result.left_out[0].manager == "ufw");
  CHECK(linted.result.left_out[0].findings == 1);
  CHECK(test::Linted(text_of, {.only = {"FW101"}, .skip = {}, .managed = true}).result.findings.size() == 2);
}

TEST_CASE("who made a chain") {
  const auto made = [](const std::string& chains, std::string_view chain) {
    std::string text_of = "*filter\n";
    for (std::string_view name : split(chains, ' ')) text_of += fmt::format(":{} - [0:0]\n", name);
    const Manager* manager = manager_of(parse_ruleset(text_of + "COMMIT\n").ruleset, chain);
    return std::string(manager ? manager->name : "");
  };
  CHECK(made("DOCKER", "DOCKER") == "docker");
  CHECK(made("DOCKER-USER", "DOCKER-USER") == "docker");
  CHECK(made("KUBE-SVC-X", "KUBE-SVC-X") == "kubernetes");
  CHECK(made("ufw6-user-input", "ufw6-user-input") == "ufw");
  // Names that anybody could choose count where the program left its signs.
  CHECK(made("IN_public", "IN_public") == "");
  CHECK(made("IN_public INPUT_direct INPUT_ZONES", "IN_public") == "firewalld");
  CHECK(made("net-fw", "net-fw") == "");
  CHECK(made("net-fw dynamic logflags", "net-fw") == "shorewall");
  CHECK(made("net-fw dynamic logflags f2b-sshd", "f2b-sshd") == "fail2ban");
  CHECK(made("dynamic logflags", "INPUT") == "");
}

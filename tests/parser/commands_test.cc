// The machine that answers commands, where no tool is needed to say what is right; against the tools it is compared by
// tests/commands.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "model/value.hh"
#include "parser/commands/machine.hh"
#include "parser/commands/script.hh"
#include "parser/parse.hh"
#include "parser/print.hh"

using namespace fwsim;

namespace {

std::vector<std::string> words(const std::string& line) {
  std::vector<std::string> list;
  for (const std::string_view word : split(line, ' ')) list.emplace_back(word);
  return list;
}

CommandResult run(Machine& machine, const std::string& line, const std::string& input = {}) {
  return machine.run({.argv = words(line), .input = input});
}

std::string saved(const Machine& machine, Family family = Family::v4) { return print_ruleset(machine.ruleset(family), {.counters = true}); }

}  // namespace

TEST_CASE("a table comes into being with its first use, and the last used is saved first") {
  Machine machine;
  CHECK(saved(machine).empty());
  CHECK(run(machine, "iptables -t nat -S").status == 0);
  CHECK(run(machine, "iptables -A INPUT -p nosuch").status == 2);
  CHECK(machine.tables(Family::v4).all().size() == 1);   // what cannot be read uses no table
  CHECK(run(machine, "iptables -D INPUT 7").status == 1);
  CHECK(saved(machine) ==
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"
        "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n");
  CHECK(saved(machine, Family::v6).empty());
}

TEST_CASE("a command that fails changes nothing") {
  Machine machine;
  for (const char* line : {"iptables -N A", "iptables -N B", "iptables -A A -j B", "iptables -A INPUT -j A", "iptables -A INPUT -s 10.0.0.1 -j ACCEPT -c 5 600"})
    CHECK(run(machine, line).status == 0);
  const std::string before = saved(machine);
  for (const char* line : {
           "iptables -A B -j A",                                        // a loop
           "iptables -I B -p tcp -j A",
           "iptables -R A 1 -j A",
           "iptables -D INPUT -s 10.0.0.1,10.0.0.2 -j ACCEPT",          // the second is not there
           "iptables -A INPUT -s 10.0.0.1,10.0.0.2 -j SNAT --to 1.2.3.4",
           "iptables -A OUTPUT -m mac --mac-source 02:00:00:00:00:01",  // no such hook
           "iptables -X A", "iptables -X", "iptables -E A B", "iptables -P A DROP", "iptables -I INPUT 9 -j ACCEPT", "iptables -N ACCEPT"}) {
    INFO(line);
    const CommandResult result = run(machine, line);
    CHECK(result.status != 0);
    CHECK(result.effects.empty());
    CHECK(saved(machine) == before);
  }
}

TEST_CASE("what a command did is told") {
  using Kind = CommandEffect::Kind;
  Machine machine;
  auto effects = run(machine, "iptables -A INPUT -s 10.0.0.1,10.0.0.2 -j ACCEPT").effects;
  REQUIRE(effects.size() == 2);
  CHECK(effects[0].kind == Kind::rule_added);
  CHECK(effects[1].chain == "INPUT");
  CHECK(effects[1].number == 2);
  CHECK(effects[1].text == "-s 10.0.0.2/32 -j ACCEPT");

  effects = run(machine, "ip6tables -t mangle -P FORWARD DROP").effects;
  REQUIRE(effects.size() == 1);
  CHECK(effects[0].kind == Kind::policy_set);
  CHECK(effects[0].family == Family::v6);
  CHECK(effects[0].table == TableId::mangle);
  CHECK(effects[0].text == "DROP");

  effects = run(machine, "iptables -R INPUT 1 -j DROP").effects;
  REQUIRE(effects.size() == 2);
  CHECK(effects[0].kind == Kind::rule_removed);
  CHECK(effects[0].text == "-s 10.0.0.1/32 -j ACCEPT");
  CHECK(effects[1].text == "-j DROP");

  run(machine, "iptables -N A");
  effects = run(machine, "iptables -E A B").effects;
  REQUIRE(effects.size() == 1);
  CHECK(effects[0].kind == Kind::chain_renamed);
  CHECK(effects[0].chain == "A");
  CHECK(effects[0].text == "B");
  effects = run(machine, "iptables -X").effects;
  REQUIRE(effects.size() == 1);
  CHECK(effects[0].chain == "B");
  CHECK(run(machine, "iptables -F INPUT").effects.size() == 2);
  CHECK(run(machine, "iptables -S").effects.empty());
}

TEST_CASE("iptables-restore changes each table at its COMMIT") {
  Machine machine;
  const auto result = run(machine, "iptables-restore",
                          "*filter\n-A INPUT -j DROP\nCOMMIT\n"
                          "*mangle\n-A INPUT -j MARK --set-mark 1\n-A NOWHERE -j ACCEPT\nCOMMIT\n");
  CHECK(result.status == 1);
  CHECK(result.err == "iptables-restore: line 6 failed\n");
  CHECK(result.effects.size() == 1);   // of the table that was changed
  CHECK(saved(machine).find("-A INPUT -j DROP") != std::string::npos);
  CHECK(saved(machine).find("MARK") == std::string::npos);
  run(machine, "iptables-restore --test", "*filter\nCOMMIT\n");
  CHECK(saved(machine).find("-A INPUT -j DROP") != std::string::npos);
  run(machine, "iptables-restore --noflush", "*filter\n-A INPUT -j ACCEPT\nCOMMIT\n");
  CHECK(saved(machine).find("-A INPUT -j DROP\n[0:0] -A INPUT -j ACCEPT") != std::string::npos);
  run(machine, "iptables-restore", "*filter\nCOMMIT\n");
  CHECK(saved(machine).find("-A") == std::string::npos);
}

TEST_CASE("a copy is a machine of its own, and the saved text makes the same one again") {
  Machine machine;
  for (const char* line : {"ipset create s hash:net", "ipset add s 10.0.0.0/8", "iptables -N A", "iptables -A A -m set --match-set s src -j DROP", "iptables -A INPUT -g A -c 3 400"})
    CHECK(run(machine, line).status == 0);
  Machine copy = machine;
  CHECK(run(copy, "iptables -F").status == 0);
  CHECK(run(copy, "ipset destroy s").status == 0);
  CHECK(run(machine, "ipset test s 10.1.2.3").status == 0);
  CHECK(run(machine, "ipset destroy s").status == 1);

  Machine again;
  CHECK(run(again, "iptables-restore -c", saved(machine)).status == 2);   // the set is not there
  CHECK(run(again, "ipset restore", run(machine, "ipset save").out).status == 0);
  CHECK(run(again, "iptables-restore -c", saved(machine)).status == 0);
  CHECK(saved(again) == saved(machine));
  Machine loaded;
  loaded.load(machine.ruleset(Family::v4));
  CHECK(saved(loaded) == saved(machine));
  CHECK(run(loaded, "iptables -v -S A").out == "-N A\n-A A -m set --match-set s src -c 0 0 -j DROP\n");
}

TEST_CASE("the time of a saved text is an argument") {
  Machine machine;
  const auto result = machine.run({.argv = {"iptables-save", "-t", "raw"}, .now = 86400});
  CHECK(result.out.starts_with("# Generated by iptables-save v1.8.9 on "));
  CHECK(result.out.find(" 1970\n*raw\n") != std::string::npos);
}

TEST_CASE("the word that is at fault is known") {
  Machine machine;
  CHECK(run(machine, "iptables -A INPUT -p tcp --dport nonsense").word == 6);
  CHECK(run(machine, "iptables -A INPUT --nosuch").word == 3);
  CHECK(run(machine, "iptables -t nosuch -L").word == 2);
  CHECK(run(machine, "iptables -A INPUT -j NOSUCH").word == 4);
  CHECK(run(machine, "ipset add nosuch 1.2.3.4").word == 2);
  CHECK(run(machine, "ipset nosuch").word == 1);
}

TEST_CASE("commands are cut as a shell cuts them") {
  const Script script = read_script(
      "# a comment\n"
      "iptables -A INPUT -m comment --comment \"a b\" -j ACCEPT   # why\n"
      "\n"
      "iptables -A INPUT \\\n   --in-interface 'eth 0' -j D\\ROP\n"
      "/sbin/ip6tables -L ''\n",
      "f");
  CHECK(script.diagnostics.empty());
  REQUIRE(script.commands.size() == 3);
  CHECK(script.commands[0].argv == std::vector<std::string>{"iptables", "-A", "INPUT", "-m", "comment", "--comment", "a b", "-j", "ACCEPT"});
  CHECK(script.commands[0].places[6].column == 40);
  CHECK(script.commands[1].argv == std::vector<std::string>{"iptables", "-A", "INPUT", "--in-interface", "eth 0", "-j", "DROP"});
  CHECK(script.commands[1].places[3].line == 5);
  CHECK(script.commands[1].places[3].column == 4);
  CHECK(script.commands[2].argv == std::vector<std::string>{"/sbin/ip6tables", "-L", ""});
}

TEST_CASE("shell language is a fault of its line") {
  for (const char* line : {"iptables -A INPUT -s $LAN -j ACCEPT", "iptables -L | grep x", "for i in 1 2", "LAN=10.0.0.0/8", "iptables -L > x", "iptables -S; iptables -L",
                           "iptables -A INPUT -s \"$LAN\"", "iptables -A INPUT -s `cat x`", "iptables -A INPUT --comment 'open", "sudo iptables -L", "echo hello", "*filter",
                           "iptables-restore", "ipset restore", "iptables -A INPUT --dports {80,443}"}) {
    INFO(line);
    const Script script = read_script(std::string("\n  ") + line + "\niptables -S\n", "file.txt");
    REQUIRE(!script.diagnostics.empty());
    CHECK(script.diagnostics[0].line == 2);
    CHECK(script.diagnostics[0].column >= 3);
    CHECK(script.diagnostics[0].file == "file.txt");
    CHECK(script.commands.size() <= 1);
  }
  CHECK(read_script("iptables -A INPUT -m comment --comment '$5 | <x>' -j ACCEPT", "f").diagnostics.empty());
}

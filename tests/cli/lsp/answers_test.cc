// What fwsim lsp answers about a document.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "parser/parse.hh"
#include "parser/print.hh"
#include "tests/cli/lsp/rules.hh"

using namespace fwsim;
using namespace fwsim::test;
using Client = LspClientProcess;

namespace {

std::set<std::string> labels(const Json& items) {
  std::set<std::string> out;
  for (const Json& item : items) out.insert(item["label"].get<std::string>());
  return out;
}

}  // namespace

TEST_CASE("lsp: hover says what the word means, what the rule does and which packets come to it") {
  Client client({"--answer", "60"});
  client.initialize(able);
  client.open(uri, rules);
  const auto hover = [&](std::size_t line, std::size_t character) { return client.request("textDocument/hover", at(line, character))["result"]; };
  const auto words = [&](std::size_t line, std::size_t character) { return hover(line, character)["contents"]["value"].get<std::string>(); };
  CHECK(hover(6, 30)["contents"]["kind"] == "markdown");
  CHECK(hover(6, 30)["range"] == range(6, 24, 34));
  const std::string option = words(6, 30);
  for (const char* part : {"```\n--dport port[:port]\n```", "tcp: destination port or range", "- with ! before it: all others", "**filter/INPUT/1**", "TCP to port 22 is accepted.", "counted: 7 packets, 400 bytes", "packets come to it: tcp "}) {
    INFO(part);
    CHECK(option.find(part) != std::string::npos);
  }
  CHECK(words(7, 0).find("never matches: filter/INPUT/1 (/nowhere/rules.v4:7) takes all its packets first") != std::string::npos);
  CHECK(words(7, 0).find("counted") == std::string::npos);
  CHECK(words(8, 31).find("filter/WEB: called by filter/INPUT/3 (/nowhere/rules.v4:9) (INPUT); 1 rule, what none of them decides goes back") == 0);
  CHECK(words(5, 2).find("filter/WEB: called by filter/INPUT/3") == 0);
  CHECK(words(9, 12).find("note: a \\*b\\*") != std::string::npos);   // what rules say is no Markdown
  CHECK(words(9, 46).find("the packet passes this table at this hook") != std::string::npos);
  CHECK(words(1, 1).find("table filter, with rules at INPUT, FORWARD, OUTPUT") != std::string::npos);
  CHECK(words(2, 2).find("counted: 5 packets, 300 bytes") != std::string::npos);
  CHECK(hover(0, 3).is_null());
  CHECK(hover(10, 1).is_null());
  // Of a file with faults what needs no proof.
  client.change(uri, 2, rules + "rubbish\n");
  CHECK(words(6, 30).find("TCP to port 22 is accepted.") != std::string::npos);
  CHECK(words(6, 30).find("which packets come to it is told when the file has no faults") != std::string::npos);
}

TEST_CASE("lsp: definition, references and symbols") {
  Client client;
  client.initialize();
  client.open(uri, rules);
  CHECK(client.request("textDocument/definition", at(9, 4))["result"]["range"] == range(5, 1, 4));
  CHECK(client.request("textDocument/definition", at(6, 20))["result"].is_null());
  Json asked = at(8, 30);
  asked["context"]["includeDeclaration"] = true;
  const Json all = client.request("textDocument/references", asked)["result"];
  REQUIRE(all.size() == 3);
  CHECK(all[0]["range"] == range(5, 1, 4));
  CHECK(all[1]["range"] == range(8, 30, 33));
  CHECK(all[2]["range"] == range(9, 3, 6));
  asked["context"]["includeDeclaration"] = false;
  CHECK(client.request("textDocument/references", asked)["result"].size() == 2);
  const Json symbols = client.request("textDocument/documentSymbol", {{"textDocument", {{"uri", uri}}}})["result"];
  REQUIRE(symbols.size() == 1);
  CHECK(symbols[0]["name"] == "filter");
  CHECK(symbols[0]["range"]["end"]["line"] == 10);
  REQUIRE(symbols[0]["children"].size() == 4);
  CHECK(symbols[0]["children"][0]["detail"] == "DROP, 3 rules");
  CHECK(symbols[0]["children"][3]["name"] == "WEB");
  CHECK(symbols[0]["children"][3]["detail"] == "1 rule");
  CHECK(symbols[0]["children"][3]["selectionRange"] == range(5, 1, 4));
  // Names within others, other tables, ways to write a jump, a chain without declaration, a fault on the line.
  client.change(uri, 2,
                "*nat\n:WEB - [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n-N WEB\n:WEB2 - [0:0]\n-A INPUT -jWEB\n-A INPUT --jump=WEB\n-A INPUT -g WEB -m oops --x\n-A WEB2 -j WEB2\nCOMMIT\n");
  const Json ways = client.request("textDocument/references", at(7, 12))["result"];
  REQUIRE(ways.size() == 4);
  CHECK(ways[0]["range"] == range(5, 3, 6));
  CHECK(ways[1]["range"] == range(7, 11, 14));
  CHECK(ways[2]["range"] == range(8, 16, 19));
  CHECK(ways[3]["range"] == range(9, 12, 15));
  CHECK(client.request("textDocument/definition", at(8, 17))["result"]["range"] == range(5, 3, 6));
  client.change(uri, 3, "*filter\n-A INPUT -j DROP\n-A INPUT -j ACCEPT\nCOMMIT\n");
  CHECK(client.request("textDocument/definition", at(2, 4))["result"]["range"] == range(1, 3, 8));
}

TEST_CASE("lsp: a chain gets another name") {
  Client client;
  client.initialize();
  client.open(uri, rules);
  const auto rename = [&](const Json& place, const std::string& name) {
    Json params = place;
    params["newName"] = name;
    return client.request("textDocument/rename", params);
  };
  CHECK(client.request("textDocument/prepareRename", at(8, 30))["result"] == Json{{"range", range(8, 30, 33)}, {"placeholder", "WEB"}});
  CHECK(client.request("textDocument/prepareRename", at(8, 4))["result"].is_null());
  std::string expected = rules;
  for (std::size_t found; (found = expected.find("WEB")) != std::string::npos;) expected.replace(found, 3, "SHOP");
  CHECK(with(rules, rename(at(8, 30), "SHOP")["result"]["changes"][uri]) == expected);
  for (const char* bad : {"", "-x", "a b", "DROP", "REJECT", "INPUT", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) CHECK(rename(at(8, 30), bad)["error"]["code"] == -32803);
  CHECK(rename(at(8, 4), "IN")["error"]["message"] == "built-in chains keep their names");
  CHECK(rename(at(8, 14), "IN")["error"]["message"] == "here is no name of a chain");
}

TEST_CASE("lsp: completion goes by what the line has so far") {
  Client client;
  client.initialize();
  int version = 1;
  client.open(uri, rules);
  const auto items = [&](const std::string& line) {
    client.change(uri, ++version, "*filter\n:INPUT ACCEPT [0:0]\n:WEB - [0:0]\n" + line + "\nCOMMIT\n");
    return client.request("textDocument/completion", at(3, line.size()))["result"];
  };
  const auto offered = [&](const std::string& line) { return labels(items(line)); };
  CHECK(offered("*") == std::set<std::string>{"*filter", "*mangle", "*nat", "*raw", "*security"});
  CHECK(offered(":") == std::set<std::string>{"FORWARD ACCEPT [0:0]", "OUTPUT ACCEPT [0:0]"});
  CHECK(offered(":FORWARD ") == std::set<std::string>{"ACCEPT", "DROP"});
  CHECK(offered("-A ") == std::set<std::string>{"INPUT", "WEB"});
  CHECK(offered("-P INPUT ") == std::set<std::string>{"ACCEPT", "DROP"});
  CHECK(offered("").contains("-A WEB"));
  CHECK(offered("").contains("COMMIT"));
  CHECK(offered("-A INPUT -g ") == std::set<std::string>{"WEB"});
  const auto options = offered("-A INPUT -p tcp --dport 22 --");
  for (const char* there : {"--sport", "--syn", "--match", "--jump"}) CHECK(options.contains(there));
  for (const char* not_there : {"--dport", "--protocol", "--append", "--line-numbers", "--ctstate"}) CHECK_FALSE(options.contains(not_there));   // given, or not loaded
  const auto jumps = offered("-A INPUT -j ");
  for (const char* there : {"ACCEPT", "WEB", "REJECT", "LOG"}) CHECK(jumps.contains(there));
  for (const char* not_there : {"INPUT", "MASQUERADE", "HL"}) CHECK_FALSE(jumps.contains(not_there));   // built in, of nat, of IPv6
  CHECK(offered("-A INPUT -m ").contains("conntrack"));
  CHECK(offered("-A INPUT -p ").contains("udp"));
  CHECK(offered("-A INPUT -p tcp --dport ").contains("ssh"));
  CHECK(offered("-A INPUT -p icmp --icmp-type ").contains("echo-request"));
  CHECK(offered("-A INPUT -j REJECT --reject-with ").contains("tcp-reset"));
  CHECK(offered("-A INPUT ! ") == std::set<std::string>{"-s", "-d", "-i", "-o", "-p", "-f"});
  CHECK(offered("-A INPUT -m comment --comment \"a ").empty());
  CHECK(offered("# -").empty());
  const Json states = items("[1:2] -A INPUT -m conntrack --ctstate NEW,EST");
  const auto established = std::find_if(states.begin(), states.end(), [](const Json& item) { return item["label"] == "ESTABLISHED"; });
  REQUIRE(established != states.end());
  CHECK((*established)["textEdit"]["range"] == range(3, 42, 45));
  const Json item = items("-A INPUT -m conntrack --ct")[0];
  CHECK(item["label"] == "--ctstate");
  CHECK(item["textEdit"]["range"] == range(3, 22, 26));
  CHECK(item["documentation"]["kind"] == "plaintext");
  CHECK(item["documentation"]["value"].get<std::string>().find("conntrack: the packet is in one of these states") != std::string::npos);
}

TEST_CASE("lsp: fixes are proved before they are offered") {
  Client client({"--pause", "0", "--answer", "60"});
  client.initialize(able);
  const std::string text = rules.substr(0, rules.find("COMMIT")) + "-A INPUT -i lo -j ACCEPT\n-A INPUT -i lo -p udp -j DROP\nCOMMIT\n";
  client.open(uri, text);
  judged(client, 1, "FW108");
  const auto actions = [&](std::size_t line, const Json& only = nullptr) {
    Json params{{"textDocument", {{"uri", uri}}}, {"range", range(line, 0, 0)}, {"context", {{"diagnostics", Json::array()}}}};
    if (!only.is_null()) params["context"]["only"] = only;
    return client.request("textDocument/codeAction", params)["result"];
  };
  const Json twice = actions(7);
  REQUIRE(twice.size() == 2);
  CHECK(twice[0]["title"] == "delete the rule: no packet is treated differently (FW108)");
  CHECK(twice[0]["kind"] == "quickfix");
  CHECK(twice[0]["isPreferred"] == true);
  CHECK(twice[0]["diagnostics"][0]["code"] == "FW108");
  std::string without = text;
  without.erase(without.find("-A INPUT -p tcp -m tcp --dport 22"), std::string("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n").size());
  CHECK(with(text, twice[0]["edit"]["changes"][uri]) == without);
  CHECK(twice[1]["title"].get<std::string>().find("allow FW108 here") == 0);
  CHECK(with(text, twice[1]["edit"]["changes"][uri]).find("\n# fwsim: allow FW108 \n-A INPUT -p tcp -m tcp --dport 22") != std::string::npos);
  // What was meant for something is said to be.
  const Json shadowed = actions(11);
  const auto deleted = std::find_if(shadowed.begin(), shadowed.end(), [](const Json& a) { return a["title"].get<std::string>().find("delete the rule") == 0; });
  REQUIRE(deleted != shadowed.end());
  CHECK((*deleted)["title"] == "delete the rule: no packet would notice, but what it was meant for does not happen (FW101)");
  CHECK((*deleted)["isPreferred"] == false);
  CHECK(actions(0).empty());
  CHECK(actions(7, {"refactor"}).empty());
  const Json all = actions(0, {"source.fixAll"});
  REQUIRE(all.size() == 1);
  CHECK(all[0]["kind"] == "source.fixAll.fwsim");
  CHECK(with(text, all[0]["edit"]["changes"][uri]) == without);
  // Nothing of an older text.
  client.change(uri, 2, text + "rubbish\n");
  CHECK(actions(7).empty());
}

TEST_CASE("lsp: formatting writes what fmt would, where it stands") {
  Client client({"--pause", "600", "--answer", "60"});
  client.initialize();
  client.open(uri, rules);
  const auto format = [&] { return client.request("textDocument/formatting", {{"textDocument", {{"uri", uri}}}, {"options", Json::object()}}); };
  CHECK(with(rules, format()["result"]) ==
        "# by hand\n*filter\n:INPUT DROP [5:300]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:WEB - [0:0]\n"
        "[7:400] -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
        "-A INPUT -p tcp -m tcp --dport 80 -j WEB\n-A WEB -m comment --comment \"a *b*\" -j ACCEPT\nCOMMIT\n");
  const Json part = client.request("textDocument/rangeFormatting", {{"textDocument", {{"uri", uri}}}, {"range", range(8, 0, 3)}, {"options", Json::object()}})["result"];
  REQUIRE(part.size() == 1);
  CHECK(part[0]["range"] == range(8, 17, 17));
  client.change(uri, 2, "*filter\n:INPUT ACCEPT\n-A INPUT -s 10.0.0.1,10.0.0.2 -c 5 6 -j DROP\n-4 -A INPUT   -j DROP\nCOMMIT");
  CHECK(with("*filter\n:INPUT ACCEPT\n-A INPUT -s 10.0.0.1,10.0.0.2 -c 5 6 -j DROP\n-4 -A INPUT   -j DROP\nCOMMIT", format()["result"]) ==
        "*filter\n:INPUT ACCEPT [0:0]\n[5:6] -A INPUT -s 10.0.0.1/32 -j DROP\n[5:6] -A INPUT -s 10.0.0.2/32 -j DROP\n-4 -A INPUT   -j DROP\nCOMMIT");
  client.change(uri, 3, rules + "rubbish\n");
  CHECK(format()["error"]["message"] == "the file has faults: without them it can be formatted");
  client.change(uri, 4, "*filter\n-A INPUT -j DROP\n-D INPUT 1\nCOMMIT\n");
  CHECK(format()["error"]["message"].get<std::string>().find("the file has commands that change rules before them") == 0);
  // All rulesets there are: the same rules, and nothing to do the second time.
  int version = 4, files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(FWSIM_SOURCE_DIR) + "/corpora/rulesets")) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".v4" && entry.path().extension() != ".v6") continue;
    const std::string text = read_file(entry.path().string());
    INFO(name);
    client.change(uri, ++version, text);
    const Json answer = format();
    if (answer.contains("error")) continue;
    ++files;
    const std::string formatted = with(text, answer["result"]);
    const LspDocument now(uri, "/nowhere/rules.v4", 1, text, PositionUnits::utf16);
    const ParseOptions options{.file = "r", .family = now.family()};
    CHECK(print_ruleset(parse_ruleset(formatted, options).ruleset, {.counters = true}) == print_ruleset(parse_ruleset(text, options).ruleset, {.counters = true}));
    client.change(uri, ++version, formatted);
    CHECK(format()["result"].empty());
  }
  CHECK(files > 5);
}

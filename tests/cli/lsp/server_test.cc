// fwsim lsp as editors run it.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "cli/lsp/document.hh"
#include "parser/parse.hh"
#include "parser/print.hh"
#include "tests/cli/lsp/client.hh"
#include "tests/cli/run.hh"

using namespace fwsim;
using fwsim::test::Folder;
using Client = fwsim::test::LspClientProcess;

namespace {

const std::string uri = "file:///nowhere/rules.v4";
const std::string rules =
    "# by hand\n*filter\n:INPUT DROP [5:300]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:WEB - [0:0]\n"
    "[7:400] -A INPUT -p tcp --dport 22   -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
    "-A INPUT -p tcp --dport 80 -j WEB\n-A WEB -m comment --comment \"a *b*\" -j ACCEPT\nCOMMIT\n";

const Json able{{"textDocument",
                 {{"hover", {{"contentFormat", {"markdown", "plaintext"}}}},
                  {"publishDiagnostics", {{"relatedInformation", true}, {"tagSupport", {{"valueSet", {1, 2}}}}}},
                  {"codeAction", {{"codeActionLiteralSupport", Json::object()}, {"disabledSupport", true}}}}}};

Json at(std::size_t line, std::size_t character) { return {{"textDocument", {{"uri", uri}}}, {"position", {{"line", line}, {"character", character}}}}; }
Json range(std::size_t line, std::size_t from, std::size_t end) { return {{"start", {{"line", line}, {"character", from}}}, {"end", {{"line", line}, {"character", end}}}}; }

const Json* coded(const Json& diagnostics, const std::string& code) {
  for (const Json& d : diagnostics)
    if (d.value("code", "") == code) return &d;
  return nullptr;
}

// The findings of the document, as they are shown in the end.
Json judged(Client& client, int version, const std::string& code) {
  for (;;)
    if (Json shown = client.shown(uri, version); coded(shown, code)) return shown;
}

std::string with(const std::string& text, const Json& edits, PositionUnits units = PositionUnits::utf16) {
  LspDocument d(uri, "rules.v4", 1, text, units);
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) d.change(2, Json::array({{{"range", edit->at("range")}, {"text", edit->at("newText")}}}));
  return d.text();
}

std::set<std::string> labels(const Json& items) {
  std::set<std::string> out;
  for (const Json& item : items) out.insert(item["label"].get<std::string>());
  return out;
}

}  // namespace

TEST_CASE("lsp: begins with initialize, ends with shutdown and exit") {
  Client client;
  CHECK(client.request("textDocument/hover", at(0, 0))["error"]["code"] == -32002);
  const Json capabilities = client.initialize()["result"]["capabilities"];
  CHECK(capabilities["positionEncoding"] == "utf-16");
  CHECK(capabilities["textDocumentSync"]["change"] == 2);
  for (const char* provider : {"hoverProvider", "definitionProvider", "referencesProvider", "documentSymbolProvider", "documentFormattingProvider", "documentRangeFormattingProvider"}) CHECK(capabilities[provider] == true);
  for (const char* provider : {"renameProvider", "completionProvider", "codeActionProvider"}) CHECK(capabilities[provider].is_object());
  CHECK(client.request("initialize", {{"capabilities", Json::object()}})["error"]["code"] == -32600);
  CHECK(client.request("textDocument/unheardOf", at(0, 0))["error"]["code"] == -32601);
  CHECK(client.request("$/unheardOf", nullptr)["error"]["code"] == -32601);
  client.notify("$/unheardOf", nullptr);
  CHECK(client.request("textDocument/hover", at(0, 0))["error"]["code"] == -32602);   // not open
  CHECK(client.request("textDocument/hover", {{"textDocument", 7}})["error"]["code"] == -32602);
  CHECK(client.request("shutdown", nullptr)["result"].is_null());
  CHECK(client.request("textDocument/hover", at(0, 0))["error"]["code"] == -32600);
  client.notify("exit", nullptr);
  CHECK(client.end() == 0);
  Client left;
  left.initialize();
  CHECK(left.end() == 1);
  Client early;
  early.notify("exit", nullptr);
  CHECK(early.end() == 1);
}

TEST_CASE("lsp: what is no message is refused, and the next is answered") {
  Client client;
  client.initialize();
  const auto refused = [&](const std::string& body, int code) {
    client.raw("Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    CHECK(client.wait([](const Json& m) { return m.contains("error"); })["error"]["code"] == code);
  };
  refused("{", -32700);
  refused("[]", -32600);
  refused("3", -32600);
  refused("{\"id\":1}", -32600);
  refused("{\"id\":1,\"method\":5}", -32600);
  client.raw("rubbish\r\n\r\n");
  CHECK(client.wait([](const Json& m) { return m.contains("error"); })["error"]["code"] == -32700);
  client.raw("Content-Length: 24\r\n\r\n{\"id\":1,\"result\":\"none\"}   ");   // a response to nothing; blanks behind it
  client.notify("textDocument/didChange", {{"textDocument", 1}});               // told to the log
  CHECK(client.wait([](const Json& m) { return m.value("method", "") == "window/logMessage"; })["params"]["type"] == 2);
  client.open(uri, rules);
  CHECK(client.request("textDocument/definition", at(8, 30))["result"]["range"] == range(5, 1, 4));
}

TEST_CASE("lsp: faults at once, findings after a pause, of the version that there is") {
  Client client({"--pause", "0.05"});
  client.initialize(able);
  client.open(uri, "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp --dprot 22 -j ACCEPT\n-A INPUT -j ACCEPT\n-A INPUT -j ACCEPT\nCOMMIT\n");
  const Json faults = client.shown(uri, 1);
  REQUIRE(faults.size() == 1);   // nothing is proved of what is not whole
  CHECK(faults[0]["code"] == "unknown-option");
  CHECK(faults[0]["severity"] == 1);
  CHECK(faults[0]["source"] == "fwsim");
  CHECK(faults[0]["range"] == range(2, 16, 23));
  CHECK(faults[0]["message"].get<std::string>().find("did you mean --dport?") != std::string::npos);
  client.change(uri, 2, rules);
  CHECK(client.shown(uri, 2).empty());   // the fault is gone before anything is proved
  const Json found = client.shown(uri, 2);
  const Json* twice = coded(found, "FW108");
  REQUIRE(twice != nullptr);
  CHECK((*twice)["severity"] == 2);
  CHECK((*twice)["range"] == range(7, 0, 43));
  CHECK((*twice)["tags"] == Json::array({1}));
  CHECK((*twice)["message"].get<std::string>().find("filter/INPUT/2 repeats filter/INPUT/1") == 0);
  const Json& related = (*twice)["relatedInformation"][0];
  CHECK(related["location"]["uri"] == uri);
  CHECK(related["location"]["range"] == range(6, 0, 46));
  CHECK(related["message"] == "filter/INPUT/1: -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT");
  // As many as lint has.
  const Folder folder;
  const auto linted = Json::parse(fwsim::test::fwsim("lint --format json --fail-on never " + folder.write("rules.v4", rules), "2>/dev/null").out);
  CHECK(found.size() == linted["rulesets"][0]["findings"].size());
  client.notify("textDocument/didClose", {{"textDocument", {{"uri", uri}}}});
  CHECK(client.wait([](const Json& m) { return m.value("method", "") == "textDocument/publishDiagnostics"; })["params"]["diagnostics"].empty());
}

TEST_CASE("lsp: a change ends what is judged, and saving ends the pause") {
  Client client({"--pause", "600"});
  client.initialize(able);
  client.open(uri, rules);
  for (int version = 2; version < 50; ++version) client.change(uri, version, rules + "# " + std::to_string(version) + "\n");
  CHECK(client.request("textDocument/definition", at(8, 30))["result"].is_object());
  CHECK(client.rest(std::chrono::milliseconds(300)).empty());   // it waits for the next key
  client.notify("textDocument/didSave", {{"textDocument", {{"uri", uri}}}});
  CHECK(coded(judged(client, 49, "FW108"), "FW108") != nullptr);
}

TEST_CASE("lsp: settings beside the ruleset apply, and their faults are theirs") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules), own = "file://" + file, settings = "file://" + folder / ".fwsim.toml";
  folder.write(".fwsim.toml", "[lint]\nonly = [\"FW108\"]\nseverity = { FW108 = \"error\" }\n[[allow]]\nid = \"FW101\"\nreason = \"old\"\n");
  Client client({"--pause", "0"});
  client.initialize(able, folder.path.string());
  client.open(own, rules);
  const Json found = client.shown(own, 1);
  REQUIRE(found.size() == 1);
  CHECK(found[0]["severity"] == 1);
  CHECK(found[0]["message"].get<std::string>().find("(rules.v4:7)") != std::string::npos);   // named from where the server works
  folder.write(".fwsim.toml", "[lint]\nonly = [\"FW999\"]\n");
  client.notify("workspace/didChangeWatchedFiles", {{"changes", Json::array()}});
  CHECK(client.shown(own, 1)[0]["message"] == "not judged by lint: its settings, or its host, have faults");
  const Json elsewhere = client.shown(settings, 1);
  REQUIRE(elsewhere.size() == 1);
  CHECK(elsewhere[0]["range"]["start"]["line"] == 1);
  CHECK(elsewhere[0]["severity"] == 1);
  folder.write(".fwsim.toml", "");
  client.notify("textDocument/didSave", {{"textDocument", {{"uri", own}}}});
  CHECK(client.shown(settings, 1).empty());
}

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

TEST_CASE("lsp: what takes too long is left out, and that is said") {
  std::string many = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n";
  for (int i = 0; i < 3000; ++i) many += "-A INPUT -s 10." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".0/24 -p tcp -m tcp --dport " + std::to_string(1 + i) + " -j ACCEPT\n";
  many += "COMMIT\n";
  Client client({"--pause", "0", "--seconds", "0", "--answer", "0"});
  client.initialize();
  client.open(uri, many);
  CHECK(client.shown(uri, 1)[0]["message"].get<std::string>().find("not judged by lint, which would take longer than 0 s") == 0);
  CHECK(client.request("textDocument/hover", at(100, 0))["error"]["message"] == "the answer takes longer than 0 s");
  Client slower({"--pause", "600", "--answer", "600"});
  slower.initialize();
  slower.open(uri, many);
  for (int id = 100; id < 140; ++id) slower.ask(id, "textDocument/hover", at(100, 0));
  for (int id = 100; id < 140; ++id) slower.notify("$/cancelRequest", {{"id", id}});
  for (int id = 100; id < 140; ++id) {
    const Json answer = slower.answer(id);
    const bool good = answer.contains("result") || answer["error"]["code"] == -32800;
    CHECK(good);
  }
}

TEST_CASE("lsp: definition, references and symbols") {
  Client client;
  client.initialize();
  client.open(uri, rules);
  CHECK(client.request("textDocument/definition", at(9, 4))["result"]["range"] == range(5, 1, 4));
  CHECK(client.request("textDocument/definition", at(6, 12))["result"].is_null());
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

TEST_CASE("lsp: bytes where both sides agree on them") {
  Client client;
  const Json capabilities = client.initialize({{"general", {{"positionEncodings", {"utf-8", "utf-16"}}}}})["result"]["capabilities"];
  CHECK(capabilities["positionEncoding"] == "utf-8");
  const std::string text = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m comment --comment \"\xc3\xa4 \xf0\x9f\x99\x82\" -j DRPO\nCOMMIT\n";
  client.open(uri, text);
  CHECK(client.shown(uri, 1)[0]["range"] == range(2, 43, 47));
  Client other;
  other.initialize();
  other.open(uri, text);
  CHECK(other.shown(uri, 1)[0]["range"] == range(2, 40, 44));
  other.notify("textDocument/didChange", {{"textDocument", {{"uri", uri}, {"version", 2}}}, {"contentChanges", Json::array({{{"range", range(2, 40, 44)}, {"text", "DROP"}}})}});
  CHECK(other.shown(uri, 2).empty());
}

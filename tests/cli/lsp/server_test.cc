// fwsim lsp as editors run it: the protocol, and what is shown without being asked for.
#include <doctest/doctest.h>

#include <string>

#include "tests/cli/lsp/rules.hh"
#include "tests/cli/run.hh"

using namespace fwsim;
using namespace fwsim::test;
using Client = LspClientProcess;

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

TEST_CASE("lsp: of a very long file comes first what needs no comparison of rules") {
  std::string text = rules;
  for (int i = 0; i < 20'000; ++i) text += "#\n";
  Client client({"--pause", "0"});
  client.initialize(able);
  client.open(uri, text);
  const Json some = client.shown(uri, 1), all = client.shown(uri, 1);
  CHECK(coded(some, "FW301") != nullptr);
  CHECK(coded(some, "FW108") == nullptr);
  CHECK(coded(all, "FW301") != nullptr);
  CHECK(coded(all, "FW108") != nullptr);
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

// A ruleset that an editor has open, and places in it.
#pragma once

#include <string>

#include "cli/lsp/document.hh"
#include "tests/cli/lsp/client.hh"

namespace fwsim::test {

inline const std::string uri = "file:///nowhere/rules.v4";
inline const std::string rules =
    "# by hand\n*filter\n:INPUT DROP [5:300]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:WEB - [0:0]\n"
    "[7:400] -A INPUT -p tcp --dport 22   -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
    "-A INPUT -p tcp --dport 80 -j WEB\n-A WEB -m comment --comment \"a *b*\" -j ACCEPT\nCOMMIT\n";

inline const Json able{{"textDocument",
                 {{"hover", {{"contentFormat", {"markdown", "plaintext"}}}},
                  {"publishDiagnostics", {{"relatedInformation", true}, {"tagSupport", {{"valueSet", {1, 2}}}}}},
                  {"codeAction", {{"codeActionLiteralSupport", Json::object()}, {"disabledSupport", true}}}}}};

inline Json at(std::size_t line, std::size_t character) { return {{"textDocument", {{"uri", uri}}}, {"position", {{"line", line}, {"character", character}}}}; }
inline Json range(std::size_t line, std::size_t from, std::size_t end) { return {{"start", {{"line", line}, {"character", from}}}, {"end", {{"line", line}, {"character", end}}}}; }

inline const Json* coded(const Json& diagnostics, const std::string& code) {
  for (const Json& d : diagnostics)
    if (d.value("code", "") == code) return &d;
  return nullptr;
}

// The diagnostics of the version that have one of this code.
inline Json judged(LspClientProcess& client, int version, const std::string& code) {
  for (;;)
    if (Json shown = client.shown(uri, version); coded(shown, code)) return shown;
}

// The text with TextEdits.
inline std::string with(const std::string& text, const Json& edits) {
  LspDocument d(uri, "rules.v4", 1, text, PositionUnits::utf16);
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) d.change(2, Json::array({{{"range", edit->at("range")}, {"text", edit->at("newText")}}}));
  return d.text();
}

}  // namespace fwsim::test

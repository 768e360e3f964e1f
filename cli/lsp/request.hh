// What a request about a document is answered from, and how one is declared: a new one is a file of its own, and a line in requests.cc.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "cli/lsp/document.hh"
#include "cli/lsp/rpc.hh"

namespace fwsim {

// What the client can do (ClientCapabilities).
struct LspClient {
  PositionUnits units = PositionUnits::utf16;
  bool markdown = false;       // hover and completion
  bool related = false;        // diagnostics have relatedInformation
  bool tags = false;           // and tags
  bool actions = false;        // code actions are more than commands
  bool disabled = false;       // and may be there only to say why they are not possible
};

struct LspQuestion {
  const LspDocument& document;
  const Json& params;
  const Json& findings;                              // of this very text (judge.hh); null when they are not known
  const LspClient& client;
  std::function<void(const Json&)> meanwhile{};      // what is answered if there is no time for more; of requests aside
};

struct LspRequest {
  std::string_view method;                           // "textDocument/hover"
  std::string_view capability;                       // "hoverProvider"
  RpcAnswer (*answer)(const LspQuestion& question);  // may throw Json::exception: the params are not as they should be
  bool aside = false;                                // in a process of its own, for no longer than LspArgs::answer
  Json (*options)() = nullptr;                       // of the capability; null: true
};

std::span<const LspRequest* const> lsp_requests();

// The place that most of them are about.
inline LspPosition asked_position(const LspQuestion& question) { return read_position(question.params.at("position")); }

}  // namespace fwsim

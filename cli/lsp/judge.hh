// What is wrong with a document: faults of its text at once, and after a pause what lint finds. Its messages:
//
//   {"faults": [Diagnostic...]}
//   {"findings": [{"diagnostic", "id", "line", "title", "safe", "edits": [[line, text]...]}...],   without what has no fix but its
//    "faults": [...], "elsewhere": {uri: [Diagnostic...]}, "partly": true}                         diagnostic, id and line
//
// The last one as often as more is known: "partly" when more will come.
#pragma once

#include <chrono>

#include "cli/lsp/request.hh"
#include "cli/lsp/work.hh"

namespace fwsim {

// `pause`: how long after the faults; longer for long files.
void judge(const LspDocument& document, const LspClient& client, std::chrono::duration<double> pause, const WorkLine& out);

}  // namespace fwsim

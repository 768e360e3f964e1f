// Faults and findings as Diagnostics (LSP 3.17, "Diagnostic").
#pragma once

#include <string>

#include "cli/lsp/request.hh"
#include "lint/finding.hh"
#include "model/diagnostic.hh"
#include "reports/lint_report.hh"

namespace fwsim {

Json fault_diagnostic(const LspDocument& document, const Diagnostic& fault);
// Of a file that is not open, by its lines alone.
Json elsewhere_diagnostic(Severity severity, unsigned line, const std::string& id, const std::string& text);
// What there is to say about the document as a whole; at its beginning.
Json note_diagnostic(const LspDocument& document, const std::string& text);
Json finding_diagnostic(const LspDocument& document, const LspClient& client, const LintedRuleset& linted, const Finding& finding);
// What could not be decided: a hint.
Json undecided_diagnostic(const LspDocument& document, const UndecidedCheck& undecided);

}  // namespace fwsim

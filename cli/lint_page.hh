// What the HTML page of lint shows besides findings.
#pragma once

#include "model/host.hh"
#include "reports/lint_report.hh"

namespace fwsim {

// Adds the service matrix, unless there are very many rules, and the ways of the packets that findings and services show, the findings' first; of very
// many the first two hundred. `host` may be null: then each packet says what its host is like.
void add_page_parts(LintedRuleset& linted, const Host* host);

}  // namespace fwsim

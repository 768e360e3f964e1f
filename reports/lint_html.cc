#include "reports/lint_formats.hh"
namespace fwsim {
std::string lint_html(const LintReport&) { return ""; }
}  // namespace fwsim

// fwsim-checks(7): what lint looks for.
#include <fmt/format.h>

#include "lint/check.hh"
#include "reports/manual/page.hh"

namespace fwsim {
namespace {

std::string mended(const Check& check) {
  switch (check.mend) {
    case Mend::none: return {};
    case Mend::safe: return "\n\nDeleted by 'fwsim lint --fix'.";
    default: return fmt::format("\n\nDeleted by 'fwsim lint --fix={}'.", check.id);
  }
}

std::string said_of(const Check& check) {
  std::string out = fmt::format("{}{}.\n\n{}", check.title, check.on ? "" : " (off by default)", check.why);
  if (!check.fix.empty()) out += fmt::format("\n\nWhat to do: {}.", check.fix);
  return out + mended(check);
}

ManualSection of_severity(Severity severity, std::string heading) {
  ManualSection section{.heading = std::move(heading), .text = {}, .entries = {}};
  for (const Check* check : all_checks())
    if (check->severity == severity) section.entries.push_back({fmt::format("{} {}", check->id, check->name), said_of(*check)});
  return section;
}

}  // namespace

ManualPage checks_page() {
  ManualPage page{.name = "fwsim-checks", .number = 7, .title = "what fwsim lint looks for", .synopsis = "fwsim lint [--only CHECK,...] [--skip CHECK,...] FILE", .sections = {}};
  page.sections.push_back({.heading = "DESCRIPTION",
                           .text = "Each finding is proved for every packet that there can be, or says \"may\". A check is named by its id or its name. 'fwsim explain FW101' shows one "
                                   "on an example, and an example in which it finds nothing.\n\n"
                                   "A rule is left as it is by a line before it, or a comment of the rule itself:\n"
                                   "  # fwsim: allow FW101 why\n\n"
                                   "The severity here is the usual one; [lint] severity in .fwsim.toml changes it.",
                           .entries = {}});
  page.sections.push_back(of_severity(Severity::error, "ERRORS"));
  page.sections.push_back(of_severity(Severity::warning, "WARNINGS"));
  page.sections.push_back(of_severity(Severity::note, "NOTES"));
  page.sections.push_back({.heading = "SEE ALSO", .text = "fwsim-lint(1), fwsim-explain(1), fwsim-extensions(7)", .entries = {}});
  std::erase_if(page.sections, [](const ManualSection& s) { return s.text.empty() && s.entries.empty(); });
  return page;
}

}  // namespace fwsim

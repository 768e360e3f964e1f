// GitLab's Code Quality report: an array, from which merge requests show what is new and what is gone.
#include <algorithm>

#include "reports/json_text.hh"
#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"

namespace fwsim {

std::string lint_gitlab(const LintReport& report) {
  using Json = nlohmann::ordered_json;
  constexpr std::string_view severities[] = {"critical", "major", "info"};
  Json all = Json::array();
  for (const LintedRuleset& linted : report.rulesets)
    for (std::size_t i = 0; i < linted.result.findings.size(); ++i) {
      const Finding& f = linted.result.findings[i];
      // Paths are of the repository, and GitLab takes none with "./"; a line it must have.
      const std::string path = f.place.file.rfind("./", 0) == 0 ? f.place.file.substr(2) : f.place.file;
      all.push_back({{"description", sentence(f)},
                     {"check_name", f.check},
                     {"fingerprint", linted.fingerprints[i]},
                     {"severity", severities[static_cast<std::size_t>(f.severity)]},
                     {"location", {{"path", path}, {"lines", {{"begin", std::max(1U, f.place.line)}}}}}});
    }
  return to_text(all);
}

}  // namespace fwsim

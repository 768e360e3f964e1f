#include "reports/audit_report.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace fwsim {

const std::vector<AuditFormat>& audit_formats() {
  static const std::vector<AuditFormat> list{
      {"text", audit_text},
      {"json", audit_json},
      {"markdown", audit_markdown},
      {"junit", audit_junit},
  };
  return list;
}

std::string audit_totals(const Audit& audit) {
  std::array<std::size_t, 4> count{};
  for (const AuditedControl& c : audit.controls) ++count[static_cast<std::size_t>(c.answer)];
  constexpr std::string_view words[] = {"pass", "fail", "not applicable", "cannot be told from a ruleset"};
  std::string out;
  for (std::size_t i = 0; i < count.size(); ++i)
    if (count[i] != 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count[i], words[i]);
  return out;
}

std::vector<std::string> subject_lines(const AuditSubject& subject) {
  std::string files;
  for (const auto& [file, family] : subject.rulesets) files += fmt::format("{}{} ({})", files.empty() ? "" : ", ", file, family_text(family));
  std::vector<std::string> lines{"rulesets: " + files};
  for (Family family : {Family::v4, Family::v6})
    if (std::none_of(subject.rulesets.begin(), subject.rulesets.end(), [&](const auto& r) { return r.second == family; }))
      lines.push_back(fmt::format("no {} ruleset was given: nothing here is said of {}", family_text(family), family_text(family)));
  lines.push_back(subject.host.empty() ? "host: not described (--host, --snapshot)" : "host: " + subject.host);
  lines.push_back(subject.settings.empty() ? "settings: none (.fwsim.toml)" : "settings: " + subject.settings);
  return lines;
}

std::string_view family_text(Family family) { return family == Family::v4 ? "IPv4" : "IPv6"; }

}  // namespace fwsim

// Audits as text, JSON, Markdown and JUnit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/audit.hh"

namespace fwsim {

// What was audited: the files, each with its family, and where the settings and the host are from ("" when nowhere).
struct AuditSubject {
  std::vector<std::pair<std::string, Family>> rulesets;
  std::string settings, host;
};

struct AuditFormat {
  std::string_view name;
  std::string (*write)(const std::vector<Audit>& audits, const AuditSubject& subject);
};
// A new one is a file audit_<name>.cc and a line in audit_report.cc.
const std::vector<AuditFormat>& audit_formats();

std::string audit_text(const std::vector<Audit>& audits, const AuditSubject& subject);
std::string audit_json(const std::vector<Audit>& audits, const AuditSubject& subject);
std::string audit_markdown(const std::vector<Audit>& audits, const AuditSubject& subject);
std::string audit_junit(const std::vector<Audit>& audits, const AuditSubject& subject);

// "2 passed, 1 failed, 3 cannot be told": for all of them.
std::string audit_totals(const Audit& audit);
// "web.v4 (IPv4), web.v6 (IPv6)", and lines for what is not known.
std::vector<std::string> subject_lines(const AuditSubject& subject);
std::string_view family_text(Family family);

}  // namespace fwsim

#include <fmt/format.h>

#include "reports/audit_report.hh"

namespace fwsim {
namespace {

// What Markdown would take for its own.
std::string plain(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string audit_markdown(const std::vector<Audit>& audits, const AuditSubject& subject) {
  std::string out = "# Audit\n\n";
  for (const std::string& line : subject_lines(subject)) out += fmt::format("- {}\n", plain(line));
  for (const Audit& audit : audits) {
    out += fmt::format("\n## {}\n\n{} of {} controls.\n\n| | Control | |\n| --- | --- | --- |\n", plain(audit.profile->title), audit_totals(audit), audit.controls.size());
    for (const AuditedControl& c : audit.controls) out += fmt::format("| {} | {} | {} |\n", plain(c.control->id), plain(c.control->title), answer_name(c.answer));
    for (const AuditedControl& c : audit.controls) {
      out += fmt::format("\n### {} {}\n\n**{}**", plain(c.control->id), plain(c.control->title), answer_name(c.answer));
      if (!c.control->also.empty()) out += fmt::format(" (also {})", plain(c.control->also));
      out += "\n";
      for (const auto& [family, judgement] : c.judged) {
        if (c.judged.size() > 1) out += fmt::format("\n{}: {}\n", family_text(family), answer_name(judgement.answer));
        if (!judgement.why.empty() || !judgement.evidence.empty()) out += "\n";
        for (const std::string& why : judgement.why) out += fmt::format("- **{}**\n", plain(why));
        for (const Evidence& e : judgement.evidence) {
          out += fmt::format("- {}\n", plain(e.text));
          if (!e.packet.empty()) out += fmt::format("  - packet: `{}`\n", e.packet);
        }
        if (judgement.fix.empty()) continue;
        out += "\n```\n";
        for (const std::string& fix : judgement.fix) out += fix + "\n";
        out += "```\n";
      }
    }
    if (!audit.profile->note.empty()) out += fmt::format("\n{}\n", plain(audit.profile->note));
  }
  return out;
}

}  // namespace fwsim

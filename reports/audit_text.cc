#include <fmt/format.h>

#include <algorithm>

#include "reports/audit_report.hh"
#include "reports/wrapped.hh"

namespace fwsim {
namespace {

constexpr std::string_view mark(Judgement::Answer answer) {
  constexpr std::string_view marks[] = {"pass", "FAIL", "n/a", "?"};
  return marks[static_cast<std::size_t>(answer)];
}

std::string judgement_text(const Judgement& j) {
  std::string out;
  for (const std::string& why : j.why) out += wrapped("      ", why, 8);
  for (const Evidence& e : j.evidence) {
    out += wrapped("      - ", e.text, 8);
    if (!e.packet.empty()) out += wrapped("        packet: ", e.packet, 10);
  }
  for (const std::string& fix : j.fix) out += fmt::format("      fix: {}\n", fix);   // to be copied: never broken
  return out;
}

}  // namespace

std::string audit_text(const std::vector<Audit>& audits, const AuditSubject& subject) {
  std::string out;
  for (const std::string& line : subject_lines(subject)) out += wrapped("", line, 2);
  for (const Audit& audit : audits) {
    out += "\n" + wrapped("", audit.profile->title, 2);
    std::size_t width = 0;
    for (const AuditedControl& c : audit.controls) width = std::max(width, c.control->id.size());
    for (const AuditedControl& c : audit.controls) out += wrapped(fmt::format("  {:<4}  {:<{}}  ", mark(c.answer), c.control->id, width), c.control->title, width + 10);
    out += "\n";
    for (const AuditedControl& c : audit.controls) {
      out += wrapped(fmt::format("{} ", c.control->id), fmt::format("{}: {}", c.control->title, answer_name(c.answer)), 4);
      if (!c.control->also.empty()) out += wrapped("    also: ", c.control->also, 10);
      std::vector<std::string> texts;
      for (const auto& judged : c.judged) texts.push_back(judgement_text(judged.judgement));
      const bool same = texts.size() == 2 && texts[0] == texts[1];
      for (std::size_t i = 0; i < (same ? 1 : texts.size()); ++i) {
        if (!same && texts.size() > 1) out += fmt::format("    {}: {}\n", family_text(c.judged[i].family), answer_name(c.judged[i].judgement.answer));
        out += texts[i];
      }
    }
    out += "\n" + wrapped("", fmt::format("{}: {} of {} controls", audit.profile->name, audit_totals(audit), audit.controls.size()), 2);
    if (!audit.profile->note.empty()) out += wrapped("", audit.profile->note, 2);
  }
  return out;
}

}  // namespace fwsim

// JUnit: a suite for each profile and a case for each control, for what shows the results of a CI.
#include <fmt/format.h>

#include <algorithm>

#include "reports/audit_report.hh"
#include "reports/markup.hh"

namespace fwsim {
namespace {

std::string details(const AuditedControl& c) {
  std::string out;
  for (const auto& [family, judgement] : c.judged) {
    out += fmt::format("{}: {}\n", family_text(family), answer_name(judgement.answer));
    for (const std::string& why : judgement.why) out += why + "\n";
    for (const Evidence& e : judgement.evidence) {
      out += fmt::format("- {}\n", e.text);
      if (!e.packet.empty()) out += fmt::format("  packet: {}\n", e.packet);
    }
    for (const std::string& fix : judgement.fix) out += fmt::format("fix: {}\n", fix);
  }
  return out;
}

std::string reason(const AuditedControl& c) {
  for (const auto& judged : c.judged)
    if (judged.judgement.answer == c.answer)
      for (const std::string& why : judged.judgement.why) return why;
  return std::string(answer_name(c.answer));
}

}  // namespace

std::string audit_junit(const std::vector<Audit>& audits, const AuditSubject& subject) {
  std::string name = "fwsim audit";
  for (const auto& [file, family] : subject.rulesets) name += " " + file;
  std::string out = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\">\n", markup_text(name));
  for (const Audit& audit : audits) {
    const auto count = [&](Judgement::Answer answer) { return std::count_if(audit.controls.begin(), audit.controls.end(), [&](const AuditedControl& c) { return c.answer == answer; }); };
    out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n", markup_text(audit.profile->name), audit.controls.size(), count(Judgement::Answer::fail),
                       count(Judgement::Answer::cannot_tell) + count(Judgement::Answer::not_applicable));
    for (const AuditedControl& c : audit.controls) {
      out += fmt::format("    <testcase classname=\"{}\" name=\"{} {}\">\n", markup_text(audit.profile->name), markup_text(c.control->id), markup_text(c.control->title));
      if (c.answer == Judgement::Answer::fail)
        out += fmt::format("      <failure message=\"{}\">{}</failure>\n", markup_text(reason(c)), markup_text(details(c)));
      else if (c.answer != Judgement::Answer::pass)
        out += fmt::format("      <skipped message=\"{}\"/>\n", markup_text(reason(c)));
      if (c.answer != Judgement::Answer::fail) out += fmt::format("      <system-out>{}</system-out>\n", markup_text(details(c)));
      out += "    </testcase>\n";
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace fwsim

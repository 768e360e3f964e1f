// A traced packet as text: its line, and its way.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "reports/packet_report.hh"

namespace fwsim {
namespace {

std::string_view fate_colour(Fate fate) {
  switch (fate) {
    case Fate::forwarded:
    case Fate::delivered:
    case Fate::bridged:
    case Fate::sent: return "\x1b[32m";
    case Fate::dropped:
    case Fate::stolen: return "\x1b[31m";
    case Fate::unknown: return "\x1b[33m";
    case Fate::queued:
    case Fate::ignored: return "\x1b[2m";
  }
  return {};
}

std::string coloured(std::string_view text, std::string_view colour, const ReportContext& context) {
  return context.colour ? fmt::format("{}{}\x1b[0m", colour, text) : std::string(text);
}

std::string way_text(const Result& r) {
  const auto name = [](const std::string& device) { return device.empty() ? std::string("host") : device; };
  switch (r.fate) {
    case Fate::bridged:
    case Fate::forwarded: return fmt::format("{} -> {}", name(r.in_if), r.out_if);
    case Fate::sent: return fmt::format("host -> {}", r.out_if);
    case Fate::delivered: return fmt::format("{} -> host", name(r.in_if));
    default: return name(r.in_if);
  }
}

}  // namespace

std::string time_text(std::int64_t ns) {
  const std::time_t seconds = static_cast<std::time_t>(ns >= 0 ? ns / 1'000'000'000 : (ns - 999'999'999) / 1'000'000'000);
  const std::int64_t rest = ns - static_cast<std::int64_t>(seconds) * 1'000'000'000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(seconds), rest / 1000);
}

std::string place_text(const RuleRef& rule, const ReportContext& context) {
  const std::string& file = context.files[static_cast<std::size_t>(rule.family)];
  const std::string name = rule.name();
  if (rule.line() == 0) return name;
  return fmt::format("{} ({}:{})", name, file, rule.line());
}

std::string verdict_text(const Result& r, const ReportContext& context) {
  std::string text = coloured(fate_name(r.fate), fate_colour(r.fate), context);
  if (r.fate == Fate::unknown && !r.undecided.empty()) {
    const Undecided& u = r.undecided.front();
    return text + fmt::format(" because {}: {}", place_text(u.rule, context), u.why);
  }
  if (r.decided_by) text += " by " + place_text(*r.decided_by, context);
  if (!r.reason.empty()) {
    text += r.decided_by ? " (" : ": ";
    if (!r.decided_by && r.dropped_at) text += fmt::format("in {}, ", hook_name(*r.dropped_at));
    text += r.reason;
    if (r.decided_by) text += ")";
  }
  return text;
}

std::string line_of(const Traced& t, const ReportContext& context) {
  const std::string time = time_text(t.time);
  std::string line = fmt::format("{:>5} {} {}  {}  {}", t.number, time.substr(11, 15), t.flow, way_text(t.result),
                                 verdict_text(t.result, context));
  for (const Record& record : t.result.records)
    if (record.kind == Record::Kind::log || record.kind == Record::Kind::conntrack)
      line += fmt::format("\n      log: {}", record.text);
  for (const Record& record : t.result.records)
    if (record.kind == Record::Kind::other) line += fmt::format("\n      note: {}", record.text);
  for (const Result& g : t.result.generated)
    line += fmt::format("\n      answer: {}  {}", packet_text(g.packet), verdict_text(g, context));
  return line;
}

namespace {

std::string step_text(const Step& step, const ReportContext& context) {
  if (!step.rule) return step.note;
  const RuleRef& r = *step.rule;
  const Chain& chain = r.in_chain();
  if (r.is_rule()) return fmt::format("rule {}", place_text(r, context));
  if (!chain.hook) return fmt::format("end of {}/{}", table_name(r.table->id), chain.name);
  return fmt::format("policy {} of {}/{}", chain.policy == Verdict::drop ? "DROP" : "ACCEPT", table_name(r.table->id), chain.name);
}

}  // namespace

std::string path_of(const Result& r, const ReportContext& context) {
  std::string text;
  std::optional<Hook> at;
  for (const Step& step : r.path) {
    if (at != step.hook) text += fmt::format("      {}\n", hook_name(step.hook));
    at = step.hook;
    text += fmt::format("        {}\n", step_text(step, context));
  }
  if (r.fate == Fate::forwarded)
    for (const Sent& sent : r.out) text += fmt::format("      out by {}: {}\n", sent.device, packet_text(sent.packet));
  for (const Undecided& u : r.undecided) text += fmt::format("      undecided: {}: {}\n", place_text(u.rule, context), u.why);
  for (const Result& g : r.generated) {
    text += fmt::format("      answer ({}): {}  {}\n", g.cause, packet_text(g.packet), verdict_text(g, context));
    text += path_of(g, context);
  }
  return text;
}

}  // namespace fwsim

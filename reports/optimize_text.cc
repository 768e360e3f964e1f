#include <fmt/format.h>

#include <algorithm>

#include "reports/optimize_report.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_steps = 30, most_rules = 4;

// "12-15, 20"
std::string lines_text(std::vector<unsigned> lines) {
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  std::string out;
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t end = i;
    while (end + 1 < lines.size() && lines[end + 1] == lines[end] + 1) ++end;
    out += out.empty() ? "" : ", ";
    out += end == i ? std::to_string(lines[i]) : end == i + 1 ? fmt::format("{}, {}", lines[i], lines[end]) : fmt::format("{}-{}", lines[i], lines[end]);
    i = end + 1;
  }
  return out;
}

std::string what(const OptimizeStep& step) {
  const std::size_t n = step.before.size();
  switch (step.kind) {
    case OptimizeStep::Kind::removed: return step.before.empty() ? fmt::format("the chain {} goes", step.chain) : "goes";
    case OptimizeStep::Kind::merged: return fmt::format("{} rules become one", n);
    case OptimizeStep::Kind::listed: return fmt::format("{} rules become one, with the ipset {}", n, step.set);
    case OptimizeStep::Kind::moved: return fmt::format("{} of {} up", n == 1 ? "moves" : "move", step.chain);
  }
  return {};
}

std::string step_text(const std::string& file, const OptimizeStep& step) {
  std::string out = fmt::format("{}:{}: {}: {}\n", file, lines_text(step.lines), what(step), step.why);
  if (step.kind == OptimizeStep::Kind::removed || step.kind == OptimizeStep::Kind::moved)
    for (std::size_t i = 0; i < step.before.size() && i < most_rules; ++i) out += fmt::format("    {}\n", step.before[i]);
  if (step.kind == OptimizeStep::Kind::moved && step.before.size() > most_rules) out += fmt::format("    ... and {} more\n", step.before.size() - most_rules);
  if (!step.after.empty()) out += fmt::format("    {}\n", step.after);
  return out;
}

std::string less(std::uint64_t before, std::uint64_t after) {
  if (before == 0 || after >= before) return "no fewer";
  return fmt::format("{:.1f} % less", 100.0 * static_cast<double>(before - after) / static_cast<double>(before));
}

}  // namespace

std::string optimize_text(const OptimizeReport& r) {
  const Optimized& found = *r.result;
  std::string out;
  const std::size_t shown = r.whole ? found.steps.size() : std::min(found.steps.size(), most_steps);
  for (std::size_t i = 0; i < shown; ++i) out += step_text(r.file, found.steps[i]);
  if (shown < found.steps.size()) out += fmt::format("... and {} more steps (--all)\n", found.steps.size() - shown);
  if (r.whole)
    for (const OptimizeStep& step : found.unproved) out += step_text(r.file, {.kind = step.kind, .chain = step.chain, .lines = step.lines, .before = step.before, .after = step.after, .set = step.set, .why = "not taken: " + step.why});
  const std::size_t before = count_rules(found.before.front()), after = count_rules(found.after.front());
  if (found.steps.empty()) {
    out += fmt::format("{}: {} rules; nothing is found that could be fewer, or stand better\n", r.file, before);
  } else {
    out += fmt::format("{}: {} rules, {} afterwards ({}); {} step{}, each proved to treat and log every packet alike\n", r.file, before, after, less(before, after), found.steps.size(), found.steps.size() == 1 ? "" : "s");
    if (!found.whole.empty()) out += fmt::format("before and after in one proof: {}\n", found.whole);
  }
  if (r.gain)
    out += fmt::format("by {}: {} rules looked at, {} afterwards ({})\n", r.gain->source, r.gain->before, r.gain->after, less(r.gain->before, r.gain->after));
  if (!found.unproved.empty())
    out += fmt::format("{} step{} not taken, since {} not proved{}\n", found.unproved.size(), found.unproved.size() == 1 ? " is" : "s are", found.unproved.size() == 1 ? "it is" : "they are", r.whole ? "" : " (--all)");
  if (found.stopped) out += "the time was up: there may be more (--seconds)\n";
  for (const std::string& program : r.left) out += fmt::format("chains of {} are left as it wrote them (--managed)\n", program);
  for (const auto& [name, set] : found.sets) out += fmt::format("ipset {} ({}, {} elements) must be loaded before the rules\n", name, set.type->name, set.elements.size());
  if (found.anew) out += "the file has commands other than -A: it would be written anew, as iptables-save prints it\n";
  return out;
}

}  // namespace fwsim

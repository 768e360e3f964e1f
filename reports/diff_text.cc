#include <fmt/format.h>

#include <algorithm>

#include "reports/diff_report.hh"

namespace fwsim {

std::string_view way_text(Way way) {
  constexpr std::string_view words[] = {"to the host", "forwarded", "from the host"};
  return words[static_cast<std::size_t>(way)];
}

namespace {

std::string count(std::size_t n, std::string_view one, std::string_view many) { return fmt::format("{} {}", n, n == 1 ? one : many); }

std::string place(const Diff& diff, std::size_t version, const RuleId& id) {
  const Symbolic& rules = *diff.prepared.rules[version];
  return fmt::format("{} ({}:{})", rules.name(id), rules.ruleset->file, rules.line(id));
}

// "dropped at filter/INPUT/policy (old.rules:3)"
std::string end_text(const Diff& diff, std::size_t version, const std::optional<RuleId>& id, const std::string& outcome) {
  return id ? fmt::format("{} at {}", outcome, place(diff, version, *id)) : outcome;
}

void class_text(const DiffClass& c, bool perhaps, std::string& out) {
  out += fmt::format("  {}: {}\n", way_text(c.way), c.text);
  if (!c.packet)
    out += "    no packet could be made of these\n";
  else if (c.confirmed || perhaps)
    out += fmt::format("    {}\n", c.packet->question);
  else
    out += fmt::format("    {} (the simulator does not show a difference)\n", c.packet->question);
}

void group_text(const Diff& diff, const DiffGroup& group, std::size_t most, std::string& out) {
  const std::string was = end_text(diff, 0, group.before, group.was), now = end_text(diff, 1, group.after, group.now);
  out += fmt::format("{}{} -> {}{}\n", group.perhaps ? "perhaps: " : "", was, now,
                     group.notes_only ? ": the same, but what is logged or remembered of them differs" : "");
  std::size_t shown = 0;
  for (const DiffClass& c : group.classes) {
    if (shown++ == most) {
      out += fmt::format("  and {} more\n", group.classes.size() - most);
      break;
    }
    class_text(c, group.perhaps || group.notes_only, out);
  }
}

std::size_t classes_of(const std::vector<DiffGroup>& groups) {
  std::size_t n = 0;
  for (const DiffGroup& group : groups) n += group.classes.size();
  return n;
}

}  // namespace

std::string diff_text(const Diff& diff, const DiffOptions& options) {
  std::string out;
  const std::size_t n = classes_of(diff.groups), allowed = classes_of(diff.allowed);
  if (n != 0)
    out += fmt::format("{} of packets {} treated differently\n", count(n, "class", "classes"), n == 1 ? "is" : "are");
  else if (!diff.undecided.empty())
    out += "not decided\n";
  else
    out += allowed != 0 ? "no other packet is treated differently\n" : "no packet is treated differently\n";
  if (diff.same() && diff.alignment.joined != 0)
    out += fmt::format("  {} fewer that match the same\n", count(diff.alignment.joined, "rule has become", "rules have become"));
  if (diff.same() && diff.alignment.moved != 0)
    out += fmt::format("  {} among others that give the same in either order\n", count(diff.alignment.moved, "rule has moved", "rules have moved"));
  for (const DiffGroup& group : diff.groups) group_text(diff, group, options.most_shown, out);
  for (const NotDecided& u : diff.undecided) {
    if (u.rule)
      out += fmt::format("not decided: what comes to {}: {}\n", place(diff, u.version, *u.rule), u.text);
    else
      out += fmt::format("not decided: {}: {}\n", diff.prepared.rules[u.version]->ruleset->file, u.text);
    if (u.packet) out += fmt::format("    {}\n", u.packet->question);
  }
  if (allowed != 0) out += fmt::format("allowed: {}\n", count(allowed, "class", "classes"));
  for (const DiffGroup& group : diff.allowed) group_text(diff, group, options.most_shown, out);
  return out;
}

}  // namespace fwsim

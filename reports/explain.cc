#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lint/elsewhere.hh"
#include "model/value.hh"
#include "reports/explain_report.hh"

namespace fwsim {
namespace {

std::string_view word(Severity severity) {
  constexpr std::string_view words[] = {"error", "warning", "note"};
  return words[static_cast<std::size_t>(severity)];
}

std::string heading(const Check& check) { return fmt::format("{} {} ({}{})", check.id, check.name, word(check.severity), check.on ? "" : ", off by default"); }

std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += fmt::format("    {}\n", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// Long examples are more of the same in the middle.
std::string shortened(std::string_view text) {
  constexpr std::size_t most = 24, ends = 6;
  std::vector<std::string_view> lines = split(text, '\n');
  if (lines.size() <= most) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < ends; ++i) out += fmt::format("{}\n", lines[i]);
  out += fmt::format("# ... {} lines\n", lines.size() - 2 * ends);
  for (std::size_t i = lines.size() - ends; i + 1 < lines.size(); ++i) out += fmt::format("{}\n", lines[i]);
  return out;
}

// A ruleset, with the one of IPv6 and the host that belong to it.
std::string example(const Check& check, std::string_view rules, std::string_view rules6) {
  std::string out = shortened(rules);
  if (!rules6.empty()) out += fmt::format("# and for IPv6\n{}", shortened(rules6));
  if (!check.host.empty()) out += fmt::format("# of the host\n{}", check.host);
  if (!check.sets.empty()) out += fmt::format("# its sets\n{}", shortened(check.sets));
  return out.ends_with('\n') ? out : out + "\n";
}

// "--fix", or what has to be said to have it deleted; empty: it has to be mended by hand.
std::string mended_by(const Check& check) {
  return check.mend == Mend::none ? "" : check.mend == Mend::safe ? "--fix" : fmt::format("--fix={}", check.id);
}

// In cells of tables.
std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

}  // namespace

std::string explain_text(const std::vector<ExplainedCheck>& list) {
  std::string out;
  for (const ExplainedCheck& e : list) {
    const Check& check = *e.check;
    out += fmt::format("{}{}\n{}\n\n{}\n\nFound in\n{}where lint prints\n{}Not in\n{}", out.empty() ? "" : "\n", heading(check), check.title, check.why,
                       indented(example(check, check.bad, check.bad6)), indented(e.printed), indented(example(check, check.good, check.good6)));
    if (!e.fix.empty()) out += fmt::format("What to do: {}\n", e.fix);
    if (const std::string how = mended_by(check); !how.empty()) out += fmt::format("Deleted by: fwsim lint {}\n", how);
    if (!check.covers.empty()) out += fmt::format("Covers: {}\n", check.covers);
    out += fmt::format("Allow one with a line before the rule: # fwsim: allow {} why\n", check.id);
  }
  return out;
}

std::string explain_markdown(const std::vector<ExplainedCheck>& list, bool whole) {
  std::string out = whole ? "# Checks of fwsim lint\n\n" : "";
  for (const ExplainedCheck& e : list) {
    const Check& check = *e.check;
    out += fmt::format("## {}\n\n{}.\n\n{}\n\nFound in\n\n```\n{}```\n\nwhere lint prints\n\n```\n{}```\n\nNot in\n\n```\n{}```\n\n", heading(check), check.title, check.why,
                       example(check, check.bad, check.bad6), e.printed, example(check, check.good, check.good6));
    if (!e.fix.empty()) out += fmt::format("What to do: {}.\n\n", e.fix);
    if (const std::string how = mended_by(check); !how.empty()) out += fmt::format("Deleted by: `fwsim lint {}`.\n\n", how);
    if (!check.covers.empty()) out += fmt::format("Covers: {}.\n\n", check.covers);
  }
  if (!whole) return out;
  out += "## Where each known fault is found\n\n| fault | found by |\n| --- | --- |\n";
  for (const CatalogueEntry& entry : catalogue()) {
    std::string where(entry.where);
    for (std::string_view id : entry.checks) where += fmt::format("{}{}", where.empty() ? "" : ", ", id);
    out += fmt::format("| {} | {} |\n", entry.id, cell(where));
  }
  return out;
}

std::string explain_json(const std::vector<ExplainedCheck>& list) {
  using Json = nlohmann::ordered_json;
  Json all = Json::array();
  for (const ExplainedCheck& e : list) {
    const Check& check = *e.check;
    Json j{{"id", check.id}, {"name", check.name}, {"severity", word(check.severity)}, {"on", check.on}, {"title", check.title}, {"why", check.why},
           {"bad", check.bad}, {"printed", e.printed}, {"good", check.good}, {"fix", e.fix}};
    if (const std::string how = mended_by(check); !how.empty()) j["mended_by"] = how;
    if (!check.bad6.empty()) {
      j["bad6"] = check.bad6;
      j["good6"] = check.good6;
    }
    if (!check.host.empty()) j["host"] = check.host;
    if (!check.sets.empty()) j["sets"] = check.sets;
    j["covers"] = Json::array();
    for (std::string_view id : split(check.covers, ' '))
      if (!id.empty()) j["covers"].push_back(id);
    all.push_back(std::move(j));
  }
  return all.dump(2) + "\n";
}

}  // namespace fwsim

#include "reports/threats_report.hh"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "reports/proof_text.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_rules = 4, most_kinds = 8;

std::string place(const RuleRef& rule, const Ruleset& ruleset) {
  return rule.line() == 0 ? rule.name() : fmt::format("{} ({}:{})", rule.name(), ruleset.file, rule.line());
}

std::string sources(std::uint64_t n) { return n == 1 ? "one source" : fmt::format("{} sources", n); }

std::string rate_text(double rate) { return fmt::format("{:.4g} a second", rate); }

std::string fates(const AttackResult& r) {
  std::string out;
  const auto add = [&](std::uint64_t n, std::string_view what) {
    if (n > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", n, what);
  };
  add(r.passed, "got through");
  add(r.meant, "got through to open ports");
  add(r.dropped, "dropped");
  add(r.rejected, "rejected");
  add(r.held, "held");
  add(r.unknown, "unknown");
  return out;
}

std::string by_rules(const AttackResult& r, const Ruleset& ruleset) {
  std::string out;
  std::size_t shown = 0;
  for (const DecidingRule& d : r.rules) {
    if (++shown > most_rules) break;
    std::string what;
    for (const auto& [n, word] : {std::pair(d.passed, "let through"), std::pair(d.dropped, "dropped"), std::pair(d.rejected, "rejected")})
      if (n > 0) what += fmt::format("{}{} {}", what.empty() ? "" : ", ", n, word);
    out += fmt::format("    {} by {}\n", what, place(d.rule, ruleset));
  }
  if (r.rules.size() > most_rules) out += fmt::format("    and {} more rules\n", r.rules.size() - most_rules);
  for (const auto& [reason, n] : r.reasons) out += fmt::format("    {} by no rule: {}\n", n, reason);
  return out;
}

// What got through: all of it for a few kinds, else some.
std::string what_got_through(const AttackResult& r) {
  if (r.kinds.empty()) return {};
  std::string out;
  std::size_t shown = 0;
  for (const auto& [kind, n] : r.kinds) {
    if (++shown > most_kinds) break;
    std::string word;
    for (const char c : kind)
      if (c != ' ' || word.empty() || word.back() != ' ') word += c;
    out += (out.empty() ? "" : ", ") + word;
  }
  if (r.kinds.size() > most_kinds) out += ", ...";
  return fmt::format("    through: {}\n", out);
}

int colour_of(AttackVerdict verdict) {
  constexpr int colours[] = {32, 33, 31, 36, 0};
  return colours[static_cast<std::size_t>(verdict)];
}

}  // namespace

std::string sparkline(const std::vector<std::size_t>& values) {
  constexpr const char* bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::size_t most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  std::string out;
  for (const std::size_t v : values) out += bars[most == 0 ? 0 : v * 7 / most];
  return out;
}

std::string threats_text(const AttackTarget& target, const std::vector<AttackResult>& results, bool colour) {
  const Ruleset& ruleset = *target.ruleset;
  std::string out;
  for (const AttackResult& r : results) {
    const std::string verdict = fmt::format("{:<15}", verdict_name(r.verdict));
    out += fmt::format("{:<18} {} {}\n", r.name, colour ? fmt::format("\033[1;{}m{}\033[0m", colour_of(r.verdict), verdict) : verdict, r.title);
    if (!r.plan.not_applicable.empty()) {
      out += fmt::format("    {}\n", r.plan.not_applicable);
      continue;
    }
    out += fmt::format("    {} {}, {}, from {}\n    {}\n", r.plan.packets, r.plan.sent, rate_text(r.plan.rate), sources(r.sources), fates(r));
    out += by_rules(r, ruleset) + what_got_through(r);
    if (r.limited_from > 0) out += fmt::format("    limited from packet {} on{}: alone it would get through\n", r.limited_from, r.limited_by ? ", by " + place(*r.limited_by, ruleset) : "");
    if (const std::size_t most = r.fill.empty() ? 0 : *std::max_element(r.fill.begin(), r.fill.end()); most > 0)
      out += fmt::format("    connections: {} {} of {}\n", sparkline(r.fill), most, r.fill_max);
    if (!r.note.empty()) out += fmt::format("    {}\n", r.note);
  }
  return out;
}

std::string threats_json(const AttackTarget& target, const std::vector<AttackResult>& results) {
  using Json = nlohmann::ordered_json;
  const auto place_json = [&](const RuleRef& rule) -> Json { return {{"name", rule.name()}, {"file", target.ruleset->file}, {"line", rule.line()}}; };
  Json j;
  j["format"] = 1;
  j["file"] = target.ruleset->file;
  j["family"] = target.family() == Family::v4 ? "ipv4" : "ipv6";
  j["seed"] = target.seed;
  j["experiments"] = Json::array();
  for (const AttackResult& r : results) {
    Json one;
    one["name"] = r.name;
    one["title"] = r.title;
    one["verdict"] = verdict_name(r.verdict);
    if (!r.plan.not_applicable.empty()) {
      one["why"] = r.plan.not_applicable;
      j["experiments"].push_back(std::move(one));
      continue;
    }
    one["sent"] = {{"what", r.plan.sent}, {"first", r.plan.question}, {"packets", r.plan.packets}, {"rate", r.plan.rate}, {"sources", r.sources}};
    one["through"] = r.passed;
    one["meant"] = r.meant;
    one["dropped"] = r.dropped;
    one["rejected"] = r.rejected;
    one["held"] = r.held;
    one["unknown"] = r.unknown;
    one["rules"] = Json::array();
    for (const DecidingRule& d : r.rules) {
      Json rule = place_json(d.rule);
      rule["through"] = d.passed;
      rule["dropped"] = d.dropped;
      rule["rejected"] = d.rejected;
      one["rules"].push_back(std::move(rule));
    }
    one["reasons"] = r.reasons;
    one["kinds"] = r.kinds;
    if (r.limited_from > 0) {
      one["limited"] = {{"from", r.limited_from}};
      if (r.limited_by) one["limited"]["by"] = place_json(*r.limited_by);
    }
    if (r.fill_max > 0) one["conntrack"] = {{"fill", r.fill}, {"max", r.fill_max}, {"lifetime", r.lifetime}};
    if (!r.note.empty()) one["note"] = r.note;
    j["experiments"].push_back(std::move(one));
  }
  return dump_json(j) + "\n";
}

}  // namespace fwsim

#include "cli/lint_page.hh"

#include <set>

#include "simulator/engine.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_packets = 200;
constexpr std::size_t most_rules = 1000;   // of a ruleset whose services a page can show

// As `fwsim ask` goes about it.
std::optional<ShownPacket> step_through(const std::string& text, const Ruleset& ruleset, const Host* known) {
  QuestionFault fault;
  auto question = read_question(text, fault);
  if (!question || question->packet.family != ruleset.family) return std::nullopt;
  const Ruleset *v4 = ruleset.family == Family::v4 ? &ruleset : nullptr, *v6 = v4 ? nullptr : &ruleset;
  Host host = known ? *known : Host{};
  if (!is_described(host)) describe_by_question(host, *question, v4, v6);
  Engine engine(v4, v6, std::move(host), {.paths = true});
  ShownPacket shown{.question = text, .traced = {.number = 1, .flow = packet_text(question->packet)}};
  shown.traced.result = answer(*question, engine);
  return shown;
}

}  // namespace

void add_page_parts(LintedRuleset& linted, const Host* host) {
  if (linted.rules <= most_rules) linted.services = find_services(*linted.ruleset, host);
  std::set<std::string> seen;
  const auto add = [&](const std::string& question) {
    if (question.empty() || linted.packets.size() >= most_packets || !seen.insert(question).second) return;
    if (auto shown = step_through(question, *linted.ruleset, host)) linted.packets.push_back(std::move(*shown));
  };
  for (const Finding& finding : linted.result.findings) add(finding.witness);
  if (!linted.services) return;
  for (const ServiceRow& row : linted.services->rows)
    for (const ServiceSource& source : row.sources) add(source.packet);
}

}  // namespace fwsim

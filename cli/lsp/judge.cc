#include "cli/lsp/judge.hh"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "cli/lint_rulesets.hh"
#include "cli/lsp/diagnostics.hh"
#include "cli/lsp/file_uri.hh"
#include "parser/nft_json.hh"
#include "parser/parse.hh"
#include "reports/lint_words.hh"

namespace fwsim {
namespace {

// What a client can show, the most severe ones.
constexpr std::size_t most_findings = 1000;
// From so many lines on, what compares each rule with all others comes after the rest: it may take too long.
constexpr std::size_t many_lines = 20'000;

class Judgement {
 public:
  // `partly`: without the checks that compare rules with each other, which are those that say what can go.
  Judgement(const LspDocument& document, const LspClient& client, bool partly) : document_(document), client_(client) {
    for (const Check* check : all_checks())
      if (partly && check->mend != Mend::none) args_.skip.emplace_back(check->id);
  }

  Json made() {
    SettingsFiles files({}, common_);
    std::vector<LintInput> inputs;
    auto input = load_lint_input({.rules = document_.file(), .rules6 = {}, .text = document_.text()}, {}, document_.file(), files, common_);
    for (const Diagnostic& fault : heard_) add(fault);
    if (input)
      inputs.push_back(std::move(*input));
    else if (!elsewhere_.empty())
      faults_.push_back(note_diagnostic(document_, "not judged by lint: its settings, or its host, have faults"));
    if (!inputs.empty()) find(inputs);
    Json elsewhere = Json::object();
    for (auto& [uri, list] : elsewhere_) elsewhere[uri] = std::move(list);
    return {{"faults", std::move(faults_)}, {"findings", std::move(findings_)}, {"elsewhere", std::move(elsewhere)}};
  }

 private:
  void find(const std::vector<LintInput>& inputs) {
    auto [report, settings, hosts] = lint_rulesets(inputs, args_);
    judge_settings(report, settings, lint_options(args_));
    report.most = most_findings;
    const auto shown = shown_findings(report);
    for (std::size_t i = 0; i < report.rulesets.size(); ++i) {
      const LintedRuleset& linted = report.rulesets[i];
      for (std::size_t f : shown[i]) add(linted, linted.result.findings[f]);
      for (const UndecidedCheck& undecided : linted.result.undecided)
        if (findings_.size() < most_findings)
          findings_.push_back({{"diagnostic", undecided_diagnostic(document_, undecided)}, {"id", undecided.id}, {"line", undecided.place.line}});
      const std::size_t more = linted.result.findings.size() - shown[i].size();
      if (more != 0) faults_.push_back(note_diagnostic(document_, fmt::format("{} here: fwsim lint has them", plural(more, "more finding is not shown"))));
    }
  }

  void add(const Diagnostic& fault) {
    if (fault.file == document_.file())
      faults_.push_back(fault_diagnostic(document_, fault));
    else
      elsewhere_[uri(fault.file)].push_back(elsewhere_diagnostic(fault.severity, fault.line, fault.id, fault.text));
  }

  void add(const LintedRuleset& linted, const Finding& f) {
    if (f.place.file != document_.file()) {
      elsewhere_[uri(f.place.file)].push_back(elsewhere_diagnostic(f.severity, f.place.line, f.id, sentence(f)));
      return;
    }
    Json one{{"diagnostic", finding_diagnostic(document_, client_, linted, f)}, {"id", f.id}, {"line", f.place.line}};
    if (f.fix) {
      one["title"] = f.fix->title;
      one["safe"] = f.fix->safe;
      one["edits"] = Json::array();
      for (const auto& [line, text] : f.fix->edits) one["edits"].push_back({line, text});
    }
    findings_.push_back(std::move(one));
  }

  static std::string uri(const std::string& file) { return uri_of_path(std::filesystem::absolute(file).string()); }

  const LspDocument& document_;
  const LspClient& client_;
  LintArgs args_;
  Diagnostics heard_;
  const Common common_{.heard = &heard_};
  Json faults_ = Json::array(), findings_ = Json::array();
  std::map<std::string, Json> elsewhere_;
};

}  // namespace

void judge(const LspDocument& document, const LspClient& client, std::chrono::duration<double> pause, const WorkLine& out) {
  using Clock = std::chrono::steady_clock;
  if (is_nft_json(document.text())) {
    out.say({{"faults", Json::array({note_diagnostic(document, "a listing of nft: here only what iptables-save prints is judged")})},
             {"findings", Json::array()}, {"elsewhere", Json::object()}});
    return;
  }
  const auto begun = Clock::now();
  const Parsed parsed = parse_ruleset(document.text(), {.file = document.file(), .family = {}});
  Json faults = Json::array();
  for (const Diagnostic& fault : parsed.diagnostics) faults.push_back(fault_diagnostic(document, fault));
  out.say({{"faults", std::move(faults)}});
  if (has_errors(parsed.diagnostics)) return;   // what lint would find might be because a rule is missing
  out.pause(std::max<std::chrono::duration<double>>(pause, 2 * (Clock::now() - begun)));
  if (document.lines() > many_lines) {
    Json some = Judgement(document, client, true).made();
    some["partly"] = true;
    out.say(some);
  }
  out.say(Judgement(document, client, false).made());
}

}  // namespace fwsim

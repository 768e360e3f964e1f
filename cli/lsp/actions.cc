// textDocument/codeAction: what `lint --fix` would do about the findings of these lines, each proved to change nothing before it is
// offered; a note that allows the finding; and, where a client asks for it (source.fixAll), all that is safe.
#include <fmt/format.h>

#include <algorithm>

#include "cli/ask_all.hh"
#include "cli/lint_rulesets.hh"
#include "cli/lsp/request.hh"
#include "cli/mend.hh"
#include "lint/mend.hh"

namespace fwsim {
namespace {

constexpr std::string_view quick_fix = "quickfix", fix_all = "source.fixAll.fwsim";

// CodeActionContext.only: a kind names all that begin with it.
bool asked_for(const Json& params, std::string_view kind, bool by_itself) {
  const Json& context = params.at("context");
  if (!context.contains("only")) return by_itself;
  return std::any_of(context.at("only").begin(), context.at("only").end(), [&](const Json& only) {
    const auto& word = only.get_ref<const std::string&>();
    return word.empty() ? by_itself : kind == word || kind.substr(0, word.size() + 1) == word + ".";
  });
}

Edits edits_of(const Json& finding) {
  Edits edits;
  for (const Json& edit : finding.at("edits")) edits.emplace(edit.at(0).get<unsigned>(), edit.at(1).get<std::string>());
  return edits;
}

Json workspace_edit(const LspDocument& document, Json edits) { return {{"changes", {{document.uri(), std::move(edits)}}}}; }

class Fixes {
 public:
  explicit Fixes(const LspQuestion& question) : question_(question), document_(question.document) {}

  Json made() {
    const TextSpan span = document_.span(question_.params.at("range"));
    const std::size_t first = document_.line_of(span.from) + 1, last = document_.line_of(span.end) + 1;
    std::vector<const Json*> here;
    for (const Json& finding : question_.findings)
      if (const std::size_t line = finding.at("line"); line >= first && line <= last) here.push_back(&finding);
    if (asked_for(question_.params, quick_fix, true)) {
      for (const Json* finding : here) add_note(*finding);
      question_.meanwhile(with_unproved(here));
      for (const Json* finding : here)
        if (finding->contains("edits")) {
          add_fix(*finding);
          question_.meanwhile(with_unproved(here));
        }
    }
    if (asked_for(question_.params, fix_all, false)) add_all();
    return Json(actions_);
  }

 private:
  // Nothing: no ruleset can be made of the text.
  const Setting* setting() {
    if (!setting_) {
      Diagnostics heard;
      const Common quiet{.heard = &heard};
      setting_ = load_setting({.rules = document_.file(), .rules6 = {}, .text = document_.text()}, {}, quiet);
    }
    return setting_ ? &*setting_ : nullptr;
  }

  // Why the edits are not proved to change nothing; empty when they are.
  std::string unproved(const Edits& edits) {
    if (!setting()) return "the file has faults";
    const OptimizeSource source = optimize_source(*setting(), document_.family(), false);
    const std::vector<Ruleset> before = source.read(document_.text()), after = source.read(edited(document_.text(), edits).text);
    if (before.empty() || before.size() != after.size()) return "the file would not load without it";
    for (std::size_t i = 0; i < before.size(); ++i)
      if (std::string why = difference(before[i], after[i]); !why.empty()) return why;
    return {};
  }

  void add_fix(const Json& finding) {
    const Edits edits = edits_of(finding);
    ++tried_;
    if (const std::string why = unproved(edits); !why.empty()) return add_disabled(finding, "without it " + why);
    const bool safe = finding.at("safe");
    const auto& title = finding.at("title").get_ref<const std::string&>();
    const std::string_view meant = safe ? "no packet is treated differently" : "no packet would notice, but what it was meant for does not happen";
    fixes_.push_back({{"title", fmt::format("{}: {} ({})", title, meant, finding.at("id").get_ref<const std::string&>())},
                      {"kind", quick_fix},
                      {"diagnostics", Json::array({finding.at("diagnostic")})},
                      {"isPreferred", safe},
                      {"edit", workspace_edit(document_, text_edits(document_, edits))}});
    join();
  }

  void add_disabled(const Json& finding, const std::string& why) {
    if (question_.client.disabled)
      fixes_.push_back({{"title", finding.at("title")}, {"kind", quick_fix}, {"diagnostics", Json::array({finding.at("diagnostic")})}, {"disabled", {{"reason", why}}}});
    join();
  }

  void add_note(const Json& finding) {
    const unsigned line = finding.at("line");
    if (line == 0 || !finding.at("diagnostic").contains("message")) return;
    const std::string note = fmt::format("# fwsim: allow {} ", finding.at("id").get_ref<const std::string&>());
    const std::size_t start = document_.start(line - 1);
    Json edit{{"range", document_.range({start, start})}, {"newText", note + "\n"}};
    notes_.push_back({{"title", fmt::format("allow {} here: a note, behind which the reason stands", finding.at("id").get_ref<const std::string&>())},
                      {"kind", quick_fix},
                      {"diagnostics", Json::array({finding.at("diagnostic")})}, {"edit", workspace_edit(document_, Json::array({std::move(edit)}))}});
    join();
  }

  // As fwsim lint --fix does.
  void add_all() {
    Diagnostics heard;
    const Common quiet{.heard = &heard};
    SettingsFiles files({}, quiet);
    auto input = load_lint_input({.rules = document_.file(), .rules6 = {}, .text = document_.text()}, {}, document_.file(), files, quiet);
    if (!input) return;
    const Mended mended = mend_ruleset(input->setting, document_.family(), *input->settings, lint_options({}), {});
    if (mended.edits.empty()) return;
    all_.push_back({{"title", fmt::format("fix what is safe ({}): no packet is treated differently", mended.done.size())}, {"kind", fix_all},
                    {"edit", workspace_edit(document_, text_edits(document_, mended.edits))}});
    join();
  }

  // Fixes first, then notes.
  void join() {
    actions_ = fixes_;
    for (const Json& list : {notes_, all_}) actions_.insert(actions_.end(), list.begin(), list.end());
  }

  // What is answered when there is no time to prove the rest.
  Json with_unproved(const std::vector<const Json*>& here) const {
    Json out = actions_;
    std::size_t number = 0;
    for (const Json* finding : here)
      if (finding->contains("edits") && number++ >= tried_ && question_.client.disabled)
        out.push_back({{"title", finding->at("title")},
                       {"kind", quick_fix},
                       {"disabled", {{"reason", "the proof that it changes nothing takes longer: fwsim lint --fix takes its time"}}}});
    return out;
  }

  const LspQuestion& question_;
  const LspDocument& document_;
  std::optional<Setting> setting_;
  std::size_t tried_ = 0;
  Json fixes_ = Json::array(), notes_ = Json::array(), all_ = Json::array(), actions_ = Json::array();
};

RpcAnswer answer(const LspQuestion& question) {
  if (!question.client.actions) return Json::array();
  return Fixes(question).made();
}

Json options() { return {{"codeActionKinds", {quick_fix, fix_all}}}; }

}  // namespace

extern const LspRequest lsp_actions{.method = "textDocument/codeAction", .capability = "codeActionProvider", .answer = answer, .aside = true, .options = options};

}  // namespace fwsim

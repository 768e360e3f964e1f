#include "lint/audit.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "lint/audit/audited.hh"

namespace fwsim {
namespace {

using Answer = Judgement::Answer;

class Auditor {
 public:
  Auditor(const std::vector<AuditedRuleset>& rulesets, const Host* host, std::span<const Profile* const> profiles) : host_(host) {
    std::vector<Asked> asked;
    for (const Profile* profile : profiles)
      for (const Control& control : profile->controls) asked.insert(asked.end(), control.question->asks.begin(), control.question->asks.end());
    for (const AuditedRuleset& r : rulesets) audited_[index(r.ruleset->family)] = std::make_unique<Audited>(*r.ruleset, host, *r.settings, asked);
  }

  AuditedControl judge(const Control& control) {
    AuditedControl out{.control = &control, .judged = {}};
    for (Family family : {Family::v4, Family::v6}) {
      if (control.family.value_or(family) != family) continue;
      const Audited* audited = audited_[index(family)].get();
      if (audited)
        out.judged.push_back({family, answer(*control.question, *audited)});
      else if (control.family)
        out.judged.push_back({family, without(family)});
    }
    // The worst of them; what is not applicable counts only when nothing else is there.
    constexpr Answer worst_first[] = {Answer::fail, Answer::cannot_tell, Answer::pass, Answer::not_applicable};
    for (Answer a : worst_first)
      if (std::any_of(out.judged.begin(), out.judged.end(), [&](const auto& j) { return j.judgement.answer == a; })) {
        out.answer = a;
        break;
      }
    return out;
  }

 private:
  static std::size_t index(Family family) { return static_cast<std::size_t>(family); }

  const Judgement& answer(const AuditQuestion& question, const Audited& audited) {
    const std::pair key{&question, audited.family()};
    const auto found = answers_.find(key);
    if (found != answers_.end()) return found->second;
    Judgement judgement = question.judge(audited);
    std::vector<std::string> fix;   // what mends several faults is said once
    for (std::string& line : judgement.fix)
      if (std::find(fix.begin(), fix.end(), line) == fix.end()) fix.push_back(std::move(line));
    judgement.fix = std::move(fix);
    return answers_.emplace(key, std::move(judgement)).first->second;
  }

  Judgement without(Family family) const {
    Judgement j;
    if (family == Family::v6 && host_ && host_->sysctl("net.ipv6.conf.all.disable_ipv6", 0) != 0) {
      j.answer = Answer::not_applicable;
      j.evidence.push_back({.text = "IPv6 is off: net.ipv6.conf.all.disable_ipv6 is not 0", .by = {}, .packet = {}});
    } else {
      j.cannot_tell(fmt::format("no IPv{} ruleset was given{}", family == Family::v4 ? 4 : 6, family == Family::v6 ? " (--rules6 FILE)" : ""));
    }
    return j;
  }

  const Host* host_;
  std::array<std::unique_ptr<Audited>, 2> audited_;
  std::map<std::pair<const AuditQuestion*, Family>, Judgement> answers_;
};

}  // namespace

void Judgement::fail(std::string text) {
  if (answer != Answer::fail) why.clear();
  answer = Answer::fail;
  if (std::find(why.begin(), why.end(), text) == why.end()) why.push_back(std::move(text));
}

void Judgement::cannot_tell(std::string text) {
  if (answer == Answer::fail) return;
  answer = Answer::cannot_tell;
  if (std::find(why.begin(), why.end(), text) == why.end()) why.push_back(std::move(text));
}

std::string_view answer_name(Judgement::Answer answer) {
  constexpr std::string_view names[] = {"pass", "fail", "not applicable", "cannot be told"};
  return names[static_cast<std::size_t>(answer)];
}

std::vector<Audit> audit(const std::vector<AuditedRuleset>& rulesets, const Host* host, std::span<const Profile* const> profiles) {
  Auditor auditor(rulesets, host, profiles);
  std::vector<Audit> out;
  for (const Profile* profile : profiles) {
    Audit one{.profile = profile, .controls = {}};
    for (const Control& control : profile->controls) one.controls.push_back(auditor.judge(control));
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace fwsim

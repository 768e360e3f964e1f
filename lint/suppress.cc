#include "lint/suppress.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lint/checks.hh"
#include "lint/glob.hh"

namespace fwsim {
namespace {

// One check allowed in one place.
struct Note {
  const Check* check = nullptr;
  std::string reason;
  Spot place;                            // of the note; named after what it is about
  unsigned line = 0;                     // findings of this line of the ruleset
  std::optional<std::size_t> allowed;    // or what this entry of the settings says
  bool used = false;
};

const Check* find_check(std::string_view word) {
  for (const Check* check : all_checks())
    if (word == check->id || word == check->name) return check;
  return nullptr;
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::string_view take_word(std::string_view& text, std::string_view ends) {
  const std::string_view word = text.substr(0, text.find_first_of(ends));
  text = trimmed(text.substr(word.size()));
  return word;
}

// Whether this entry is about the ruleset's file at all, and about the place in it. Names begin with a table.
bool about_file(std::string_view at, const std::string& file, const std::string& settings) {
  const std::string_view table = at.substr(0, at.find('/'));
  if (at.empty() || find_table(table)) return true;
  const std::size_t slash = settings.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : settings.substr(0, slash + 1);
  return glob(at, file) || glob(folder + std::string(at), file) || glob(at, std::string_view(file).substr(file.rfind('/') + 1));
}
bool about_place(std::string_view at, const Spot& place) {
  if (!find_table(at.substr(0, at.find('/')))) return true;
  const std::string_view name = place.name;
  return name.substr(0, at.size()) == at && (name.size() == at.size() || name[at.size()] == '/');
}

class Notes {
 public:
  Notes(const Facts& facts, const LintOptions& options) : facts_(facts), options_(options) {
    std::map<unsigned, Spot> targets;
    for (const Table& table : facts.ruleset().tables)
      for (std::size_t c = 0; c < table.chains.size(); ++c)
        if (const auto chain = static_cast<std::uint16_t>(c); table.chains[c].line != table.line) targets.emplace(table.chains[c].line, facts.chain_place(table.id, chain));
    for (const RuleId& id : facts.all()) targets.insert_or_assign(facts.place(id).line, facts.place(id));
    for (const Remark& remark : facts.ruleset().remarks) {
      const auto target = targets.upper_bound(remark.line);
      const bool nowhere = target == targets.end();
      Spot place = nowhere ? Spot{{}, "comment", facts.ruleset().file, 0} : target->second;
      place.line = remark.line;
      read(remark.text, place, nowhere ? 0 : target->first);
    }
    for (const RuleId& id : facts.all())
      for (const MatchUse& use : facts.rules().source(id).matches)
        if (use.name == "comment") comment(trimmed(use.text("comment")), facts.place(id));
    const Settings& settings = facts.settings();
    for (std::size_t i = 0; i < settings.allowed.size(); ++i) {
      const Allowed& a = settings.allowed[i];
      if (about_file(a.at, facts.ruleset().file, settings.file))
        list_.push_back({.check = find_check(a.check), .reason = a.reason, .place = {{}, "[[allow]]", settings.file, a.line}, .allowed = i});
    }
  }

  LintResult apply(LintResult result, std::span<const Check* const> ran) {
    take(result);
    result.allowed.assign(facts_.settings().allowed.size(), AllowUse::not_judged);
    const auto judged = [&](const Note& note) {
      return std::find(ran.begin(), ran.end(), note.check) != ran.end() &&
             std::none_of(result.undecided.begin(), result.undecided.end(), [&](const UndecidedCheck& u) { return u.id == note.check->id; });
    };
    for (const Note& note : list_) {
      if (note.allowed)
        result.allowed[*note.allowed] = note.used ? AllowUse::used : judged(note) ? AllowUse::unused : AllowUse::not_judged;
      else if (!note.used && judged(note))
        add(checks::unused_suppression, checks::unused_suppression.severity, note.place, fmt::format("has no {} to allow", note.check->id), stands_alone(note) ? checks::unused_suppression.mend : Mend::none);
    }
    result.findings.insert(result.findings.end(), faults_.begin(), faults_.end());
    take(result);   // these may be allowed as well
    return result;
  }

 private:
  // In a line of the file that allows nothing else.
  bool stands_alone(const Note& note) const {
    return note.place.line != note.line && std::count_if(list_.begin(), list_.end(), [&](const Note& other) { return !other.allowed && other.place.line == note.place.line; }) == 1;
  }

  void add(const Check& check, Severity severity, const Spot& place, std::string text, Mend mend = Mend::none) {
    if (!wanted(check, options_, facts_.settings())) return;
    faults_.push_back({.id = std::string(check.id), .check = std::string(check.name), .severity = severity_in(facts_.settings(), check, severity),
                       .place = place, .of_chain = place.name == "comment" || place.name != facts_.place(place.rule).name, .text = std::move(text), .hint = std::string(check.fix), .mend = mend});
  }
  void bad(const Spot& place, std::string text) { add(checks::bad_suppression, checks::bad_suppression.severity, place, std::move(text)); }

  void comment(std::string_view text, const Spot& place) {
    constexpr std::string_view sign = "fwsim:";
    if (text.substr(0, sign.size()) != sign) return;
    // One line may hold several rules: -s a,b.
    for (const Note& note : list_)
      if (note.line == place.line && note.place.line == place.line) return;
    read(text.substr(sign.size()), place, place.line);
  }

  // "allow FW101,FW103 reason", about findings of the line; 0: there is nothing that it could be about.
  void read(std::string_view text, const Spot& place, unsigned line) {
    text = trimmed(text);
    const std::string_view verb = take_word(text, " \t");
    if (verb != "allow") return bad(place, verb.empty() ? "has a note that says nothing" : fmt::format("has a note that cannot be read: '{}' is not 'allow'", verb));
    if (line == 0) return bad(place, "stands before no rule or chain");
    std::vector<Note> notes;
    for (bool more = true; more;) {
      const std::string_view word = take_word(text, " \t,");
      more = !text.empty() && text[0] == ',';
      if (more) text = trimmed(text.substr(1));
      const Check* check = find_check(word);
      if (!check) return bad(place, word.empty() ? "has a note that names no check" : fmt::format("has a note that allows '{}', and there is no such check{}", word, meant(word)));
      notes.push_back({.check = check, .reason = {}, .place = place, .line = line, .allowed = {}});
    }
    if (text.empty()) add(checks::bad_suppression, Severity::note, place, fmt::format("has a note that allows {} without a reason", notes.front().check->id));
    for (Note& note : notes) {
      note.reason = std::string(text);
      list_.push_back(std::move(note));
    }
  }

  static std::string meant(std::string_view word) {
    std::vector<std::string_view> names;
    for (const Check* check : all_checks()) names.insert(names.end(), {check->id, check->name});
    const std::string near = did_you_mean(word, names);
    return near.empty() ? "" : fmt::format(", did you mean '{}'?", near);
  }

  bool allows(const Note& note, const Finding& f) const {
    if (!note.check || f.id != note.check->id) return false;
    return note.allowed ? about_place(facts_.settings().allowed[*note.allowed].at, f.place) : f.place.line == note.line;
  }

  void take(LintResult& result) {
    std::erase_if(result.findings, [&](Finding& f) {
      const Note* by = nullptr;
      for (Note& note : list_)
        if (allows(note, f)) {
          note.used = true;
          if (!by) by = &note;
        }
      if (by) result.suppressed.push_back({std::move(f), by->reason, fmt::format("{}:{}", by->place.file, by->place.line)});
      return by != nullptr;
    });
  }

  const Facts& facts_;
  const LintOptions& options_;
  std::vector<Note> list_;
  std::vector<Finding> faults_;
};

}  // namespace

LintResult suppress(LintResult result, const Facts& facts, const LintOptions& options, std::span<const Check* const> ran) {
  return Notes(facts, options).apply(std::move(result), ran);
}

void add_unused_settings(const Settings& settings, const LintOptions& options, std::span<LintResult* const> results) {
  const Check& check = checks::unused_suppression;
  if (results.empty() || !wanted(check, options, settings)) return;
  for (std::size_t i = 0; i < settings.allowed.size(); ++i) {
    AllowUse use = AllowUse::not_judged;
    for (const LintResult* result : results) use = std::max(use, result->allowed[i]);
    if (use != AllowUse::unused) continue;
    const Allowed& a = settings.allowed[i];
    results.back()->findings.push_back({.id = std::string(check.id), .check = std::string(check.name), .severity = severity_in(settings, check, check.severity),
                                        .place = {{}, "[[allow]]", settings.file, a.line}, .of_chain = true,
                                        .text = fmt::format("has no {}{}{} to allow", a.check, a.at.empty() ? "" : " at ", a.at), .hint = std::string(check.fix)});
  }
}

}  // namespace fwsim

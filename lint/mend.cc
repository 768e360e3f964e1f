#include "lint/mend.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "lint/diff.hh"

namespace fwsim {
namespace {

constexpr int most_rounds = 100, most_proofs = 400;

// So that findings in an edited text name the lines that its user sees.
void renumber(Ruleset& ruleset, const std::vector<unsigned>& was) {
  const auto old = [&](unsigned& line) { line = line < was.size() ? was[line] : 0; };
  for (Remark& remark : ruleset.remarks) old(remark.line);
  for (Table& table : ruleset.tables) {
    old(table.line);
    for (Chain& chain : table.chains) {
      old(chain.line);
      for (Rule& rule : chain.rules) old(rule.line);
    }
  }
}

class Rounds {
 public:
  Rounds(std::string_view text, const Mender& mender) : text_(text), mender_(mender), old_(read({})), current_(old_) {}

  Mended run() {
    for (int round = 0; round < most_rounds && !current_.empty() && !late(); ++round) {
      LintResult result = mender_.look(current_.front());
      add_fixes(result, current_.front(), text_, mender_.print);
      if (round == 0)
        for (const Finding& f : result.findings)
          if (f.of_chain) idle_.insert(f.place.name);
      out_.offered.clear();
      sources_.clear();
      for (const Finding& f : result.findings) sources_.emplace(&f, source(f));
      const std::vector<const Finding*> todo = choose(result);
      const std::size_t before = out_.done.size();
      if (!todo.empty()) attempt(todo);
      if (out_.done.size() == before) break;
    }
    const auto by_line = [](const Mending& a, const Mending& b) { return a.finding.place.line < b.finding.place.line; };
    std::stable_sort(out_.done.begin(), out_.done.end(), by_line);
    std::stable_sort(out_.left.begin(), out_.left.end(), by_line);
    return std::move(out_);
  }

 private:
  std::vector<Ruleset> read(const Edits& edits) const {
    const Edited now = edited(text_, edits);
    std::vector<Ruleset> rulesets = mender_.read(now.text);
    for (Ruleset& ruleset : rulesets) renumber(ruleset, now.was);
    return rulesets;
  }

  bool late() const { return mender_.late && mender_.late(); }

  // Not what was tried in vain, nor two fixes at once that want to write the same line differently.
  std::vector<const Finding*> choose(const LintResult& result) {
    std::vector<const Finding*> todo;
    Edits together;
    for (const Finding& f : result.findings) {
      if (!f.fix || tried_.contains(key(f))) continue;
      if (!mender_.wanted(f) && !caused(f)) {
        out_.offered.push_back(f);
        continue;
      }
      const auto clashes = [&](const auto& edit) {
        const auto other = together.find(edit.first);
        return other != together.end() && other->second != edit.second;
      };
      if (std::any_of(f.fix->edits.begin(), f.fix->edits.end(), clashes)) continue;
      together.insert(f.fix->edits.begin(), f.fix->edits.end());
      todo.push_back(&f);
    }
    return todo;
  }

  // A chain of whose last call a fix was.
  bool caused(const Finding& f) const { return f.of_chain && !out_.done.empty() && f.by.empty() && !idle_.contains(f.place.name); }

  // All together, or as many as it can be proved for.
  void attempt(std::span<const Finding* const> todo) {
    Edits next = out_.edits;
    for (const Finding* f : todo)
      for (const auto& [line, text] : f->fix->edits) next.insert_or_assign(line, text);
    std::string why = late() ? "there was no time left to prove it" : ++proofs_ > most_proofs ? "there are too many fixes to prove them one by one" : change(next);
    if (why.empty()) {
      out_.edits = std::move(next);
      for (const Finding* f : todo) out_.done.push_back({*f, sources_[f], {}});
      current_ = std::move(next_);
    } else if (todo.size() == 1) {
      tried_.insert(key(*todo.front()));
      out_.left.push_back({*todo.front(), sources_[todo.front()], std::move(why)});
    } else {
      attempt(todo.first(todo.size() / 2));
      attempt(todo.subspan(todo.size() / 2));
    }
  }

  // Against the old text, so that who asks diff about old and new gets the same answer.
  std::string change(const Edits& edits) {
    next_ = read(edits);
    if (next_.size() != old_.size()) return "the file would not load without it";
    for (std::size_t i = 0; i < next_.size(); ++i)
      if (std::string why = difference(old_[i], next_[i]); !why.empty()) return why;
    return {};
  }

  // Rules' names change when others go; what a fix edits does not.
  static std::string key(const Finding& f) {
    std::string out = f.id;
    for (const auto& [line, text] : f.fix->edits) out += fmt::format(" {} {}", line, text);
    return out;
  }

  // As the rule would be loaded, of the ruleset in which it was found.
  std::string source(const Finding& f) const {
    const Table* table = current_.front().find(f.place.rule.table);
    if (f.of_chain || table == nullptr || f.place.rule.chain >= table->chains.size()) return {};
    const Chain& chain = table->chains[f.place.rule.chain];
    return f.place.rule.index < chain.rules.size() ? mender_.print(chain.rules[f.place.rule.index], chain, *table) : "";
  }

  const std::string_view text_;
  const Mender& mender_;
  const std::vector<Ruleset> old_;
  std::vector<Ruleset> current_, next_;
  std::map<const Finding*, std::string> sources_;   // of this round
  std::set<std::string> tried_, idle_;
  int proofs_ = 0;
  Mended out_;
};

}  // namespace

std::string difference(const Ruleset& before, const Ruleset& after, bool quick) {
  if (needs_conntrack(before) != needs_conntrack(after)) return "nothing else makes the kernel track connections";
  if (needs_defrag(before) != needs_defrag(after)) return "nothing else makes the kernel put fragments together";
  const Diff found = diff(before, after, nullptr, {.logs = true, .quick = quick});
  if (found.same()) return {};
  if (found.groups.empty()) return fmt::format("it is not proved that nothing would change{}", found.undecided.empty() ? "" : ": " + found.undecided.front().text);
  const DiffGroup& group = found.groups.front();
  const std::string packets = group.classes.empty() ? "packets" : group.classes.front().text;
  if (group.notes_only) return fmt::format("something else would be logged or remembered of {}", packets);
  return fmt::format("{} {} be {}, not {}", packets, group.perhaps ? "might" : "would", group.now, group.was);
}

Mended mend(std::string_view text, const Mender& mender) { return Rounds(text, mender).run(); }

}  // namespace fwsim

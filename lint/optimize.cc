#include "lint/optimize.hh"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <span>

#include "lint/check.hh"
#include "lint/known_sets.hh"
#include "lint/left_out.hh"
#include "lint/mend.hh"
#include "model/value.hh"

namespace fwsim {
namespace {

constexpr int most_rounds = 20;

// What can go without any packet being treated otherwise. Chains that nobody calls are none of them: programs fill them later.
const std::vector<std::string> needless{"shadowed", "repeated", "redundant", "contradictory", "dead-jump", "duplicate", "empty-chain"};

class Optimizer {
 public:
  Optimizer(std::string_view text, const OptimizeSource& source, const OptimizeOptions& options)
      : source_(source), options_(options), given_(text), text_(text), end_(Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options.seconds))) {}

  std::optional<Optimized> run() {
    out_.before = now_ = source_.read(text_);
    if (now_.empty()) return std::nullopt;
    const auto lines = static_cast<unsigned>(split(text_, '\n').size());
    for (unsigned l = 0; l <= lines; ++l) from_.push_back({l, {l}});
    if (!RuleLines(now_.front(), text_, source_.print).plain()) write_anew();
    for (int round = 0; round < most_rounds && !late(); ++round) {
      const std::size_t before = progress();
      remove();
      merge(false);
      if (progress() == before) break;
    }
    for (int round = 0; options_.sets && round < most_rounds && !late(); ++round) {
      const std::size_t before = progress();
      merge(true);
      if (progress() == before) break;
    }
    if (options_.weigh && !late()) move();
    finish();
    return std::move(out_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::size_t progress() const { return out_.steps.size() + hard_.size() + refused_.size(); }

  bool late() {
    out_.stopped = out_.stopped || Clock::now() >= end_;
    return out_.stopped;
  }

  bool allowed(const RuleId& id) const { return options_.managed || responsible(now_.front(), id, false) == nullptr; }

  void write_anew() {
    std::vector<unsigned> was;
    each_rule(now_.front(), [&](const RuleId&, const Rule& rule) { was.push_back(rule.line); });
    text_ = source_.print_all(now_.front());
    std::vector<Ruleset> next = source_.read(text_);
    std::size_t n = 0;
    from_.assign(split(text_, '\n').size() + 1, {});
    each_rule(next.front(), [&](const RuleId&, const Rule& rule) { from_[rule.line] = {0, {was[n++]}}; });
    now_ = std::move(next);
    out_.anew = true;
  }

  template <class Each>
  static void each_rule(const Ruleset& ruleset, Each each) {
    for (const Table& table : ruleset.tables)
      for (std::size_t c = 0; c < table.chains.size(); ++c)
        for (std::size_t r = 0; r < table.chains[c].rules.size(); ++r)
          each(RuleId{table.id, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(r)}, table.chains[c].rules[r]);
  }

  // --- steps ---

  void remove() {
    const Mender mender{.read = source_.read,
                        .look = [&](const Ruleset& ruleset) {
                          LintResult found = lint(ruleset, nullptr, {.only = needless, .skip = {}, .managed = options_.managed});
                          std::erase_if(found.findings, [&](const Finding& f) { return says_policy(ruleset, f); });
                          return found;
                        },
                        .print = source_.print,
                        .wanted = [](const Finding&) { return true; },
                        .late = [&] { return late(); }};
    const Mended mended = mend(text_, mender);
    for (const Mending& m : mended.done) out_.steps.push_back(step_of(m, in_given_lines(m.finding.text)));
    for (const Mending& m : mended.left)
      if (OptimizeStep step = step_of(m, m.why); refused_.insert(step.chain + m.source).second) out_.unproved.push_back(std::move(step));
    if (!mended.edits.empty()) take(mended.edits, {});
  }

  // A last DROP of all that is left says what is meant, whatever the policy.
  static bool says_policy(const Ruleset& ruleset, const Finding& f) {
    if (f.of_chain || f.mend != Mend::asked || f.check != "redundant") return false;
    const Rule& rule = ruleset.find(f.place.rule.table)->chains[f.place.rule.chain].rules[f.place.rule.index];
    return rule.basic == BasicMatch{} && rule.matches.empty();
  }

  OptimizeStep step_of(const Mending& m, std::string why) const {
    OptimizeStep step{.chain = m.finding.place.name.substr(0, m.finding.place.name.rfind('/')), .lines = lines_of(m.finding.place.line), .before = {}, .after = {}, .set = {}, .why = std::move(why)};
    if (m.finding.of_chain) step.chain = m.finding.place.name;
    if (!m.source.empty()) step.before.push_back(m.source);
    return step;
  }

  void merge(bool sets) {
    if (late()) return;
    MergeOptions options{.sets = sets, .allowed = [&](const RuleId& id) { return allowed(id); }, .known = known()};
    std::vector<Merge> found = find_merges(now_.front(), options);
    std::erase_if(found, [&](const Merge& m) { return refused_.contains(key(m)); });
    // What the rules themselves tell comes first: to look at packets takes longer.
    std::vector<Merge> easy;
    std::copy_if(found.begin(), found.end(), std::back_inserter(easy), [&](const Merge& m) { return !hard_.contains(key(m)); });
    if (!easy.empty())
      attempt(easy, true);
    else if (!found.empty())
      attempt(found, false);
  }

  // All together, or as many as it can be proved for.
  void attempt(std::span<const Merge> merges, bool quick) {
    const RuleLines lines(now_.front(), text_, source_.print);
    std::map<RuleId, std::optional<Rule>> changes;
    KnownSets sets;
    for (const Merge& m : merges) {
      for (std::uint32_t i : m.rules) changes[{m.table, m.chain, i}] = std::nullopt;
      changes[{m.table, m.chain, m.rules.front()}] = m.result;
      if (m.set) sets.emplace(m.set->name, *m.set);
    }
    Edits edits;
    lines.rewrite(changes, edits);
    const std::string why = late() ? "there was no time left to prove it" : proof(edits, sets, quick);
    if (why.empty()) {
      std::map<unsigned, std::vector<unsigned>> joined;   // lines that became one
      for (const Merge& m : merges) {
        out_.steps.push_back(step_of(m, fmt::format("all but the {} is the same", m.by)));
        auto& into = joined[line(m, m.rules.front())];
        for (std::uint32_t i : m.rules) into.push_back(line(m, i));
      }
      out_.sets.merge(sets);
      take(edits, joined);
    } else if (merges.size() == 1 && quick) {
      hard_.insert(key(merges.front()));
    } else if (merges.size() == 1) {
      refused_.insert(key(merges.front()));
      out_.unproved.push_back(step_of(merges.front(), why));
    } else {
      halves(merges, quick);
    }
  }

  void halves(std::span<const Merge> merges, bool quick) {
    std::vector<Merge> second(merges.begin() + static_cast<std::ptrdiff_t>(merges.size() / 2), merges.end());
    const std::span<const Merge> first = merges.first(merges.size() / 2);
    const std::size_t done = out_.steps.size();
    attempt(first, quick);
    if (out_.steps.size() != done) renumber(first, second, quick);
    if (!second.empty()) attempt(second, quick);
  }

  // Where those that were tried became one, the rules behind them have moved up.
  void renumber(std::span<const Merge> tried, std::vector<Merge>& left, bool quick) {
    std::map<std::pair<TableId, std::uint16_t>, std::set<std::uint32_t>> gone;
    for (const Merge& m : tried)
      if (!refused_.contains(key(m)) && (!quick || !hard_.contains(key(m))))
        for (std::size_t i = 1; i < m.rules.size(); ++i) gone[{m.table, m.chain}].insert(m.rules[i]);
    for (Merge& m : left) {
      const auto& of_chain = gone[{m.table, m.chain}];
      for (std::uint32_t& i : m.rules) i -= static_cast<std::uint32_t>(std::distance(of_chain.begin(), of_chain.lower_bound(i)));
    }
  }

  void move() {
    const KnownSets sets = known();
    const Ruleset proof_form = with_known_sets(now_.front(), sets);
    const Reordering found = suggest_order(proof_form, options_.weigh(now_.front(), out_.sets));
    const auto mine = [&](const ChainOrder& o) { return allowed({o.table, o.chain, 0xffffffff}); };
    for (const ChainOrder& o : found.unproved)
      if (mine(o)) out_.unproved.push_back(step_of(o, "it is not proved that nothing would change"));
    std::vector<ChainOrder> orders;
    std::copy_if(found.chains.begin(), found.chains.end(), std::back_inserter(orders), mine);
    if (orders.empty()) return;
    const RuleLines lines(now_.front(), text_, source_.print);
    Edits edits;
    for (const ChainOrder& o : orders) lines.reorder(o.table, o.chain, o.order, edits);
    const std::string why = proof(edits, {}, false);
    for (const ChainOrder& o : orders) (why.empty() ? out_.steps : out_.unproved).push_back(step_of(o, why.empty() ? fmt::format("saves {} rules looked at", o.saves) : why));
    if (why.empty()) take(edits, {});
  }

  // --- proofs ---

  KnownSets known() const {
    KnownSets all = options_.known;
    for (const auto& [name, set] : out_.sets) all.insert_or_assign(name, set);
    return all;
  }

  // What would be different, of the text as it would be loaded; empty when it is proved that nothing is.
  std::string proof(const Edits& edits, const KnownSets& more, bool quick) {
    next_ = source_.read(edited(text_, edits).text);
    KnownSets sets = known();
    sets.insert(more.begin(), more.end());
    return difference_with(now_, next_, sets, quick);
  }

  static std::string difference_with(const std::vector<Ruleset>& before, const std::vector<Ruleset>& after, const KnownSets& sets, bool quick) {
    if (before.size() != after.size()) return "the file would not load";
    for (std::size_t i = 0; i < before.size(); ++i)
      if (std::string why = difference(with_known_sets(before[i], sets), with_known_sets(after[i], sets), quick); !why.empty()) return why;
    return {};
  }

  void take(const Edits& edits, const std::map<unsigned, std::vector<unsigned>>& joined) {
    Edited e = edited(text_, edits);
    std::vector<From> from;
    for (unsigned was : e.was) {
      from.push_back(from_[was]);
      if (const auto j = joined.find(was); j != joined.end())
        for (unsigned line : j->second) from.back().all.insert(from_[line].all.begin(), from_[line].all.end());
    }
    text_ = std::move(e.text);
    from_ = std::move(from);
    now_ = source_.read(text_);
  }

  void finish() {
    out_.whole = difference_with(out_.before, now_, known(), late());
    // Lines of the given text, each with what has become of it.
    if (text_ != given_) {
      const std::vector<std::string_view> old = split(given_, '\n'), lines = split(text_, '\n');
      Edits became;
      for (unsigned l = 1; l <= old.size(); ++l) became[l] = "";
      if (out_.anew) {
        became[1] = text_;
      } else {
        for (unsigned l = 1; l < from_.size() && l <= lines.size(); ++l) became[from_[l].line] += fmt::format("{}\n", lines[l - 1]);
      }
      for (unsigned l = 1; l <= old.size(); ++l) {
        const bool last = l == old.size() && old.back().empty();
        if (!last && (out_.anew || became[l] != fmt::format("{}\n", old[l - 1]))) out_.edits.emplace(l, became[l]);
      }
    }
    out_.text = std::move(text_);
    out_.after = std::move(now_);
  }

  // --- words ---

  unsigned line(const Merge& m, std::uint32_t i) const { return now_.front().find(m.table)->chains[m.chain].rules[i].line; }

  std::vector<unsigned> lines_of(unsigned line) const {
    if (line >= from_.size()) return {};
    return {from_[line].all.begin(), from_[line].all.end()};
  }

  // "filter/INPUT/3 (rules.v4:12)" with the line of the given text.
  std::string in_given_lines(const std::string& text) const {
    const std::string head = now_.front().file + ":";
    std::string out;
    std::size_t at = 0;
    for (std::size_t found; (found = text.find(head, at)) != std::string::npos;) {
      const std::size_t number = found + head.size(), end = std::min(text.find_first_not_of("0123456789", number), text.size());
      out += text.substr(at, number - at);
      const std::string digits = text.substr(number, end - number);
      const auto lines = digits.empty() ? std::vector<unsigned>() : lines_of(static_cast<unsigned>(std::stoul(digits)));
      out += lines.empty() ? digits : std::to_string(lines.front());
      at = end;
    }
    return out + text.substr(at);
  }

  OptimizeStep step_of(const Merge& m, std::string why) const {
    const Table& table = *now_.front().find(m.table);
    const Chain& chain = table.chains[m.chain];
    OptimizeStep step{.kind = m.set ? OptimizeStep::Kind::listed : OptimizeStep::Kind::merged, .chain = name(m.table, m.chain), .lines = {}, .before = {},
                      .after = source_.print(m.result, chain, table), .set = m.set ? m.set->name : "", .why = std::move(why)};
    for (std::uint32_t i : m.rules) {
      const auto lines = lines_of(chain.rules[i].line);
      step.lines.insert(step.lines.end(), lines.begin(), lines.end());
      step.before.push_back(source_.print(chain.rules[i], chain, table));
    }
    return step;
  }

  OptimizeStep step_of(const ChainOrder& o, std::string why) const {
    const Table& table = *now_.front().find(o.table);
    const Chain& chain = table.chains[o.chain];
    OptimizeStep step{.kind = OptimizeStep::Kind::moved, .chain = name(o.table, o.chain), .lines = {}, .before = {}, .after = {}, .set = {}, .why = std::move(why)};
    for (std::uint32_t i : o.moved()) {
      const auto lines = lines_of(chain.rules[i].line);
      step.lines.insert(step.lines.end(), lines.begin(), lines.end());
      step.before.push_back(source_.print(chain.rules[i], chain, table));
    }
    return step;
  }

  std::string name(TableId table, std::uint16_t chain) const { return fmt::format("{}/{}", table_name(table), now_.front().find(table)->chains[chain].name); }

  // The same for the same rules, whatever their numbers are.
  std::string key(const Merge& m) const {
    const Table& table = *now_.front().find(m.table);
    return fmt::format("{} {} {}", name(m.table, m.chain), m.rules.size(), source_.print(m.result, table.chains[m.chain], table));
  }

  struct From {
    unsigned line = 0;           // of the given text, at whose place it stands
    std::set<unsigned> all;      // that it stands for
  };

  const OptimizeSource& source_;
  const OptimizeOptions& options_;
  const std::string_view given_;
  std::string text_;
  const Clock::time_point end_;
  std::vector<From> from_;       // by line of the text, from 1
  std::vector<Ruleset> now_, next_;
  std::set<std::string> refused_, hard_;   // not taken; not told by the rules alone
  Optimized out_;
};

}  // namespace

std::optional<Optimized> optimize(std::string_view text, const OptimizeSource& source, const OptimizeOptions& options) { return Optimizer(text, source, options).run(); }

std::size_t count_rules(const Ruleset& ruleset) {
  std::size_t n = 0;
  for (const Table& table : ruleset.tables)
    for (const Chain& chain : table.chains) n += chain.rules.size();
  return n;
}

}  // namespace fwsim

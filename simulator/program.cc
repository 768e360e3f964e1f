#include "simulator/program.hh"

#include <fmt/format.h>

#include <utility>

#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr std::size_t long_chain = 16;   // rules; fewer are asked one by one
constexpr std::size_t asked_first = 4;   // of a long chain, which often end it: established connections
constexpr std::size_t walks_before_index = 50;

class Compiler {
 public:
  Compiler(const Table& table, Family family, World& world, Lookup lookup) : world_(world), lookup_(lookup) {
    out_.table = &table;
    out_.family = family;
  }

  Program compile() {
    const Table& table = *out_.table;
    hot_ = new_label();
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      if (chain.hook) out_.base[static_cast<std::size_t>(*chain.hook)] = static_cast<int>(c);
      out_.start.push_back(here());
      out_.policies.push_back(chain.counters);
      const bool always = lookup_ == Lookup::always_indexed;
      const bool indexed = lookup_ != Lookup::one_by_one && chain.rules.size() >= (always ? 1 : long_chain);
      if (indexed) add_long_chain(chain.rules.size());
      for (std::size_t r = 0; r < chain.rules.size(); ++r) {
        if (indexed && (always || r >= asked_first)) leap();
        rule(c, r);
      }
      put({.kind = Op::Kind::end, .a = c});
    }
    bind(hot_);
    put({.kind = Op::Kind::hotdrop});
    for (Op& op : out_.ops) {
      if (op.kind == Op::Kind::end || op.kind == Op::Kind::hotdrop || op.kind == Op::Kind::act || op.kind == Op::Kind::leap) continue;
      op.on_true = labels_[op.on_true];
      op.on_false = labels_[op.on_false];
    }
    return std::move(out_);
  }

 private:
  using Label = std::uint32_t;

  std::uint32_t here() const { return static_cast<std::uint32_t>(out_.ops.size()); }
  Label new_label() {
    labels_.push_back(0);
    return static_cast<Label>(labels_.size() - 1);
  }
  void bind(Label label) { labels_[label] = here(); }
  void put(Op op) { out_.ops.push_back(op); }

  void add_long_chain(std::size_t rules) {
    const std::size_t first = out_.rules.size(), walks = lookup_ == Lookup::always_indexed ? 0 : walks_before_index;
    out_.long_chains.push_back({.first = static_cast<std::uint32_t>(first),
                                .last = static_cast<std::uint32_t>(first + rules),
                                .patience = walks * rules});
  }

  void leap() {
    put({.kind = Op::Kind::leap, .on_true = here() + 1, .a = out_.rules.size(), .b = out_.long_chains.size() - 1});
  }

  void rule(std::size_t chain, std::size_t index) {
    const Rule& rule = out_.table->chains[chain].rules[index];
    const Label next = new_label();
    meaning(meaning_of(rule.basic, out_.family), next);
    for (const MatchUse& match : rule.matches) meaning(meaning_of(match, out_.family), next);
    put({.kind = Op::Kind::act, .a = out_.rules.size()});
    bind(next);
    RuleCode code{.chain = static_cast<std::uint32_t>(chain), .index = static_cast<std::uint32_t>(index),
                  .next = here(), .rule = &rule, .actions = actions(rule), .counters = rule.counters};
    for (const Action& action : code.actions) code.targets.push_back(target(action));
    out_.rules.push_back(std::move(code));
  }

  Actions actions(const Rule& rule) const {
    if (const auto* verdict = std::get_if<Verdict>(&rule.target)) return {*verdict};
    if (const auto* jump = std::get_if<Jump>(&rule.target)) return {*jump};
    if (const auto* use = std::get_if<TargetUse>(&rule.target)) return actions_of(*use, out_.family);
    return {};
  }

  std::unique_ptr<Target> target(const Action& action) {
    const auto* effect = std::get_if<Effect>(&action);
    if (!effect) return nullptr;
    const TargetKind* kind = find_effect(effect->use->name);
    return kind ? kind->make(*effect->use, out_.family, world_) : nullptr;
  }

  void meaning(const Meaning& m, Label otherwise) {
    if (m.hotdrop.kind != Pred::Kind::never) {
      const Label go_on = new_label();
      test(m.hotdrop, hot_, go_on, false);
      bind(go_on);
    }
    if (m.matches.kind == Pred::Kind::always) return;
    const Label go_on = new_label();
    test(m.matches, go_on, otherwise, true);
    bind(go_on);
  }

  // `success`: the truth of this part that lets the rule go on.
  void test(const Pred& p, Label yes, Label no, bool success) {
    Op op{.field = p.field, .success = success, .on_true = yes, .on_false = no};
    switch (p.kind) {
      case Pred::Kind::always:
      case Pred::Kind::never:
        op.on_true = p.kind == Pred::Kind::always ? yes : no;
        return put(op);
      case Pred::Kind::present: op.kind = Op::Kind::present; return put(op);
      case Pred::Kind::in: return ranges(p, op);
      case Pred::Kind::masked:
        if (is_wide(p.field)) {
          op.kind = Op::Kind::masked_wide;
          op.a = out_.wide.size();
          out_.wide.push_back(p.value);
          out_.wide.push_back(p.mask);
        } else {
          op.kind = Op::Kind::masked;
          op.a = static_cast<std::uint64_t>(p.value);
          op.b = static_cast<std::uint64_t>(p.mask);
        }
        return put(op);
      case Pred::Kind::oracle: return ask(p, op);
      case Pred::Kind::unknown: return undecided(p.reason, op);
      case Pred::Kind::all:
      case Pred::Kind::any: {
        const bool conjunction = p.kind == Pred::Kind::all;
        for (std::size_t i = 0; i + 1 < p.parts.size(); ++i) {
          const Label go_on = new_label();
          test(p.parts[i], conjunction ? go_on : yes, conjunction ? no : go_on, success);
          bind(go_on);
        }
        return test(p.parts.back(), yes, no, success);
      }
      case Pred::Kind::negation: return test(p.parts.front(), no, yes, !success);
    }
  }

  void ranges(const Pred& p, Op op) {
    if (is_wide(p.field)) {
      // One record for each range, tried in turn.
      for (std::size_t i = 0; i < p.ranges.size(); ++i) {
        Op one = op;
        one.kind = Op::Kind::in_wide;
        one.a = out_.wide.size();
        out_.wide.push_back(p.ranges[i].low);
        out_.wide.push_back(p.ranges[i].high);
        const bool last = i + 1 == p.ranges.size();
        const Label go_on = last ? op.on_false : new_label();
        one.on_false = go_on;
        put(one);
        if (!last) bind(go_on);
      }
    } else if (p.ranges.size() == 1) {
      op.kind = Op::Kind::in;
      op.a = static_cast<std::uint64_t>(p.ranges.front().low);
      op.b = static_cast<std::uint64_t>(p.ranges.front().high);
      return put(op);
    } else {
      op.kind = Op::Kind::list;
      op.a = out_.ranges.size();
      out_.ranges.insert(out_.ranges.end(), p.ranges.begin(), p.ranges.end());
      op.b = out_.ranges.size();
      return put(op);
    }
    if (p.ranges.empty()) {
      op.on_true = op.on_false;
      put(op);
    }
  }

  void ask(const Pred& p, Op op) {
    const OracleKind* kind = find_oracle(p.use->name);
    if (!kind) return undecided(fmt::format("match '{}' is not simulated", p.use->name), op);
    op.kind = Op::Kind::oracle;
    op.a = out_.oracles.size();
    out_.oracles.push_back(kind->make(*p.use, out_.family, world_));
    put(op);
  }

  void undecided(std::string reason, Op op) {
    op.kind = Op::Kind::unknown;
    op.a = out_.reasons.size();
    out_.reasons.push_back(std::move(reason));
    put(op);
  }

  World& world_;
  Lookup lookup_;
  Program out_;
  std::vector<std::uint32_t> labels_;
  Label hot_ = 0;
};

}  // namespace

const RuleIndex* index_of(Program& program, std::uint64_t number) {
  LongChain& chain = program.long_chains[number];
  if (chain.index) return chain.index.get();
  if (chain.patience > 0) {
    --chain.patience;
    return nullptr;
  }
  chain.index = std::make_unique<RuleIndex>(program, chain.first, chain.last);
  return chain.index.get();
}

Program compile(const Table& table, Family family, World& world, Lookup lookup) { return Compiler(table, family, world, lookup).compile(); }

}  // namespace fwsim

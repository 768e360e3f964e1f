#include "reports/nft/rules.hh"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "reports/nft/fields.hh"

namespace fwsim::nft {
namespace {

constexpr std::size_t longest_comment = 127;  // bytes that nft keeps

class Builder {
 public:
  Builder(RuleContext& c, const RuleNames& names) : c_(c), names_(names) {}

  RuleText build() {
    c_.protocol = c_.rule->basic.not_proto ? 0 : c_.rule->basic.proto;
    if (!outcome() || !prepare() || !conditions()) {
      out_.lines.clear();
      out_.helpers.clear();
      if (out_.why.empty()) out_.why = "nft cannot say this";
    }
    return std::move(out_);
  }

 private:
  // --- what it does --------------------------------------------------------------------------

  bool outcome() {
    const auto& target = c_.rule->target;
    if (const auto* verdict = std::get_if<Verdict>(&target)) {
      constexpr std::string_view words[] = {"accept", "drop", "return", "queue"};
      outcome_ = {.verdict = std::string(words[static_cast<std::size_t>(*verdict)]), .stops = true};
      if (*verdict == Verdict::queue) outcome_ = {.action = "queue to 0", .stops = true};
    } else if (const auto* jump = std::get_if<Jump>(&target)) {
      outcome_ = {.verdict = fmt::format("{} {}", jump->go ? "goto" : "jump", names_.chain(jump->chain)),
                  .stops = jump->go};
    } else if (const auto* use = std::get_if<TargetUse>(&target)) {
      if (!use->extension) return fail(fmt::format("target '{}' is not known", use->name));
      const TargetText text = target_text(use->name);
      auto found = text ? text(*use, c_, out_.why) : actions_text(actions_of(*use, c_.family), *use, c_, out_.why);
      if (!found) return false;
      outcome_ = std::move(*found);
    }
    return true;
  }

  // Steps are done in a chain of their own.
  bool prepare() {
    if (outcome_.ports && transport_name(c_.protocol) == "th")
      return fail("nft maps ports only where the rule names their protocol");
    if (outcome_.steps.empty()) return true;
    std::vector<Line> lines;
    for (const Outcome::Step& step : outcome_.steps) {
      lines.push_back({.action = step.action, .verdict = outcome_.first_only ? "return" : ""});
      lines.back().pieces.push_back(text_piece(step.test));
    }
    outcome_ = {.verdict = "jump " + helper(std::move(lines))};
    return true;
  }

  // --- when it does it -------------------------------------------------------------------------

  bool fail(std::string why) {
    out_.why = std::move(why);
    return false;
  }

  // The pure conditions up to here, as one.
  bool flush() {
    if (pure_.empty()) return true;
    const auto terms = terms_of(all(std::move(pure_)), c_.family, c_.whole_packets, out_.why);
    pure_.clear();
    if (!terms) return false;
    Ways ways;
    for (const Conjunction& term : *terms) {
      auto pieces = pieces_of(term, {c_.family, c_.protocol}, out_.why);
      if (!pieces) return false;
      ways.push_back(std::move(*pieces));
    }
    return take(ways);
  }

  // One more condition, which all ways so far must meet.
  bool take(const Ways& more) {
    const bool memory = std::any_of(more.begin(), more.end(), [](const Pieces& way) {
      return std::any_of(way.begin(), way.end(), [](const Piece& p) { return p.memory; });
    });
    if (memory || remembers_) {
      if (more.size() != 1)
        return more.empty() ? (never_ = true) : fail("nft cannot say 'or' behind a match that counts");
      std::copy(more.front().begin(), more.front().end(), std::back_inserter(rest_));
      remembers_ = true;
      return true;
    }
    Ways product;
    for (const Pieces& one : ways_)
      for (const Pieces& other : more) {
        Pieces both = one;
        std::copy(other.begin(), other.end(), std::back_inserter(both));
        product.push_back(std::move(both));
      }
    ways_ = std::move(product);
    return ways_.size() <= 64 || fail("it would take more than 64 rules");
  }

  bool conditions() {
    pure_.push_back(meaning_of(c_.rule->basic, c_.family).matches);
    for (const MatchUse& match : c_.rule->matches) {
      if (match.name == "comment") {
        comment(match.text("comment"));
        continue;
      }
      if (!match.extension) return fail(fmt::format("match '{}' is not known", match.name));
      std::string why;
      if (const MatchText text = match_text(match.name)) {
        auto ways = text(match, c_, why);
        if (!ways && !why.empty()) return fail(std::move(why));
        if (ways) {
          if (!flush() || !take(*ways)) return false;
          continue;
        }
      }
      Pred pred = meaning_of(match, c_.family).matches;
      if (has_oracle(pred))
        return fail(fmt::format("nft has no match '{}'{}", match.name,
                                match.extension->modelled == Modelled::opaque ? "" : " like this"));
      pure_.push_back(std::move(pred));
    }
    return flush() && write();
  }

  static bool has_oracle(const Pred& pred) {
    return pred.kind == Pred::Kind::oracle || pred.kind == Pred::Kind::unknown ||
           std::any_of(pred.parts.begin(), pred.parts.end(), has_oracle);
  }

  void comment(std::string_view text) {
    if (can_be_quoted(text) && comment_.size() + text.size() + 2 <= longest_comment)
      comment_ += (comment_.empty() ? "" : "; ") + std::string(text);
    else
      remarks_.push_back(fmt::format("# {}", text));
    for (std::string& remark : remarks_) std::replace(remark.begin(), remark.end(), '\n', ' ');
  }

  // --- lines -----------------------------------------------------------------------------------

  Line line(Pieces pieces, const Outcome& outcome) const {
    if (outcome.ports)  // nft must have read the protocol; in a helper it has not
      pieces.insert(pieces.begin(),
                    {.key = "meta l4proto", .elements = {{{c_.protocol, c_.protocol}, protocol_text(c_.protocol)}}});
    tidy(pieces);
    return {.pieces = std::move(pieces), .action = outcome.action, .verdict = outcome.verdict, .stops = outcome.stops};
  }

  // "tcp dport" asks for the protocol, too; what is said twice is said once.
  static void tidy(Pieces& pieces) {
    for (std::size_t i = 0; i < pieces.size();)
      if (!pieces[i].memory && std::find(pieces.begin(), pieces.begin() + static_cast<std::ptrdiff_t>(i), pieces[i]) !=
                                   pieces.begin() + static_cast<std::ptrdiff_t>(i))
        pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i));
      else
        ++i;
    // nft must have read the protocol before it can read ports of a connection.
    if (std::any_of(pieces.begin(), pieces.end(), [](const Piece& p) { return p.key.find(" proto-") != p.key.npos; }))
      return;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const Piece& piece = pieces[i];
      if (piece.key != "meta l4proto" || piece.negated || piece.elements.size() != 1) continue;
      const std::string& name = piece.elements.front().text;
      const std::string word = (name == "ipv6-icmp" ? "icmpv6" : name == "ipcomp" ? "comp" : name) + " ";
      // Not behind a match that counts: it would count packets of other protocols.
      const auto end = std::find_if(pieces.begin() + static_cast<std::ptrdiff_t>(i), pieces.end(),
                                    [](const Piece& p) { return p.memory; });
      const bool said = std::any_of(pieces.begin(), end, [&](const Piece& other) {
        return &other != &piece && !other.memory && !other.unless &&
               (other.key.empty() ? other.text : other.key).starts_with(word) &&
               !(other.key.empty() ? other.text : other.key).starts_with("tcp option");
      });
      if (said) {
        pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i));
        return;
      }
    }
  }

  // The lines of one action: with its exceptions before and after.
  void emit(std::vector<Line>& lines, const Pieces& pieces, const Outcome& outcome) const {
    const auto excluded = [&](const Piece& p) {  // what the exception is about cannot be in such a packet
      return p.key == outcome.but->key && !p.negated &&
             std::none_of(p.elements.begin(), p.elements.end(), [&](const Element& e) {
               const Range& r = outcome.but->elements.front().range;
               return e.range.low <= r.high && r.low <= e.range.high;
             });
    };
    if (outcome.but && std::none_of(pieces.begin(), pieces.end(), excluded)) {
      Pieces more = pieces;
      more.push_back(*outcome.but);
      lines.push_back(line(std::move(more), {.verdict = "accept", .stops = true}));
      lines.back().counts = true;
    }
    lines.push_back(line(pieces, outcome));
    lines.back().counts = true;
    if (!outcome.otherwise.empty()) lines.push_back(line(pieces, {.verdict = outcome.otherwise, .stops = true}));
  }

  static bool has_unless(const Pieces& pieces) {
    return std::any_of(pieces.begin(), pieces.end(), [](const Piece& p) { return p.unless; });
  }

  // In a chain of its own: a jump goes on as goto, for the helper itself was jumped to.
  std::optional<Outcome> inside() {
    Outcome inner = outcome_;
    if (inner.ends) return inner;
    if (inner.verdict.starts_with("jump ")) inner.verdict = "goto " + inner.verdict.substr(5);
    if (outcome_.verdict == "return" && names_.policy)
      inner.verdict = *names_.policy == Verdict::accept ? "accept" : "drop";
    else if (outcome_.verdict == "return" || outcome_.verdict.starts_with("goto ")) {
      fail(fmt::format("nft needs another chain for it, from which '{}' would lead elsewhere",
                       outcome_.verdict.substr(0, outcome_.verdict.find(' '))));
      return std::nullopt;
    }
    return inner;
  }

  std::string helper(std::vector<Line> lines) {
    out_.helpers.push_back({names_.fresh(), std::move(lines)});
    return out_.helpers.back().name;
  }

  // The helper that does it, unless one of these is so.
  std::optional<std::string> helper_unless(const Pieces& pieces) {
    const auto inner = inside();
    if (!inner) return std::nullopt;
    std::vector<Line> lines;
    for (const Piece& p : pieces)
      if (p.unless) {
        lines.push_back({.verdict = "return", .stops = true});
        lines.back().pieces.push_back({.memory = p.memory, .of_family = p.of_family, .text = p.text});
      }
    Pieces later;
    for (const Piece& p : rest_)
      if (!p.unless) later.push_back(p);
    emit(lines, later, *inner);
    return helper(std::move(lines));
  }

  // "Return unless": the rest of the chain becomes one of its own, to which those go for whom it is not so.
  bool returns_unless(const Pieces& pieces) {
    Pieces pure;
    for (const Piece& p : pieces)
      if (!p.unless) pure.push_back(p);
    out_.rest = names_.fresh();
    const Outcome away{.verdict = "goto " + out_.rest, .stops = true};
    for (const Piece& p : pieces) {
      if (!p.unless) continue;
      Pieces whole = pure;
      whole.push_back({.of_family = p.of_family, .text = p.text});
      out_.lines.push_back(line(std::move(whole), away));
    }
    out_.lines.push_back(line(std::move(pure), outcome_));
    out_.lines.back().counts = true;
    out_.lines.push_back(line({}, away));
    return true;
  }

  bool write() {
    if (never_) ways_.clear();
    if (ways_.empty()) {
      out_.lines.push_back({.remarks = {"# never matches: "}, .is_rule = false});
      return true;
    }
    if (has_unless(rest_)) {
      const bool last = std::none_of(rest_.begin(), rest_.end(), [](const Piece& p) { return p.memory; });
      if (!last) return fail("nft cannot say 'not' behind a match that counts");
    }
    const bool leaves =
        (outcome_.verdict.starts_with("goto ") && !outcome_.ends) || (outcome_.verdict == "return" && !names_.policy);
    if (leaves && ways_.size() == 1 && !remembers_ && has_unless(ways_.front())) return returns_unless(ways_.front());
    // An action with exceptions is one place to go to where what stands before it can be asked only once.
    if ((outcome_.but || !outcome_.otherwise.empty()) && (remembers_ || ways_.size() > 1)) {
      std::vector<Line> lines;
      emit(lines, {}, outcome_);
      outcome_ = {.verdict = "goto " + helper(std::move(lines)), .stops = true, .ends = true};
    }
    // One action for any of several ways: in a helper, for it must be done once.
    const bool once = ways_.size() > 1 && (!outcome_.stops || remembers_);
    std::optional<std::string> shared;
    for (Pieces& way : ways_) {
      Pieces whole = way;
      std::copy(rest_.begin(), rest_.end(), std::back_inserter(whole));
      if (!has_unless(whole) && !once) {
        emit(out_.lines, whole, outcome_);
        continue;
      }
      if (!once) {
        const auto name = helper_unless(whole);
        if (!name) return false;
        std::erase_if(way, [](const Piece& p) { return p.unless; });
        out_.lines.push_back(line(std::move(way), {.verdict = "jump " + *name}));
        continue;
      }
      if (!in_helper(way, shared)) return false;
    }
    if (once) {
      std::vector<Line> choices = std::move(out_.lines);
      out_.lines.clear();
      out_.lines.push_back(line({}, {.verdict = "jump " + helper(std::move(choices))}));
    }
    return true;
  }

  // A way of several, in the helper that tries them in turn: the first that fits does it, and no other.
  bool in_helper(Pieces& way, std::optional<std::string>& shared) {
    if (has_unless(way)) return fail("nft cannot say 'or' and 'not' in one rule");
    const auto inner = inside();
    if (!inner) return false;
    const bool just_goes = inner->action.empty() && inner->verdict.starts_with("goto ") && rest_.empty();
    if (just_goes) {
      out_.lines.push_back(line(way, *inner));
      out_.lines.back().counts = true;
      return true;
    }
    if (!shared) {
      std::vector<Line> lines;
      emit(lines, rest_, *inner);
      shared = helper(std::move(lines));
    }
    out_.lines.push_back(line(way, {.verdict = "goto " + *shared, .stops = true}));
    return true;
  }

 public:
  std::string comment_{};
  std::vector<std::string> remarks_{};

 private:
  RuleContext& c_;
  const RuleNames& names_;
  RuleText out_{};
  Outcome outcome_{};
  std::vector<Pred> pure_{};
  Ways ways_{{}};  // before the first match that remembers
  Pieces rest_{};  // from it on
  bool remembers_ = false, never_ = false;
};

}  // namespace

RuleText rule_text(RuleContext& context, const RuleNames& names) {
  Builder builder(context, names);
  RuleText out = builder.build();
  for (Line& line : out.lines) line.comment = builder.comment_;
  if (!out.lines.empty())
    out.lines.front().remarks.insert(out.lines.front().remarks.begin(), builder.remarks_.begin(),
                                     builder.remarks_.end());
  // The first line that counts goes on from the original's counter.
  Counters counters = context.rule->counters;
  const auto count = [&](std::vector<Line>& lines) {
    for (Line& line : lines)
      if (line.counts) line.counters = std::exchange(counters, Counters{});
  };
  count(out.lines);
  for (Helper& helper : out.helpers) count(helper.lines);
  return out;
}

}  // namespace fwsim::nft

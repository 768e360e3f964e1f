// What several checks ask about a ruleset, each computed once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lint/finding.hh"
#include "lint/answers.hh"
#include "lint/prepare.hh"
#include "model/host.hh"
#include "model/settings.hh"

namespace fwsim {

// Which earlier rules leave nothing for a rule.
struct Cover {
  enum class Kind : std::uint8_t {
    one,        // one rule of the chain takes every packet that this rule matches
    together,   // several of the chain do
    elsewhere,  // rules of other chains or tables too
    context,    // nobody takes them: no packet that comes here has what the rule asks for
    kernel      // the kernel's own way: no such packet comes here
  };
  Kind kind = Kind::context;
  std::vector<RuleId> by;
};

// What holds where nobody wrote settings.
inline const Settings& no_settings() {
  static const Settings none;
  return none;
}

class Facts {
 public:
  // All must outlive it; `host` may be null. `asked`: what is put to answers(), instead of what the checks ask.
  Facts(const Ruleset& ruleset, const Host* host, const Settings& settings = no_settings(), std::vector<Asked> asked = {});

  const Ruleset& ruleset() const { return ruleset_; }
  const Host* host() const { return host_; }
  using Sets = std::map<std::string, IpSet, std::less<>>;
  // Null when nothing is known of them: the host's, or those that are known without a host.
  const Sets* sets() const { return host_ ? &host_->sets : sets_; }
  void know_sets(const Sets* sets) { sets_ = sets; }   // must outlive it
  const Settings& settings() const { return settings_; }
  const Explorer& explorer() const { return prepared_[0]; }
  const Symbolic& rules() const { return *prepared_.rules[0]; }
  const Space& space() const { return *prepared_.space; }

  // Answers to what the checks ask (Check::asks), or was asked instead.
  const Answers& answers() const;

  const std::vector<RuleId>& all() const { return all_; }           // every rule, by place in the ruleset
  const SymbolicTable& table(TableId id) const { return *rules().table(id); }
  const SymbolicChain& chain(const RuleId& id) const { return table(id.table).chains[id.chain]; }
  const Explorer::Reached& reach(const RuleId& id) const;
  bool never(const RuleId& id) const { return reach(id).answer == Explorer::Reached::Answer::never; }
  // Rules that jump or go to a chain.
  const std::vector<RuleId>& callers(TableId table, std::uint16_t chain) const;
  // Whether packets come to the chain: built-in, or called by a rule that is reached (or may be).
  bool entered(TableId table, std::uint16_t chain) const;
  // Variables that rules of the table change for packets that stay in it.
  const std::vector<bool>& written(TableId table) const;
  // Of a rule that is never reached.
  const Cover& cover(const RuleId& id) const;
  // The first rule of the chain that asks and does the same.
  std::optional<RuleId> twin(const RuleId& id) const;

  // What the rule matches, without what the table itself may have changed.
  std::vector<Piece> wanted(const RuleId& id) const;
  // Boxes of packets that never come behind this rule: it ends them, or leaves the chain with them.
  const std::vector<Box>& takes(const RuleId& id) const;
  // What no packet is that comes to the chain, as far as nobody rewrites it.
  const std::vector<Box>& laws(TableId table, std::uint16_t chain) const;
  // Rules of the chain from `from` and before `end` that may have to do with the piece, and all that write logs or count.
  std::vector<std::uint32_t> concerned(TableId table, std::uint16_t chain, const Piece& piece, std::uint32_t from, std::uint32_t end) const;

  Spot place(const RuleId& id) const;
  Spot chain_place(TableId table, std::uint16_t chain) const;
  std::string names(const std::vector<RuleId>& list, std::size_t most = 4) const;   // "A, B and C"
  std::string so_do(const std::vector<RuleId>& more) const;   // "; so do A and B"; empty for none
  // Whether both do the same to a packet that they match.
  bool same_target(const RuleId& a, const RuleId& b) const;
  std::string target(const RuleId& id) const;    // "ACCEPT"; of policies too
  bool remembers(const RuleId& id) const;        // has a match whose answer may differ each time
  bool only_looks(const RuleId& id) const;       // no target: only counts

 private:
  std::optional<RuleId> find_taker(const RuleId& id) const;
  Cover find_cover(const RuleId& id) const;
  std::vector<Box> find_takes(const RuleId& id) const;
  std::vector<Box> find_laws(TableId table, std::uint16_t chain) const;
  void find_twins(TableId table, std::uint16_t chain) const;

  const Ruleset& ruleset_;
  const Host* host_;
  const Sets* sets_ = nullptr;
  const Settings& settings_;
  std::vector<Asked> asked_;
  Prepared prepared_;
  mutable std::unique_ptr<Answers> answers_;
  std::vector<RuleId> all_;
  std::array<std::vector<bool>, table_count> written_;
  struct OfChain {
    std::vector<std::vector<Box>> takes;    // by rule
    std::vector<std::uint32_t> inert;       // rules that the index leaves out
    std::optional<std::vector<Box>> laws;
  };
  mutable std::array<std::vector<OfChain>, table_count> chains_;
  mutable std::map<RuleId, Explorer::Reached> reached_;
  mutable std::map<RuleId, Cover> covers_;
  mutable std::map<RuleId, RuleId> twins_;
  mutable std::map<std::pair<TableId, std::uint16_t>, bool> twins_known_;
};

}  // namespace fwsim

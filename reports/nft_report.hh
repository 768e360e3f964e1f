// A ruleset of iptables in the language of nft(8): tables, chains, sets and rules that do to every
// packet what the kernel does with the original. What nft cannot say is named, in its place in the
// text and in a list; it never goes lost in silence.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "model/ipset.hh"
#include "model/ruleset.hh"

namespace fwsim {

struct NftOptions {
  bool counters = false;  // every rule counts, from the counter of its original on
  const std::map<std::string, IpSet, std::less<>>* sets = nullptr;  // ipsets that rules may ask for
  // "-A INPUT -j DROP", of a rule that cannot be translated.
  std::function<std::string(const Ruleset&, const Table&, const Chain&, const Rule&)> source;
  // The base hooks from which each chain of a table can be reached.
  std::function<std::vector<HookSet>(const Table&)> hooks;
};

// A rule, or a set that rules ask for, without a counterpart in nft.
struct NftFault {
  std::string file;
  unsigned line = 0;
  std::string rule;  // "filter/INPUT/3"
  std::string text;  // the original
  std::string why;
  std::string effect;  // what is different without it
};

struct NftText {
  std::string text;  // for nft -f
  std::vector<NftFault> untranslated;
  std::vector<std::string> notes;  // what is equal only in all usual cases
  std::size_t rules = 0;           // of the original
};

// Either may be null, not both. Tables of both families become one of family inet where their chains
// and most of their rules agree.
NftText nft_text(const Ruleset* v4, const Ruleset* v6, const NftOptions& options);

}  // namespace fwsim

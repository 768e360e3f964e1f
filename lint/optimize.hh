// A ruleset that does the same with fewer rules, and asks those first that most packets come to: rules that are not needed
// go (mend.hh), those that differ in one thing become one (merge.hh), and hot ones move up (reorder.hh), until nothing is left
// to do. Each step is proved by diff to treat and log every packet alike, as the text would be loaded; others are not taken.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/merge.hh"
#include "lint/reorder.hh"
#include "lint/rule_lines.hh"

namespace fwsim {

struct OptimizeSource {
  // The rulesets that a text holds: more than one when it serves both families. None: it would not load.
  std::function<std::vector<Ruleset>(std::string_view text)> read;
  RulePrinter print;
  std::function<std::string(const Ruleset&)> print_all;   // as iptables-save would, with the counters that there are
};

using KnownSets = std::map<std::string, IpSet, std::less<>>;

struct OptimizeOptions {
  bool sets = false;                // also lists of addresses into ipsets
  bool managed = false;             // also chains that a program made: it may look for its rules as it wrote them
  double seconds = 60;              // for which new steps are begun
  KnownSets known;                  // sets of the host
  // What comes to the rules; null: nothing is moved. `more` are the sets that were made.
  std::function<Weights(const Ruleset& ruleset, const KnownSets& more)> weigh{};
};

struct OptimizeStep {
  enum class Kind : std::uint8_t { removed, merged, listed, moved } kind = Kind::removed;
  std::string chain;                // "filter/INPUT"
  std::vector<unsigned> lines;      // of the given text; those of a merged rule are all that it stands for
  std::vector<std::string> before;  // rules as they would be loaded
  std::string after;                // merged, listed: the one rule
  std::string set;                  // listed: its name
  std::string why;                  // "all but the ports is the same"; not taken: why it is not proved
};

struct Optimized {
  std::string text;
  Edits edits;                      // of the given text
  std::vector<Ruleset> before, after;
  KnownSets sets;                   // that have to be loaded before
  std::vector<OptimizeStep> steps, unproved;
  bool anew = false;                // written as iptables-save would, since the text has commands but -A
  bool stopped = false;             // the time was up
  std::string whole;                // before and after at once: empty when proved alike, or what is not decided
};

// Nothing when the text does not load.
std::optional<Optimized> optimize(std::string_view text, const OptimizeSource& source, const OptimizeOptions& options);

std::size_t count_rules(const Ruleset& ruleset);

}  // namespace fwsim

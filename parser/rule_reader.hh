// Turns the words of one line into a command and its rules: getopt_long's way of reading options,
// -p and -m loading, addresses in lists, and all checks that iptables makes before the kernel
// sees the rule (iptables/xshared.c, do_parse).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/ruleset.hh"
#include "parser/basic_options.hh"
#include "parser/basic_reader.hh"
#include "parser/grammar.hh"
#include "parser/loaded_extensions.hh"
#include "parser/reporter.hh"

namespace fwsim {

// Who reads: a file is read as well as it can be, with hints; the tools refuse what they refuse.
enum class ReadAs : std::uint8_t { file, command, restore };

struct ReadRule {
  Basic command = Basic::append;
  bool has_command = false;
  bool other_family = false;      // the line is for the other family only ("-6" in a v4 file)
  Word chain;
  std::optional<Word> argument;   // rule number, policy or new name
  std::vector<Rule> rules;        // one for each pair of addresses
  // Where -j or -g named a chain (its index is not known here); the target of `rules` is then a
  // Jump whose chain is still -1.
  std::optional<Word> jump_to;
  // What a command says beside the rule.
  std::optional<Word> table;
  unsigned verbose = 0;
  bool numeric = false, exact = false, line_numbers = false, help = false, version = false;
  bool zero = false;              // -Z with -L or -S
  std::optional<Counters> counters;

  void clear() {   // but keeps its memory
    std::vector<Rule> kept = std::move(rules);
    kept.clear();
    *this = {};
    rules = std::move(kept);
  }
};

// An option in a line, for who shows lines to people.
struct OptionPlace {
  const BasicOption* basic = nullptr;
  const Option* option = nullptr;            // or this one, of `extension`
  const Extension* extension = nullptr;
  std::size_t word = 0, end = 0;             // its word in Line::words, and behind the last of its values
  bool attached = false;                     // a value stands in the word itself
};

// Memory that is used again for the next rule.
struct RuleScratch {
  BasicReading basic;
  LoadedExtensions loaded;
  std::vector<OptionPlace>* places = nullptr;   // gets all options up to the first fault; null: nobody asks
  void clear();
};

// Reads `line` of table `table` into `out`, which is empty. False when it had an error (reported): `out` must not be used.
bool read_rule(const Line& line, std::string_view source, Family family, TableId table, Reporter& reporter,
               ReadRule& out, ReadAs as, RuleScratch& scratch);
inline bool read_rule(const Line& line, std::string_view source, Family family, TableId table, Reporter& reporter,
                      ReadRule& out, ReadAs as = ReadAs::file) {
  RuleScratch scratch;
  return read_rule(line, source, family, table, reporter, out, as, scratch);
}

}  // namespace fwsim

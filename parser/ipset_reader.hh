// Carries out the lines of an `ipset restore` file, or single commands, on sets.
#pragma once

#include <span>
#include <string_view>

#include "parser/ipset_commands.hh"
#include "parser/ipset_element.hh"
#include "parser/ipset_options.hh"
#include "parser/ipset_tables.hh"
#include "parser/ipset_words.hh"

namespace fwsim {

class SetReader {
 public:
  // `exist`: as ipset's -exist; `strict`: as the tool does, it stops at the first fault.
  SetReader(SetTables& sets, Reporter& reporter, bool exist, bool strict = false)
      : reporter_(reporter), sets_(sets), exist_(exist), strict_(strict) {}

  // All lines; numbers them for the reporter.
  void read(std::string_view text);
  // A command with its arguments, `words` beginning with its name.
  void run(IpsetCommand command, std::span<const Word> words);
  // `test`, without effect on what follows: whether the element is in the set, and its text; nothing after a fault.
  struct Tested {
    bool held = false;
    std::string element;
  };
  std::optional<Tested> tested(std::span<const Word> words);

 private:
  Reporter& reporter_;
  SetTables& sets_;
  IpsetLine line_;
  bool exist_;          // from a -exist on: it holds for the rest of the file
  bool strict_;
  bool ended_ = false;
  // ipset sends consecutive adds (or dels) to a set together, with the -exist of the first.
  struct Batch {
    IpsetCommand command = IpsetCommand::quit;
    SetTable* table = nullptr;
    bool exist = false;
  } batch_;

  std::string_view rest_;   // of the file, behind the present line

  void read_line(std::string_view text);
  // The line of most files: "add NAME ELEMENT" without options, to the set of the line before.
  bool read_plain_add(std::string_view text);
  // Options of ipset itself may stand anywhere in a line.
  void take_global_options(std::vector<Word>& words);
  void report(const Word& word, const ElementFault& fault);
  // The exist flag that counts for a line.
  bool exist_now(IpsetCommand command, SetTable& table);
  void change(IpsetCommand command, std::span<const Word> words);
  void change(IpsetCommand command, SetTable& target, const Word& element, std::span<const Word> given);
  // Makes room for what the next lines add.
  void expect_more(SetTable& table) const;
  // Members of lists must be there, and no lists themselves.
  bool check_members(const SetTable& target, const Word& word, const ElementSpan& span, const ElementOptions& options);
  bool add(SetTable& target, const SetElement& element, const ElementOptions& options, bool exist, const Word& word);
  bool remove(SetTable& target, const SetElement& element, const ElementOptions& options, bool exist, const Word& word);
  // The tool ends after its answer, whatever that is.
  void test(std::span<const Word> words);
};

}  // namespace fwsim

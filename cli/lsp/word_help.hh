// What options, matches, targets and tables mean, in the words of the tables that the parser reads them by.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/lsp/markup.hh"
#include "model/extension.hh"
#include "parser/basic_options.hh"

namespace fwsim {

struct WordHelp {
  std::string usage;                // "--dport port[:port]"
  std::string text;
  std::vector<std::string> more;    // limits, defaults, what goes with it
};

WordHelp help_of(const BasicOption& option);
WordHelp help_of(const Option& option, const Extension& of);
WordHelp help_of(const Extension& extension);
WordHelp help_of(const VerdictName& verdict);
WordHelp help_of(TableId table);
void add_help(Markup& out, const WordHelp& help);

// A name that a value may be, and what it stands for.
struct ValueName {
  std::string_view name;
  std::string detail;
};
std::vector<ValueName> value_names(const Option& option);
std::vector<ValueName> protocol_values();
// "ACCEPT" and "DROP": what a policy can be.
inline bool is_policy(const VerdictName& verdict) { return verdict.verdict == Verdict::accept || verdict.verdict == Verdict::drop; }

}  // namespace fwsim

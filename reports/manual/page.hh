// The manual: pages that `fwsim help`, man and the site each show in their own way. What they say comes from the tables that
// drive the command line, the parser and the checks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fwsim {

// An option, a check, a match: what it is called and what is said of it.
struct ManualEntry {
  std::string term, text;
};

// `text` may have several paragraphs: lines flow, those that begin with two blanks stand as they are, and an empty line parts.
struct ManualSection {
  std::string heading;   // "OPTIONS"
  std::string text;
  std::vector<ManualEntry> entries;
};

struct ManualPage {
  std::string name;      // "fwsim-lint"
  unsigned number = 1;   // section of the manual: 1 commands, 7 what is more
  std::string title;     // a line
  std::string synopsis;  // empty: none
  std::vector<ManualSection> sections;

  std::string file() const { return name + '.' + std::to_string(number); }
};

// Paragraphs of a text.
struct ManualBlock {
  bool literal = false;    // lines as they stand
  std::string text;        // otherwise one line
};
std::vector<ManualBlock> manual_blocks(std::string_view text);

// Every check of lint; every match and target, and how exactly each is modelled.
ManualPage checks_page();
ManualPage extensions_page();
// What extensions_page() says of the matches and targets of that name; nothing where there are none.
std::vector<ManualEntry> extension_entries(std::string_view name);

// For man(1), in the macros of man(7).
std::string manual_man(const ManualPage& page, std::string_view version);
// For a terminal of 80 columns.
std::string manual_text(const ManualPage& page);
std::string manual_text(const ManualEntry& entry);
// All pages as one that loads nothing.
std::string manual_site(const std::vector<ManualPage>& pages, std::string_view version);

}  // namespace fwsim

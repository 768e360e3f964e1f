// What `iptables -L -n` says of a rule's matches and target: "tcp dpt:22 ctstate NEW". Where an extension's words are
// not known here, its options stand as iptables-save prints them.
#pragma once

#include <string>

#include "model/ruleset.hh"

namespace fwsim {

// In which words: those of a family, of -n or not, of a rule for a protocol.
struct Speech {
  Family family;
  bool numeric = true;
  int protocol = 0;

  Speech(Family f, bool n = true, int p = 0) : family(f), numeric(n), protocol(p) {}   // NOLINT: a family alone says enough
  operator Family() const { return family; }                                          // NOLINT
};

// All matches and the target's options, each piece with a blank before it. Without -n services, types and users stand by
// their names.
std::string rule_prose(const Rule& rule, Family family, bool numeric = true);

// One extension's words; appended with a blank before. False: they are not known.
bool match_prose(const Use& use, Speech family, std::string& out);
bool target_prose(const Use& use, Speech family, std::string& out);

// For both: an option's value as iptables-save prints it, "" when it is not given.
std::string option_text(const Use& use, const char* option, Speech family);

}  // namespace fwsim

// The values of the options that every rule has (addresses, devices, protocol, -f), with what
// iptables says about them before it looks at the rule as a whole (iptables/xshared.c).
#pragma once

#include <string_view>
#include <vector>

#include "model/ruleset.hh"
#include "parser/basic_options.hh"
#include "parser/grammar.hh"
#include "parser/reporter.hh"

namespace fwsim {

struct BasicReading {
  BasicMatch match;  // without the addresses: they may be several
  std::vector<Prefix> sources, destinations;
  // Where each was given; column 0: not given.
  Word in_word, out_word, proto_word;
};

// -s, -d, -i, -o, -p or -f as `option` says, written at `at` with the value `value` (-f has none).
// False after a fault.
bool read_basic_match(BasicReading& reading, Basic option, const Word& at, const Word& value, bool inverted,
                      Family family, Reporter& reporter);

// By the name of the chain only, as iptables does. False when a device is asked for that packets
// in this chain cannot have.
bool check_interfaces(const BasicReading& reading, std::string_view chain, Reporter& reporter);

// Reports an option that is given a second time; false then.
bool given_once(bool given, const Word& at, Basic what, Reporter& reporter);

}  // namespace fwsim

// What a test of nft looks at, as a field of the model: "tcp dport", "ct mark & 0xff", "ip dscp".
#pragma once

#include "model/field.hh"
#include "parser/nft/names.hh"
#include "parser/nft/test.hh"

namespace fwsim::nft_json {

struct Operand {
  Field field = Field::none;
  As as = As::number;
  u128 mask = 0xffffffff;    // the bits of the field that are looked at
  bool whole = true;         // they are all of it
  unsigned shift = 0;        // how far they are moved down
  std::int64_t add = 0;      // value of nft + add = value of the field
  bool connection = false;
  bool steady = true;        // no statement changes it
  Tests needs;               // must hold for the packet to have it
  bool any_port = false;     // "th dport": what other protocols have in its place is not known
  std::string text;

  u128 most() const { return mask >> shift; }
};

// Throws NotUnderstood.
Operand operand_of(const json& expression, Family family);

// The test that other expressions imply ("tcp dport" the protocol): their words say it.
Test protocol_test(std::uint64_t protocol);
Test never_test(std::string text);

}  // namespace fwsim::nft_json

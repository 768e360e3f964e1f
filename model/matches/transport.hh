// What matches on a transport header have in common: later fragments never match, not even a
// negated test, and a header that is cut off drops the packet.
#pragma once

#include <utility>

#include "model/extension.hh"

namespace fwsim {

// `header_bytes`: what the kernel's match reads at once. `more`: tested after the options.
inline Meaning transport_meaning(const MatchUse& use, Family family, unsigned header_bytes, Pred more = always()) {
  return {all({is(Field::frag_off, 0), options_as_fields(use, family), std::move(more)}),
          all({is(Field::frag_off, 0), in(Field::l4_len, Range{0, header_bytes - 1})})};
}

}  // namespace fwsim

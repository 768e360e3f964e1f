// What a recipe says becomes of a packet, in words, held against an answer of the kernel or of fwsim:
//   FATE [DEVICE] [STATE] [at routing] [by TABLE/CHAIN/N]... [as A > B] [out WORD] [log WORD] [nolog] [nflog WORD]...
//   [timeout SECONDS] (of a connection, up to 2 s gone)
#pragma once

#include <string>

#include "tests/kernel/scenario.hh"

namespace fwsim::test {

// The first part of the effect that the answer (a packet of expected.json) does not show; empty when all is there.
std::string missing(const std::string& effect, const kernel::Json& answer);

}  // namespace fwsim::test

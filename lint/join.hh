// Fewer, greater pieces for people to read.
#pragma once

#include "lint/box.hh"

namespace fwsim {

// Pieces that differ in one variable only become one; the packets stay the same.
std::vector<Piece> join(std::vector<Piece> pieces);

}  // namespace fwsim

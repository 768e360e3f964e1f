// Sets of packets for people: "tcp from 10.0.0.0/8 to 192.0.2.1 port 22, 80-90 in eth0, new".
#pragma once

#include <string>

#include "lint/box.hh"
#include "lint/ways.hh"

namespace fwsim {

// What the piece limits beyond `start`, the packets that a way begins with.
std::string text_of(const Space& space, const Piece& piece, const Piece& start);

}  // namespace fwsim

// Pieces that several dumps have in common.
#pragma once

#include <string>

#include "simulator/conntrack.hh"
#include "tests/kernel/scenario.hh"

namespace fwsim::kernel {

Json tuple_json(const Tuple& tuple);
std::string proto_text(unsigned proto);  // "tcp"

}  // namespace fwsim::kernel

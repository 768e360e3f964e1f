// The processes below one, by what /proc tells of them.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>

namespace fwsim {

// When the process and all below it wait for something: who they are, and how often they have run. Nobody ran between two answers
// alike. Nothing when one of them runs, or when there are too many.
std::optional<std::string> standstill(pid_t first);

// Bytes that all of them have, in memory of their own.
std::size_t memory_of(pid_t first);

}  // namespace fwsim

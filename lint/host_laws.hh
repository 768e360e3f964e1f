// What no packet is on a described host: delivered though the address is another's, forwarded out of a
// device that no route names. Nothing is said of a host without addresses, and nothing about devices
// where rules choose between routing tables.
#pragma once

#include <vector>

#include "lint/ways.hh"
#include "model/host.hh"
#include "model/pred.hh"

namespace fwsim {

std::vector<Pred> host_laws(const Host& host, Family family, Way way);

}  // namespace fwsim

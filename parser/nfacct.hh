// The objects of nfacct: what `nfacct list` prints, and the words of `nfacct add`.
#pragma once

#include <span>
#include <string_view>

#include "model/host.hh"

namespace fwsim {

// "{ pkts = 0, bytes = 0, quota = 3, mode = packet, overquota = no } = name;", a line each. Other
// lines are passed over.
void read_accounts(std::string_view text, Host& host);

// NAME [packet|byte QUOTA]. False when they are something else.
bool add_account(std::span<const std::string_view> words, Host& host);

}  // namespace fwsim

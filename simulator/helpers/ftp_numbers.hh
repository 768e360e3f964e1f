// The commands and answers of FTP that name an address and a port, as net/netfilter/nf_conntrack_ftp.c reads them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/expectation.hh"

namespace fwsim {

enum class FtpKind : std::uint8_t { port, eprt, pasv, epsv };

struct FtpMatch {
  enum class Found : std::uint8_t { no, partly, yes };

  Found found = Found::no;
  FtpKind kind = FtpKind::port;
  std::string_view pattern;          // "PORT", "227 "
  std::size_t at = 0, length = 0;    // of the numbers in the text
  u128 address = 0;
  std::uint16_t port = 0;
};

// `own`: the sender's address, which answer 229 does not name.
FtpMatch find_ftp_match(std::string_view text, Direction dir, Family family, u128 own);
// All 32 digits with colons, as the kernel's %pI6 writes an address.
std::string full_address_text(u128 address);

}  // namespace fwsim

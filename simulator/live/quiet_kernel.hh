// Keeps the kernel from answering for connections that are not its own. A router beside the kernel shares its addresses:
// what comes back for a masqueraded connection, or for a port that is translated (DNAT), the kernel receives too, knows no
// socket for it and would end it with a reset or "port unreachable". While this object lives an nf_tables table drops these
// answers on the given devices: TCP resets that no socket sends, and ICMP port unreachable. The kernel removes the table
// when the process ends, however it ends (NFT_TABLE_F_OWNER).
#pragma once

#include <memory>
#include <vector>

namespace fwsim {

class Netlink;

class QuietKernel {
 public:
  // Indexes of the devices. Throws EnvironmentError.
  explicit QuietKernel(const std::vector<unsigned>& devices);
  ~QuietKernel();
  QuietKernel(const QuietKernel&) = delete;
  QuietKernel& operator=(const QuietKernel&) = delete;

 private:
  std::unique_ptr<Netlink> netlink_;
};

}  // namespace fwsim

// A transaction of nf_tables: messages that take effect together, or not at all. Private to simulator/live.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "simulator/live/netlink.hh"

namespace fwsim {

class NfTransaction {
 public:
  explicit NfTransaction(Netlink& netlink);

  // A message to which attributes are put until the next one is added: `kind` is NFT_MSG_*, `family` NFPROTO_*, `flags`
  // NLM_F_* beyond those of every request. There is room for some dozens of short ones.
  nlmsghdr* add(int kind, std::uint8_t family, unsigned flags);
  // 0, or the errno of the first that failed; then nothing was done.
  int commit();

 private:
  nlmsghdr* header(int type, std::uint8_t family, std::uint16_t resource);
  void finish();

  Netlink& netlink_;
  alignas(nlmsghdr) std::array<char, 16384> bytes_{};
  std::size_t used_ = 0;
  nlmsghdr* last_ = nullptr;
  unsigned count_ = 0;
};

}  // namespace fwsim

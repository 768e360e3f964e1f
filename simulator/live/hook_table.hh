// The kernel's side of the live engine: an nf_tables table of our own, "fwsim", for each family, with a chain at each hook
// whose one rule sends every packet to a queue (nft_queue.c; where the kernel lacks it, xt_NFQUEUE by nft_compat.c). The
// table belongs to this process's socket: the kernel removes it when the process ends, however it ends (Linux 5.12,
// NFT_TABLE_F_OWNER).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/types.hh"

namespace fwsim {

class Netlink;

struct HookTableOptions {
  std::uint16_t queue = 0, queues = 1;   // the first, and how many: packets between two hosts keep to one of them
  bool bypass = false;   // packets pass while nobody reads the queue
};

class HookTable {
 public:
  // Throws EnvironmentError: not root, another fwsim has the table, the kernel lacks something. Nothing is left then.
  HookTable(const std::vector<Family>& families, const HookTableOptions& options);
  ~HookTable();
  HookTable(const HookTable&) = delete;
  HookTable& operator=(const HookTable&) = delete;

  // Whether a table of that name was there that nobody owns any more, and is gone now.
  static bool remove_abandoned();

 private:
  std::unique_ptr<Netlink> netlink_;
};

}  // namespace fwsim

// Which connections `conntrack -D` means: every given part must fit (conntrack-tools, ctnetlink's filter).
#pragma once

#include <cstdint>
#include <optional>

#include "simulator/conntrack.hh"

namespace fwsim {

struct CtSelector {
  struct End {
    std::optional<u128> src, dst;             // compared under the masks
    u128 src_mask = ~u128{0}, dst_mask = ~u128{0};
    std::optional<std::uint16_t> sport, dport;
  };

  std::optional<Family> family;
  std::optional<std::uint8_t> proto;
  End original, reply;                        // -s -d --orig-port-src ..., -r -q --reply-port-src ...
  std::optional<std::uint32_t> mark;
  std::uint32_t mark_mask = 0xffffffff;
  std::optional<std::uint16_t> zone;
};

bool fits(const CtSelector& selector, const CtEntry& entry);

}  // namespace fwsim

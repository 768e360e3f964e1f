// The address and port ranges that the NAT targets take (struct nf_nat_range2), in the text forms
// that iptables reads: 192.0.2.1-192.0.2.9:1000-2000/1000, [2001:db8::1]:80, :8080.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/action.hh"
#include "model/value.hh"

namespace fwsim {

struct NatRangeValue {
  std::optional<AddressRange> address;  // low may be above high: iptables does not look
  std::optional<NumRange> ports;
  std::optional<std::uint64_t> base;  // --to-destination :1000-2000/1000
};

namespace kinds {
// Values are the canonical text; nat_range() gives its parts.
extern const ValueKind nat_destination;  // addresses, ports and base
extern const ValueKind nat_source;       // the same; a base is read as 0, as iptables 1.8.9 does
extern const ValueKind nat_ports;        // ports alone; a base is read as 0
extern const ValueKind nat_plain_ports;  // ports alone, no base
}  // namespace kinds

// The parts of a canonical text. `ports_only`: it has no leading colon.
NatRangeValue nat_range(Family family, std::string_view text, bool ports_only = false);

// Fills in addresses and ports of the action.
void set_range(Nat& nat, const NatRangeValue& range);

}  // namespace fwsim

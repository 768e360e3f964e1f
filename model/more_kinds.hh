// Kinds of values and checks that a few matches share, but that are no part of the language of
// most options.
#pragma once

#include <string_view>

#include "model/value.hh"

namespace fwsim {

namespace kinds {
extern const ValueKind mask_length;  // prefix length or the netmask it stands for (XTTYPE_PLENMASK): NumRange
extern const ValueKind host;         // one address as inet_aton(3) or inet_pton(3) reads it (XTTYPE_HOST): AddressRange
extern const ValueKind
    host_prefix;  // host[/length]; host bits are kept, a mask with holes is ignored (XTTYPE_HOSTMASK)
extern const ValueKind choice;       // one of option.names in full, any case: NumRange
extern const ValueKind exact_choice; // the same, in their case
extern const ValueKind tos;          // value[/mask] of the TOS byte, or a name of RFC 1349: Masked
}  // namespace kinds

// The name of a TOS value with the mask that names imply; empty: it has none.
std::string_view tos_name(const Value& tos);

// How both kinds of choice print.
void print_choice(const ValueContext& context, const Value& value, std::string& out);

// Whether the kernel can make a file of this name under /proc/net (xt_check_proc_name).
bool is_proc_name(std::string_view name);

}  // namespace fwsim

// One set while its file is read: the elements with an index, changed as add and del change a set
// of the kernel (mtype_add and mtype_del, list_set_uadd and list_set_udel).
#pragma once

#include "model/set_index.hh"
#include "parser/ipset_options.hh"

namespace fwsim {

// A guard: 0.0.0.0/1 in a hash:ip set with a huge maxelem would be 2^31 elements.
inline constexpr std::size_t max_loaded_elements = std::size_t{1} << 24;

struct SetTable {
  IpSet set;
  ElementIndex index;
};

// For so many more elements, so that they are not copied while they are added.
void make_room(SetTable& table, std::size_t more);

enum class AddResult : std::uint8_t { added, exists, full, no_reference };

// With `exist` an element that is there gets the new options.
AddResult add_element(SetTable& table, SetElement element, const ElementOptions& options, bool exist);
// What `ipset test` says: networks hold the addresses in them, unless a narrower one is marked nomatch.
bool holds_element(const SetTable& table, const SetElement& element, const ElementOptions& options);
// False when it is not there, or, in a list, not before or after the given member.
bool delete_element(SetTable& table, const SetElement& element, const ElementOptions& options);

}  // namespace fwsim

#include "parser/ipset_table.hh"

#include <algorithm>

namespace fwsim {
namespace {

// The new options of an element; counters that are not given stay, all else is set anew.
void put_options(IpSet& set, SetElement& element, const ElementOptions& options) {
  element.nomatch = options.nomatch;
  element.timeout = options.timeout.value_or(set.timeout.value_or(0));
  const bool counted = options.packets.value_or(0) != 0 || options.bytes.value_or(0) != 0;
  const bool skb = options.skbmark || options.skbprio != 0 || options.skbqueue != 0;
  if (element.extra == 0 && !counted && !options.comment && !skb) return;
  SetExtra& extra = set.make_extra(element);
  if (options.packets) extra.counters.packets = *options.packets;
  if (options.bytes) extra.counters.bytes = *options.bytes;
  extra.comment = options.comment.value_or("");
  extra.skbmark = options.skbmark ? options.skbmark->first : 0;
  extra.skbmark_mask = options.skbmark ? options.skbmark->second : 0;
  extra.skbprio = options.skbprio;
  extra.skbqueue = options.skbqueue;
}

std::uint32_t find(const SetTable& table, const SetElement& element, std::uint64_t key) {
  return table.index.find(key, [&](std::uint32_t at) {
    return same_element(*table.set.type, table.set.elements[at], element);
  });
}
std::uint32_t find(const SetTable& table, const SetElement& element) { return find(table, element, ElementKeys(table.set)(element)); }

auto find_member(SetElements& elements, std::string_view name) {
  SetElement wanted;
  set_member_name(wanted, name);
  return std::find_if(elements.begin(), elements.end(), [&](const SetElement& e) {
    return e.first == wanted.first && e.second == wanted.second;
  });
}

AddResult add_member(IpSet& set, SetElement element, const ElementOptions& options, bool exist) {
  auto& elements = set.elements;
  auto place = elements.end();
  if (!options.reference.empty()) {
    place = find_member(elements, options.reference);
    if (place == elements.end()) return AddResult::no_reference;
    if (!options.before) ++place;
  }
  if (const auto found = find_member(elements, member_name(element)); found != elements.end()) {
    if (!exist) return AddResult::exists;
    put_options(set, *found, options);
    return AddResult::added;
  }
  put_options(set, element, options);
  elements.insert(place, element);
  return AddResult::added;
}

bool delete_member(IpSet& set, const SetElement& element, const ElementOptions& options) {
  auto& elements = set.elements;
  const auto found = find_member(elements, member_name(element));
  if (found == elements.end()) return false;
  if (!options.reference.empty()) {
    const auto reference = find_member(elements, options.reference);
    const bool beside = options.before ? reference - found == 1 : found - reference == 1;
    if (reference == elements.end() || !beside) return false;
  }
  elements.erase(found);
  return true;
}

// An address of a bitmap:ip,mac that was added without a MAC can be added again with one; then the
// timeout given at first starts, unless another than the set's comes with the MAC.
bool fill_mac(IpSet& set, SetElement& stored, const SetElement& added, const ElementOptions& options, bool exist) {
  if (!set.type->bitmap || set.type->parts.back() != SetPart::mac || added.no_mac) return false;
  if (!stored.no_mac && !(exist && stored.second != added.second)) return false;
  const std::uint32_t kept = stored.timeout;
  const bool first_mac = stored.no_mac;
  stored.second = added.second;
  stored.no_mac = false;
  put_options(set, stored, options);
  if (first_mac && stored.timeout == set.timeout.value_or(0)) stored.timeout = kept;
  return true;
}

// The timeout of an address whose MAC is not known yet is kept as it was given, and where the kernel
// takes it for a moment it is one long past (bitmap_ipmac_add_timeout).
bool looks_expired(const IpSet& set, const SetElement& element) {
  return set.timeout && element.no_mac && element.timeout != 0;
}

}  // namespace

void make_room(SetTable& table, std::size_t more) {
  constexpr std::size_t few = 1000;
  IpSet& set = table.set;
  if (set.type->list || more < few) return;
  const std::size_t most = std::min<std::size_t>(max_loaded_elements, set.type->bitmap ? max_bitmap_size : set.maxelem);
  const std::size_t wanted = std::min(set.elements.size() + more, most);
  if (wanted <= set.elements.capacity()) return;
  set.elements.reserve(std::max(wanted, std::min(2 * set.elements.capacity(), most)));
  table.index.reserve(wanted);
}

AddResult add_element(SetTable& table, SetElement element, const ElementOptions& options, bool exist) {
  IpSet& set = table.set;
  if (set.type->list) return add_member(set, element, options, exist);
  element.wildcard = options.wildcard;
  const std::uint64_t key = ElementKeys(set)(element);
  if (const std::uint32_t at = find(table, element, key); at != ElementIndex::none) {
    if (fill_mac(set, set.elements[at], element, options, exist)) return AddResult::added;
    if (!exist && !looks_expired(set, set.elements[at])) return AddResult::exists;
    put_options(set, set.elements[at], options);
    return AddResult::added;
  }
  if (!set.type->bitmap && set.elements.size() >= set.maxelem) return AddResult::full;
  if (set.elements.size() >= max_loaded_elements) return AddResult::full;
  put_options(set, element, options);
  table.index.insert(key, static_cast<std::uint32_t>(set.elements.size()));
  set.elements.push_back(element);
  return AddResult::added;
}

bool holds_element(const SetTable& table, const SetElement& element, const ElementOptions& options) {
  const IpSet& set = table.set;
  if (set.type->list)
    return std::any_of(set.elements.begin(), set.elements.end(), [&](const SetElement& e) { return e.first == element.first && e.second == element.second; });
  if (!set.type->nomatch || element.first_length != address_bits(set.family)) {
    const std::uint32_t at = find(table, element);
    return at != ElementIndex::none && set.elements[at].nomatch == options.nomatch;
  }
  const SetElement* narrowest = nullptr;
  for (const SetElement& e : set.elements) {
    SetElement cut = element;
    cut.first_length = e.first_length;
    cut.first &= prefix_mask(set.family, e.first_length);
    if (set.type->parts.back() == SetPart::net && set.type->parts.size() > 1 && element.second_length == address_bits(set.family)) {
      cut.second_length = e.second_length;
      cut.second &= prefix_mask(set.family, e.second_length);
    }
    if (!same_element(*set.type, e, cut)) continue;
    if (!narrowest || e.first_length + e.second_length > narrowest->first_length + narrowest->second_length) narrowest = &e;
  }
  return narrowest && narrowest->nomatch == options.nomatch;
}

bool delete_element(SetTable& table, const SetElement& element, const ElementOptions& options) {
  IpSet& set = table.set;
  if (set.type->list) return delete_member(set, element, options);
  const std::uint32_t at = find(table, element);
  if (at == ElementIndex::none) return false;
  const bool told = !looks_expired(set, set.elements[at]);  // else it goes, and the kernel says it was not there
  const auto last = static_cast<std::uint32_t>(set.elements.size() - 1);
  const ElementKeys keys(set);
  table.index.erase(keys(set.elements[at]), at);
  if (at != last) {
    const std::uint64_t key = keys(set.elements[last]);
    table.index.erase(key, last);
    table.index.insert(key, at);
    set.elements[at] = set.elements[last];
  }
  set.elements.pop_back();
  return told;
}

}  // namespace fwsim

// Ranges and networks taken apart into single elements (the *_uadt functions of
// net/netfilter/ipset, and ip_set_range_to_cidr).
#include <fmt/format.h>

#include <utility>

#include "parser/ipset_element.hh"

namespace fwsim {
namespace {

using Fault = std::optional<ElementFault>;
using Each = std::function<bool(const SetElement&)>;
using Addresses = ElementSpan::Addresses;

ElementFault refused(std::string_view id, std::string text, std::string hint = {}, std::string tool = {}) {
  return {{}, id, std::move(text), std::move(hint), std::move(tool)};
}

ElementFault bad_length() {
  return refused("ipset-bad-element", "a prefix length of 0 is not known to this type of set",
                 "two networks of length 1 cover everything: 0.0.0.0/1 and 128.0.0.0/1",
                 "The value of the CIDR parameter of the IP address is invalid");
}

ElementFault out_of_range(const IpSet& set) {
  const bool ports = set.type->parts.front() == SetPart::port;
  return refused("ipset-out-of-range", "the element is out of the range of the set",
                 ports ? fmt::format("the set holds {} to {}", static_cast<unsigned>(set.range.low),
                                     static_cast<unsigned>(set.range.high))
                       : fmt::format("the set holds {} to {}", address_text(set.family, set.range.low),
                                     address_text(set.family, set.range.high)),
                 "Element is out of the range of the set");
}

ElementFault null_valued() {
  return refused("ipset-null-element", "a hash set cannot hold the element zero", {},
                 "Null-valued element, cannot be stored in a hash type of set");
}

// Low and high end of what is written, as IPv4 addresses: "10.0.0.9-10.0.0.1", "10.0.0.7/24".
std::pair<std::uint32_t, std::uint32_t> ends(const Addresses& a, u128 first_mask = all_ones) {
  auto low = static_cast<std::uint32_t>(a.low & first_mask), high = static_cast<std::uint32_t>(a.high);
  if (a.range) {
    if (low > high) std::swap(low, high);
  } else if (a.length) {
    const auto mask = static_cast<std::uint32_t>(prefix_mask(Family::v4, *a.length));
    low &= mask;
    high = low | ~mask;
  } else {
    high = low;
  }
  return {low, high};
}

// The widest network that begins at `from` and does not go beyond `to`. The kernel compares in
// signed arithmetic, so that ranges over half the address space end up as single addresses.
unsigned widest_network(std::uint32_t from, std::uint32_t to, std::uint32_t& last) {
  for (unsigned length = 1; length < 32; ++length) {
    const auto mask = static_cast<std::uint32_t>(prefix_mask(Family::v4, length));
    last = from | ~mask;
    if ((from & mask) == from && static_cast<std::int32_t>(to - last) >= 0) return length;
  }
  last = from;
  return 32;
}

// One side of an element, address by address or network by network; false when `each` wants no more.
template <class F>
bool walk(const Addresses& a, bool is_net, u128 mask, std::uint64_t step, F&& each) {
  auto [low, high] = ends(a, mask);
  if (!is_net) {
    for (std::uint64_t at = low; at <= high; at += step)
      if (!each(u128{at}, 32U)) return false;
    return true;
  }
  for (std::uint64_t at = low; at <= high;) {
    std::uint32_t last = 0;
    const unsigned length = widest_network(static_cast<std::uint32_t>(at), high, last);
    if (!each(u128{at}, length)) return false;
    at = std::uint64_t{last} + 1;
  }
  return true;
}

bool covers_everything(const Addresses& a) {
  const auto [low, high] = ends(a);
  return a.range && low == 0 && high == 0xffffffff;
}

Fault expand_bitmap(const IpSet& set, const ElementSpan& span, const Each& each) {
  SetElement element = span.rest;
  if (set.type->parts.front() == SetPart::port) {
    unsigned low = span.port_low, high = span.port_high;
    if (low < set.range.low || low > set.range.high) return out_of_range(set);
    if (low > high) std::swap(low, high);
    if (low < set.range.low || high > set.range.high) return out_of_range(set);
    for (unsigned port = low; port <= high; ++port) {
      element.port = static_cast<std::uint16_t>(port);
      if (!each(element)) break;
    }
    return {};
  }
  if (!set.range.contains(span.first.low)) return out_of_range(set);
  if (span.first.length == 0U) return bad_length();
  const auto [low, high] = ends(span.first);
  if (low < set.range.low || high > set.range.high) return out_of_range(set);
  const u128 mask = set.address_mask();
  const std::uint64_t step = std::uint64_t{1} << (32 - set.netmask.value_or(32));
  for (std::uint64_t at = low; at <= high; at += step) {
    element.first = at & mask;
    element.first_length = 32;
    if (!each(element)) break;
  }
  return {};
}

struct Shape {  // of a hash type's elements
  bool first_is_net = false;
  bool has_second = false;  // a second address or network
  bool second_is_net = false;
};

Shape shape_of(const SetType& type) {
  Shape shape{.first_is_net = type.parts.front() == SetPart::net};
  const SetPart last = type.parts.back();
  shape.has_second = type.parts.size() > 1 && (last == SetPart::ip || last == SetPart::net);
  shape.second_is_net = shape.has_second && last == SetPart::net;
  return shape;
}

Fault check_hash(const IpSet& set, const ElementSpan& span, const Shape& shape) {
  const bool zero_first = span.first.length == 0U, zero_second = span.second.length == 0U;
  if ((zero_first || zero_second) && !set.type->zero_length) return bad_length();
  if (zero_first && !shape.first_is_net) return bad_length();
  if ((shape.first_is_net && covers_everything(span.first)) || (shape.second_is_net && covers_everything(span.second)))
    return refused("ipset-bad-element", "the range covers the whole address space",
                   "two networks of length 1 cover everything: 0.0.0.0/1 and 128.0.0.0/1",
                   "Invalid range, covers the whole address space");
  const bool null_first = (span.first.low & set.address_mask()) == 0;
  switch (set.type->parts.back()) {
    case SetPart::ip:
    case SetPart::port:
      if (set.type->bitmask && null_first) return null_valued();
      if (set.type->parts.size() == 1 && span.first.range && span.first.high == 0) return null_valued();
      return {};
    case SetPart::mac:
      if ((set.type->parts.size() == 1 ? span.rest.first : span.rest.second) == 0) return null_valued();
      return {};
    case SetPart::mark:
      if (null_first && (span.rest.second & set.markmask) == 0) return null_valued();
      return {};
    default: return {};
  }
}

// One address or network as it is stored when nothing has to be taken apart.
void put_one(const IpSet& set, const Addresses& a, bool is_net, u128& address, std::uint8_t& length) {
  const unsigned all = address_bits(set.family);
  const unsigned given = is_net ? a.length.value_or(all) : all;
  address = a.low & set.address_mask() & prefix_mask(set.family, given);
  length = static_cast<std::uint8_t>(given);
}

Fault expand_hash(const IpSet& set, const ElementSpan& span, const Each& each) {
  const SetType& type = *set.type;
  const Shape shape = shape_of(type);
  if (auto fault = check_hash(set, span, shape)) return fault;
  SetElement element = span.rest;
  if (type.parts.back() == SetPart::mark) element.second &= set.markmask;
  if (type.parts.front() == SetPart::mac) {
    each(element);
    return {};
  }
  element.port = span.port_low;
  put_one(set, span.first, shape.first_is_net, element.first, element.first_length);
  if (shape.has_second) put_one(set, span.second, shape.second_is_net, element.second, element.second_length);
  const bool many_first = span.first.range || (!shape.first_is_net && span.first.length);
  const bool many_second = shape.second_is_net && span.second.range;
  unsigned low = span.port_low, high = span.port_range ? span.port_high : span.port_low;
  if (low > high) std::swap(low, high);
  const auto each_port = [&] {
    for (unsigned port = low; port <= high; ++port) {
      element.port = static_cast<std::uint16_t>(port);
      if (!each(element)) return false;
    }
    return true;
  };
  if (set.family == Family::v6 || (!many_first && !many_second && !span.port_range)) {
    each_port();
    return {};
  }
  // hash:ip steps from network to network of its netmask, the other types from address to address.
  const std::uint64_t step =
      type.parts.size() == 1 && !shape.first_is_net ? std::uint64_t{1} << (32 - set.netmask.value_or(32)) : 1;
  const u128 mask = shape.first_is_net ? all_ones : set.address_mask();
  walk(span.first, shape.first_is_net, mask, step, [&](u128 address, unsigned length) {
    element.first = address;
    element.first_length = static_cast<std::uint8_t>(length);
    if (!shape.second_is_net) return each_port();
    for (unsigned port = low; port <= high; ++port) {
      element.port = static_cast<std::uint16_t>(port);
      const bool more = walk(span.second, true, all_ones, 1, [&](u128 net, unsigned net_length) {
        element.second = net;
        element.second_length = static_cast<std::uint8_t>(net_length);
        return each(element);
      });
      if (!more) return false;
    }
    return true;
  });
  return {};
}

}  // namespace

std::optional<ElementFault> expand_element(const IpSet& set, const ElementSpan& span,
                                           const std::function<bool(const SetElement&)>& each) {
  if (set.type->bitmap) return expand_bitmap(set, span, each);
  if (!set.type->list) return expand_hash(set, span, each);
  each(span.rest);
  return {};
}

}  // namespace fwsim

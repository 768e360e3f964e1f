// Sets as `ipset save` prints them: options in the order of the tool's tables (lib/ipset_*.c),
// lists last, since their members must be there before them.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "model/value.hh"
#include "parser/ipset.hh"
#include "parser/ipset_icmp.hh"

namespace fwsim {
namespace {


void print_ip(Family family, u128 address, std::string& out) {
  if (family == Family::v6) {
    out += address_text(family, address);
    return;
  }
  const auto a = static_cast<std::uint32_t>(address);
  out += fmt::format("{}.{}.{}.{}", a >> 24, (a >> 16) & 0xff, (a >> 8) & 0xff, a & 0xff);
}

void print_net(Family family, u128 address, unsigned length, std::string& out) {
  print_ip(family, address, out);
  if (length < address_bits(family)) out += fmt::format("/{}", length);
}

void print_mac(u128 mac, std::string& out) {
  for (int shift = 40; shift >= 0; shift -= 8)
    out += fmt::format("{:02X}{}", static_cast<unsigned>(mac >> shift) & 0xff, shift == 0 ? "" : ":");
}

void print_port(Family family, const SetElement& e, bool bitmap, std::string& out) {
  if (bitmap) {
    out += fmt::format("{}", e.port);
  } else if (e.proto == 1 || e.proto == 58) {
    out += fmt::format("{}:{}", protocol_text(e.proto), icmp_text(family, e.port));
  } else {
    out += fmt::format("{}:{}", protocol_text(e.proto), e.port);
  }
}

void print_part(const IpSet& set, const SetElement& e, std::size_t index, std::string& out) {
  const u128 word = index == 0 ? e.first : e.second;
  switch (set.type->parts[index]) {
    case SetPart::ip: return print_ip(set.family, word, out);
    case SetPart::net: return print_net(set.family, word, index == 0 ? e.first_length : e.second_length, out);
    case SetPart::port: return print_port(set.family, e, set.type->bitmap, out);
    case SetPart::iface: out += (e.physdev ? "physdev:" : "") + name_text(word); return;
    case SetPart::mac: return print_mac(word, out);
    case SetPart::mark: out += fmt::format("0x{:08x}", static_cast<std::uint32_t>(word)); return;
    case SetPart::set: out += member_name(e);
  }
}

void print_skbinfo(const SetExtra& extra, std::string& out) {
  if (extra.skbmark != 0 || extra.skbmark_mask != 0) {
    out += fmt::format(" skbmark 0x{:x}", extra.skbmark);
    if (extra.skbmark_mask != 0xffffffff) out += fmt::format("/0x{:x}", extra.skbmark_mask);
  }
  if (extra.skbprio != 0) out += fmt::format(" skbprio {:x}:{:x}", extra.skbprio >> 16, extra.skbprio & 0xffff);
  if (extra.skbqueue != 0) out += fmt::format(" skbqueue {}", extra.skbqueue);
}

void print_to(const IpSet& set, const SetElement& e, std::string& out) {
  for (std::size_t i = 0; i < set.type->parts.size(); ++i) {
    if (e.no_mac && set.type->parts[i] == SetPart::mac) continue;
    if (i > 0) out += ',';
    print_part(set, e, i, out);
  }
  static const SetExtra nothing;
  const SetExtra& extra = e.extra == 0 ? nothing : *set.extra(e);
  if (set.timeout) out += fmt::format(" timeout {}", e.timeout);
  if (e.nomatch) out += " nomatch";
  if (e.wildcard) out += " wildcard";
  if (set.counters) out += fmt::format(" packets {} bytes {}", extra.counters.packets, extra.counters.bytes);
  if (set.comment && !extra.comment.empty()) out += " comment \"" + extra.comment + '"';
  if (set.skbinfo) print_skbinfo(extra, out);
}

void print_masks(const IpSet& set, std::string& out) {
  if (set.netmask) out += fmt::format(" netmask {}", *set.netmask);
  if (set.bitmask) out += " bitmask " + address_text(set.family, *set.bitmask);
}

void print_options_to(const IpSet& set, std::string& out) {
  const SetType& type = *set.type;
  const bool hash = !type.bitmap && !type.list;
  const bool masks_last = type.parts.size() > 1;
  if (hash) {
    if (type.families == SetType::Families::both) out += set.family == Family::v4 ? " family inet" : " family inet6";
    if (type.parts.back() == SetPart::mark) out += fmt::format(" markmask 0x{:08x}", set.markmask);
    out += fmt::format(" hashsize {} maxelem {}", set.hashsize, set.maxelem);
  } else if (type.list) {
    out += fmt::format(" size {}", set.size);
  } else if (type.parts.front() == SetPart::port) {
    out += fmt::format(" range {}-{}", static_cast<unsigned>(set.range.low),
                   static_cast<unsigned>(set.range.high));
  } else {
    out += fmt::format(" range {}-{}", address_text(Family::v4, set.range.low),
                   address_text(Family::v4, set.range.high));
  }
  if (!masks_last) print_masks(set, out);
  if (set.timeout) out += fmt::format(" timeout {}", *set.timeout);
  if (set.counters) out += " counters";
  if (set.comment) out += " comment";
  if (set.skbinfo) out += " skbinfo";
  if (hash) out += fmt::format(" bucketsize {}", set.bucketsize);
  if (hash && set.initval) out += fmt::format(" initval 0x{:08x}", *set.initval);
  if (masks_last) print_masks(set, out);
}

void print_set(const IpSet& set, std::string& out) {
  out += fmt::format("create {} {}", set.name, set.type->name);
  print_options_to(set, out);
  out += '\n';
  for (const SetElement* e : printed_elements(set)) {
    out.append("add ").append(set.name).append(" ");
    print_to(set, *e, out);
    out += '\n';
  }
}

}  // namespace

std::string print_element(const IpSet& set, const SetElement& element) {
  std::string out;
  print_to(set, element, out);
  return out;
}

std::vector<const SetElement*> printed_elements(const IpSet& set) {
  std::vector<const SetElement*> order;
  order.reserve(set.elements.size());
  for (const SetElement& e : set.elements) order.push_back(&e);
  if (set.type->bitmap)
    std::sort(order.begin(), order.end(), [](const SetElement* a, const SetElement* b) {
      return a->first != b->first ? a->first < b->first : a->port < b->port;
    });
  return order;
}

std::string print_set_options(const IpSet& set) {
  std::string out;
  print_options_to(set, out);
  return out.substr(1);
}

std::string print_ipset(const IpSet& set) {
  std::string out;
  print_set(set, out);
  return out;
}

std::vector<const IpSet*> printed_sets(const IpSets& sets) {
  std::vector<const IpSet*> order;
  for (const auto& entry : sets) order.push_back(&entry.second);
  std::sort(order.begin(), order.end(), [](const IpSet* a, const IpSet* b) {
    return std::pair(a->type->list, a->place) < std::pair(b->type->list, b->place);
  });
  return order;
}

std::string print_ipsets(const IpSets& sets) {
  std::string out;
  for (const IpSet* set : printed_sets(sets)) print_set(*set, out);
  return out;
}

}  // namespace fwsim

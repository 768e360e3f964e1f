// The element of an add, del or test command: read as the ipset tool reads it (lib/parse.c), then
// taken apart as the kernel does it (the *_uadt functions of net/netfilter/ipset).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/ipset.hh"

namespace fwsim {

// What is wrong with a part of a word.
struct ElementFault {
  std::string_view where;  // the part
  std::string_view id;
  std::string text;
  std::string hint{};
  std::string tool{};      // as ipset says it
};

// What one word says; it can stand for many elements.
struct ElementSpan {
  struct Addresses {
    u128 low = 0;
    u128 high = 0;
    std::optional<unsigned> length;  // "/24" was written
    bool range = false;              // "a-b" was written
  };
  Addresses first, second;
  std::uint16_t port_low = 0;
  std::uint16_t port_high = 0;
  bool port_range = false;
  SetElement rest;                   // MAC, mark, interface, protocol, name of a member
  std::string_view reference;        // list:set, "name,before,reference" of old files
  bool before = false;
};

std::optional<ElementFault> read_element(const IpSet& set, std::string_view text, ElementSpan& out);

// "10.0.0.0/24" or "10.0.0.1-10.0.0.9", as the range of a bitmap or an element.
std::optional<ElementFault> read_addresses(Family family, std::string_view text, ElementSpan::Addresses& out);
// "80", "http", "[ftp-data]-22", "udp:53"; `proto` is 6 when none is written.
std::optional<ElementFault> read_ports(Family family, std::string_view text, ElementSpan& out);

// Calls `each` for every element until it returns false. The fault is what the kernel refuses.
std::optional<ElementFault> expand_element(const IpSet& set, const ElementSpan& span,
                                           const std::function<bool(const SetElement&)>& each);

}  // namespace fwsim

// Sets of addresses: what `ipset save` prints and whatever else `ipset restore` takes (ipset 7.17).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostic.hh"
#include "model/ipset.hh"

namespace fwsim {

using IpSets = std::map<std::string, IpSet, std::less<>>;

struct IpsetOptions {
  std::string file = "-";  // for messages
  bool exist = false;      // as `ipset -exist restore`: what is there already is no fault
};

struct ParsedSets {
  IpSets sets;
  Diagnostics diagnostics;  // in the order of lines; with errors the sets lack what they name
};

// Ranges and networks are taken apart as the kernel does it, so that a set holds exactly the
// elements that `ipset save` would show. Host names are not looked up.
ParsedSets parse_ipset(std::string_view text, const IpsetOptions& options = {});

// All as `ipset save` prints them, lists last. Elements of hash types come in the
// order in which they were added: the kernel's order follows from a secret hash.
std::string print_ipsets(const IpSets& sets);
// One of them.
std::string print_ipset(const IpSet& set);
// "family inet hashsize 1024 maxelem 65536 bucketsize 12": what follows "create NAME TYPE ".
std::string print_set_options(const IpSet& set);
// The elements in the order of printing.
std::vector<const SetElement*> printed_elements(const IpSet& set);
// In the order of `ipset save`, lists last.
std::vector<const IpSet*> printed_sets(const IpSets& sets);
// "10.0.0.0/8,tcp:80 timeout 5": what follows "add NAME ".
std::string print_element(const IpSet& set, const SetElement& element);

}  // namespace fwsim

// What iptables -L says by name and iptables -L -n by number.
#include "model/listing/rule_prose.hh"

namespace fwsim {

bool named_prose(const Use&, Family, std::string&) { return false; }

}  // namespace fwsim

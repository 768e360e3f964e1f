// Translating the addresses in SNMP messages. net/ipv4/netfilter/nf_nat_snmp_basic_main.c
#pragma once

#include "simulator/helper.hh"

namespace fwsim {

HelperVerdict translate_snmp(HelperContext& context);

}  // namespace fwsim

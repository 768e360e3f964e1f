#include "simulator/conntrack_select.hh"

namespace fwsim {
namespace {

bool end_fits(const CtSelector::End& wanted, const Tuple& tuple) {
  return (!wanted.src || (tuple.src & wanted.src_mask) == (*wanted.src & wanted.src_mask)) &&
         (!wanted.dst || (tuple.dst & wanted.dst_mask) == (*wanted.dst & wanted.dst_mask)) &&
         (!wanted.sport || tuple.sport == *wanted.sport) && (!wanted.dport || tuple.dport == *wanted.dport);
}

}  // namespace

bool fits(const CtSelector& wanted, const CtEntry& entry) {
  if (wanted.family && *wanted.family != entry.family) return false;
  if (wanted.proto && *wanted.proto != entry.proto) return false;
  if (wanted.mark && (entry.mark & wanted.mark_mask) != *wanted.mark) return false;
  if (wanted.zone && *wanted.zone != zone_id(entry.zone)) return false;
  return end_fits(wanted.original, entry.original()) && end_fits(wanted.reply, entry.reply());
}

std::size_t Conntrack::erase(const CtSelector& selector, std::int64_t now) {
  std::size_t erased = 0;
  for (const auto& entry : entries(now))
    if (fits(selector, *entry)) {
      forget(entry);
      ++erased;
    }
  return erased;
}

}  // namespace fwsim

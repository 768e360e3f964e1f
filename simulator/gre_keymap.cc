#include "simulator/gre_keymap.hh"

#include <algorithm>

namespace fwsim {
namespace {

bool same_but_source_key(const Tuple& a, const Tuple& b) {
  return a.family == b.family && a.proto == b.proto && a.src == b.src && a.dst == b.dst && a.dport == b.dport;
}

}  // namespace

bool GreKeymap::add(const CtRef& master, bool reply, const Tuple& tuple) {
  for (const Key& key : keys_)
    if (key.master.lock() == master && key.reply == reply) return same_but_source_key(key.tuple, tuple);
  keys_.push_back({master, reply, tuple});
  return true;
}

void GreKeymap::remove_of(const CtEntry& master) {
  std::erase_if(keys_, [&](const Key& key) { return key.master.expired() || key.master.lock().get() == &master; });
}

std::uint16_t GreKeymap::find(const Tuple& tuple) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return same_but_source_key(key.tuple, tuple); });
  return found == keys_.end() ? std::uint16_t{0} : found->tuple.sport;
}

std::vector<CtRef> GreKeymap::expired(std::int64_t now) const {
  std::vector<CtRef> list;
  for (const Key& key : keys_)
    if (auto master = key.master.lock(); master && master->expires <= now) list.push_back(std::move(master));
  return list;
}

}  // namespace fwsim

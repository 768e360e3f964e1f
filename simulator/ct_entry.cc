#include "simulator/ct_entry.hh"

#include "simulator/ct_pool.hh"

namespace fwsim {

// "At most 200 bytes a flow" leaves this much beside the indexes: CtSlots, CtSources.
static_assert(sizeof(CtEntry) <= 168);

const CtExtension CtEntry::none;

namespace {

CtEntry::End end_of(const Tuple& t) {
  return {static_cast<std::uint32_t>(t.src), static_cast<std::uint32_t>(t.dst), t.sport, t.dport};
}

}  // namespace

CtEntry::CtEntry(const Tuple& original, const Tuple& reply)
    : ends{end_of(original), end_of(reply)}, family(original.family), proto(original.proto) {}

CtEntry::~CtEntry() = default;

Tuple CtEntry::tuple(bool reply) const {
  const End& e = ends[reply];
  Tuple t{.family = family, .src = e.src, .dst = e.dst, .sport = e.sport, .dport = e.dport, .proto = proto};
  if (family == Family::v6) {
    const CtPool::Wide& wide = CtPool::wide(*this)[reply];
    t.src |= wide.src << 32;
    t.dst |= wide.dst << 32;
  }
  return t;
}

bool CtEntry::has(const Tuple& t, bool reply) const {
  const End& e = ends[reply];
  if (e.src != static_cast<std::uint32_t>(t.src) || e.dst != static_cast<std::uint32_t>(t.dst) || e.sport != t.sport ||
      e.dport != t.dport || proto != t.proto || family != t.family)
    return false;
  return family == Family::v4 || tuple(reply) == t;
}

void CtEntry::set_reply(const Tuple& t) {
  ends[1] = end_of(t);
  if (family == Family::v6) CtPool::wide(*this)[1] = {t.src >> 32, t.dst >> 32};
}

CtExtension& CtEntry::extend() {
  if (!ext_) ext_ = std::make_unique<CtExtension>();
  return *ext_;
}

Counters CtEntry::counters(bool reply) const {
  const auto* both = CtPool::counters(*this, false);
  return both ? (*both)[reply] : Counters{};
}

void CtEntry::set_counters(bool reply, const Counters& counters) { (*CtPool::counters(*this, true))[reply] = counters; }

void CtEntry::count(bool reply, std::uint64_t bytes) {
  Counters& c = (*CtPool::counters(*this, true))[reply];
  ++c.packets;
  c.bytes += bytes;
}

}  // namespace fwsim

#include "simulator/set_lookup.hh"

#include "model/value.hh"
#include "simulator/set_live.hh"

namespace fwsim {

std::optional<SetFlags> read_set_flags(std::string_view text) {
  SetFlags flags;
  for (std::string_view word : split(text, ',')) {
    if (flags.count == max_set_flags || (word != "src" && word != "dst")) return std::nullopt;
    if (word == "src") flags.sources |= 1U << flags.count;
    ++flags.count;
  }
  return flags;
}

bool SetCounterTest::holds(std::uint64_t count) const {
  switch (kind) {
    case Kind::none: return true;
    case Kind::equal: return count == value;
    case Kind::not_equal: return count != value;
    case Kind::less: return count < value;
    case Kind::greater: return count > value;
  }
  return true;
}

SetStore::SetStore() = default;
SetStore::~SetStore() = default;
SetStore::SetStore(SetStore&&) noexcept = default;
SetStore& SetStore::operator=(SetStore&&) noexcept = default;

SetStore::SetStore(const Sets& sets, std::int64_t now) {
  for (const auto& [name, set] : sets) {
    names_.emplace(name, static_cast<int>(sets_.size()));
    sets_.push_back(std::make_unique<Live>(set, now));
  }
  for (const auto& live : sets_)
    if (live->set.type->list)
      for (const SetElement& e : live->elements) {
        const int member = find(member_name(e));  // lists hold no lists
        live->members.push_back(member < 0 || sets_[static_cast<std::size_t>(member)]->set.type->list ? none : member);
      }
}

int SetStore::find(std::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? none : found->second;
}

std::string_view SetStore::name(int set) const { return sets_[static_cast<std::size_t>(set)]->set.name; }

bool SetStore::test(int handle, const SetFlags& flags, const Packet& packet, const SetTest& options, std::int64_t now,
                    SkbInfo* info) {
  if (handle < 0) return false;
  Live& live = *sets_[static_cast<std::size_t>(handle)];
  if (!live.set.type->list) {
    const auto answer = live.test(key_of(live.set, flags, packet), packet, options, now, info);
    const bool inverted = options.return_nomatch && live.set.type->nomatch && answer != Live::Answer::no;
    return (answer == Live::Answer::yes) != inverted;
  }
  if (flags.count == 0) return false;
  SetTest below = options;
  below.packets = below.bytes = {};
  below.update_counters = options.update_counters && options.update_subcounters;
  for (std::size_t i = 0; i < live.elements.size(); ++i)
    if (test(live.members[i], flags, packet, below, now, info) && live.matches(i, packet, options, now, info))
      return true;
  return false;
}

SetChange SetStore::add(int handle, const SetFlags& flags, const Packet& packet, std::optional<std::uint32_t> timeout,
                        bool exist, std::int64_t now) {
  if (handle < 0) return SetChange::refused;
  Live& live = *sets_[static_cast<std::size_t>(handle)];
  if (!live.set.type->list) return live.add(key_of(live.set, flags, packet), packet, timeout, exist, now);
  // The first member that takes it; what another member holds already is no success.
  for (std::size_t i = 0; i < live.elements.size(); ++i) {
    if (live.expired(i, now)) continue;
    const SetChange change = add(live.members[i], flags, packet, timeout, exist, now);
    if (change == SetChange::done || change == SetChange::unsure) return change;
  }
  return SetChange::refused;
}

SetChange SetStore::del(int handle, const SetFlags& flags, const Packet& packet, std::int64_t now) {
  if (handle < 0) return SetChange::refused;
  Live& live = *sets_[static_cast<std::size_t>(handle)];
  if (!live.set.type->list) return live.del(key_of(live.set, flags, packet), now);
  for (std::size_t i = 0; i < live.elements.size(); ++i)
    if (!live.expired(i, now) && del(live.members[i], flags, packet, now) == SetChange::done) return SetChange::done;
  return SetChange::absent;
}

IpSet SetStore::state(int handle, std::int64_t now) const {
  return sets_[static_cast<std::size_t>(handle)]->state(now);
}

}  // namespace fwsim

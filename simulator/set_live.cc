#include "simulator/set_live.hh"

#include <algorithm>

namespace fwsim {
namespace {

constexpr std::int64_t second = 1'000'000'000;

void cut(Family family, u128& address, std::uint8_t& length, unsigned to) {
  address &= prefix_mask(family, to);
  length = static_cast<std::uint8_t>(to);
}

bool has_mac_later(const SetType& type) { return type.bitmap && type.parts.back() == SetPart::mac; }
bool first_is_net(const SetType& type) { return type.parts.front() == SetPart::net; }
bool second_is_net(const SetType& type) { return type.parts.size() > 1 && type.parts.back() == SetPart::net; }

}  // namespace

std::int64_t expiry_of(std::uint32_t timeout, std::int64_t now) {
  return timeout == 0 ? no_expiry : now + std::int64_t{timeout} * second;
}

SetStore::Live::Live(const IpSet& source, std::int64_t now)
    : set(source), elements(std::move(set.elements)), keys_(set) {
  set.elements.clear();
  if (set.timeout) {
    expires.reserve(elements.size());
    // Of an address without MAC the clock does not run yet.
    for (const SetElement& e : elements) expires.push_back(e.no_mac ? no_expiry : expiry_of(e.timeout, now));
  }
  if (set.type->list) return;
  index_.insert_all(keys_, elements);
  count_all_lengths();
  exceptions_ = std::any_of(elements.begin(), elements.end(), [](const SetElement& e) { return e.nomatch; });
}

void SetStore::Live::count_lengths(const SetElement& element) {
  if (first_is_net(*set.type)) first_.add(element.first, element.first_length);
  if (second_is_net(*set.type)) second_.add(element.second, element.second_length);
}

void SetStore::Live::count_all_lengths() {
  first_ = second_ = {};
  if (first_is_net(*set.type)) first_.reset(set.family, elements.size());
  for (const SetElement& e : elements) count_lengths(e);
}

bool SetStore::Live::matches(std::size_t at, const Packet& packet, const SetTest& options, std::int64_t now,
                             SkbInfo* info) {
  if (expired(at, now)) return false;
  if (set.counters) {
    SetExtra& extra = set.make_extra(elements[at]);
    if (options.update_counters) {
      extra.counters.packets += 1;
      extra.counters.bytes += packet.stated_length();
    }
    if (!options.packets.holds(extra.counters.packets) || !options.bytes.holds(extra.counters.bytes)) return false;
  }
  if (info && set.skbinfo) {
    const SetExtra* extra = set.extra(elements[at]);
    *info = extra ? SkbInfo{extra->skbmark, extra->skbmark_mask, extra->skbprio, extra->skbqueue} : SkbInfo{};
  }
  return true;
}

SetStore::Live::Answer SetStore::Live::answer_of(std::uint32_t at, const Packet& packet, const SetTest& options,
                                                 std::int64_t now, SkbInfo* info) {
  if (!matches(at, packet, options, now, info)) return Answer::no;
  return elements[at].nomatch ? Answer::exception : Answer::yes;
}

std::uint32_t SetStore::Live::find(const SetElement& element) const {
  return index_.find(keys_(element),
                     [&](std::uint32_t at) { return same_element(*set.type, elements[at], element); });
}

// Elements that agree with `wanted` in everything, prefix lengths included. Nothing: look on with
// shorter prefixes. Another interface of the same network ends the search, but a bridge port does
// not: it is hashed elsewhere.
std::optional<SetStore::Live::Answer> SetStore::Live::test_one(const SetElement& wanted, const Packet& packet,
                                                               const SetTest& options, std::int64_t now,
                                                               SkbInfo* info) {
  if (plain(info)) return index_.contains(keys_(wanted)) ? std::optional(Answer::yes) : std::nullopt;
  Answer answer = Answer::no;
  bool others = false;
  index_.find(keys_(wanted), [&](std::uint32_t at) {
    const SetElement& e = elements[at];
    if (!same_element(*set.type, e, wanted)) {
      others =
          others || (e.first == wanted.first && e.first_length == wanted.first_length && e.physdev == wanted.physdev);
      return false;
    }
    answer = answer_of(at, packet, options, now, info);
    if (answer == Answer::no) others = false;
    return answer != Answer::no;
  });
  if (answer != Answer::no) return answer;
  if (others && set.type->parts.back() == SetPart::iface) return Answer::no;
  return std::nullopt;
}

SetStore::Live::Answer SetStore::Live::test_networks(SetElement wanted, const Packet& packet, const SetTest& options,
                                                     std::int64_t now, SkbInfo* info) {
  const bool outer = first_is_net(*set.type), inner = second_is_net(*set.type);
  const u128 first = wanted.first, second_address = wanted.second;
  const LengthSet lengths = first_.of(first);
  for (int i = outer ? lengths.below(129) : 0; i >= 0; i = i > 0 ? lengths.below(static_cast<unsigned>(i)) : -1) {
    if (outer) {
      wanted.first = first;
      cut(set.family, wanted.first, wanted.first_length, static_cast<unsigned>(i));
    }
    for (int j = inner ? second_.used().below(129) : 0; j >= 0; j = j > 0 ? second_.used().below(static_cast<unsigned>(j)) : -1) {
      if (inner) {
        wanted.second = second_address;
        cut(set.family, wanted.second, wanted.second_length, static_cast<unsigned>(j));
      }
      if (const auto answer = test_one(wanted, packet, options, now, info)) return *answer;
    }
  }
  return Answer::no;
}

SetStore::Live::Answer SetStore::Live::test(const SetKey& key, const Packet& packet, const SetTest& options,
                                            std::int64_t now, SkbInfo* info) {
  if (!key.known || elements.empty()) return Answer::no;
  if (first_is_net(*set.type) || second_is_net(*set.type))
    return test_networks(key.element, packet, options, now, info);
  if (plain(info) && !has_mac_later(*set.type)) return index_.contains(keys_(key.element)) ? Answer::yes : Answer::no;
  const std::uint32_t at = find(key.element);
  if (at == ElementIndex::none) return Answer::no;
  if (has_mac_later(*set.type)) {
    if (elements[at].no_mac) {  // the first packet of the address tells its MAC
      fill_mac(at, key.element.second, packet, set.timeout.value_or(0), now);
      return Answer::yes;
    }
    if (elements[at].second != key.element.second) return Answer::no;
  }
  return answer_of(at, packet, options, now, info);
}

// The most specific prefix in the set is what the SET target adds and deletes.
SetElement SetStore::Live::as_target_sees(const SetElement& element) const {
  SetElement e = element;
  const unsigned all = address_bits(set.family);
  if (first_is_net(*set.type)) cut(set.family, e.first, e.first_length, first_.longest(all));
  if (second_is_net(*set.type)) cut(set.family, e.second, e.second_length, second_.longest(all));
  return e;
}

void SetStore::Live::write_extensions(std::uint32_t at, const Packet& packet, std::uint32_t timeout,
                                      std::int64_t now) {
  SetElement& e = elements[at];
  e.nomatch = false;
  if (set.timeout) {
    e.timeout = timeout;
    expires[at] = expiry_of(timeout, now);
  }
  if (!set.counters && e.extra == 0) return;
  SetExtra& extra = set.make_extra(e);
  extra = {};
  if (set.counters) extra.counters = {1, packet.stated_length()};
}

void SetStore::Live::fill_mac(std::uint32_t at, u128 mac, const Packet& packet, std::uint32_t timeout,
                              std::int64_t now) {
  // The timeout that was given with the address starts now, unless the packet's is another.
  if (elements[at].no_mac && timeout == set.timeout.value_or(0)) timeout = elements[at].timeout;
  elements[at].second = mac;
  elements[at].no_mac = false;
  write_extensions(at, packet, timeout, now);
}

void SetStore::Live::insert(const SetElement& element) {
  index_.insert(keys_(element), static_cast<std::uint32_t>(elements.size()));
  elements.push_back(element);
  if (elements.size() > first_.room())
    count_all_lengths();
  else
    count_lengths(element);
  if (!spare_.empty()) {
    elements.back().extra = spare_.back();
    spare_.pop_back();
  }
  if (set.timeout) expires.push_back(no_expiry);
}

void SetStore::Live::remove(std::uint32_t at) {
  const auto last = static_cast<std::uint32_t>(elements.size() - 1);
  if (first_is_net(*set.type)) first_.remove(elements[at].first_length);
  if (second_is_net(*set.type)) second_.remove(elements[at].second_length);
  index_.erase(keys_(elements[at]), at);
  if (elements[at].extra != 0) {
    set.extras[elements[at].extra - 1] = {};
    spare_.push_back(elements[at].extra);
  }
  if (at != last) {
    const std::uint64_t key = keys_(elements[last]);
    index_.erase(key, last);
    index_.insert(key, at);
    elements[at] = elements[last];
    if (set.timeout) expires[at] = expires[last];
  }
  elements.pop_back();
  if (set.timeout) expires.pop_back();
}

void SetStore::Live::sweep(std::int64_t now) {
  for (std::size_t i = elements.size(); i-- > 0;)
    if (expired(i, now)) remove(static_cast<std::uint32_t>(i));
}

SetChange SetStore::Live::add(const SetKey& key, const Packet& packet, std::optional<std::uint32_t> given, bool exist,
                              std::int64_t now) {
  if (!key.known) return SetChange::refused;
  const std::uint32_t timeout = std::min(given.value_or(set.timeout.value_or(0)), max_set_timeout);
  const SetElement element = as_target_sees(key.element);
  if (const std::uint32_t at = find(element); at != ElementIndex::none) {
    const bool other_mac =
        has_mac_later(*set.type) && (elements[at].no_mac || (exist && elements[at].second != element.second));
    if (other_mac)
      fill_mac(at, element.second, packet, timeout, now);
    else if (exist || expired(at, now))
      write_extensions(at, packet, timeout, now);
    else
      return SetChange::exists;
    return SetChange::done;
  }
  if (!set.type->bitmap && elements.size() >= set.maxelem) {
    sweep(now);
    if (elements.size() >= set.maxelem) return set.forceadd ? SetChange::unsure : SetChange::full;
  }
  insert(element);
  write_extensions(static_cast<std::uint32_t>(elements.size() - 1), packet, timeout, now);
  return SetChange::done;
}

SetChange SetStore::Live::del(const SetKey& key, std::int64_t now) {
  if (!key.known) return SetChange::refused;
  const std::uint32_t at = find(as_target_sees(key.element));
  if (at == ElementIndex::none || (expired(at, now) && !set.type->bitmap)) return SetChange::absent;
  remove(at);
  return SetChange::done;
}

IpSet SetStore::Live::state(std::int64_t now) const {
  IpSet result = set;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (expired(i, now)) continue;
    SetElement e = elements[i];
    // A remaining time of less than a second is shown as 1: 0 would mean for ever.
    if (set.timeout && !e.no_mac)
      e.timeout = expires[i] == no_expiry
                      ? 0
                      : std::max<std::uint32_t>(1, static_cast<std::uint32_t>((expires[i] - now) / second));
    result.elements.push_back(e);
  }
  return result;
}

}  // namespace fwsim

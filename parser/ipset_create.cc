// Options of `create`: what each type takes (ipset's lib/ipset_*.c) and what the kernel makes of
// the values (the *_create functions of net/netfilter/ipset).
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "model/value.hh"
#include "parser/ipset_element.hh"
#include "parser/ipset_options.hh"

namespace fwsim {
namespace {

enum class Key : std::uint8_t {
  family, inet, inet6, hashsize, maxelem, bucketsize, initval, netmask, bitmask, markmask, range, from, to, network,
  size, timeout, counters, comment, skbinfo, forceadd, probes, resize, gc
};
struct CreateOption {
  std::string_view name;
  Key key;
  bool value = true;
};
constexpr CreateOption create_options[] = {
    {"family", Key::family},     {"-4", Key::inet, false},
    {"-6", Key::inet6, false},   {"hashsize", Key::hashsize},
    {"maxelem", Key::maxelem},   {"bucketsize", Key::bucketsize},
    {"initval", Key::initval},   {"netmask", Key::netmask},
    {"bitmask", Key::bitmask},   {"markmask", Key::markmask},
    {"range", Key::range},       {"from", Key::from},
    {"to", Key::to},             {"network", Key::network},
    {"size", Key::size},         {"timeout", Key::timeout},
    {"counters", Key::counters, false}, {"comment", Key::comment, false},
    {"skbinfo", Key::skbinfo, false},   {"forceadd", Key::forceadd, false},
    {"probes", Key::probes},     {"resize", Key::resize},
    {"gc", Key::gc},
};

bool is_hash(const SetType& type) { return !type.bitmap && !type.list; }

bool takes(const SetType& type, Key key) {
  switch (key) {
    case Key::family:
    case Key::inet:
    case Key::inet6: return is_hash(type) && type.families == SetType::Families::both;
    case Key::hashsize:
    case Key::maxelem:
    case Key::bucketsize:
    case Key::initval:
    case Key::forceadd:
    case Key::probes:
    case Key::resize:
    case Key::gc: return is_hash(type);
    case Key::netmask: return type.netmask;
    case Key::bitmask: return type.bitmask;
    case Key::markmask: return type.parts.back() == SetPart::mark;
    case Key::range: return type.bitmap;
    // Hash types of ipset 4 named the network they serve; it means nothing now.
    case Key::from:
    case Key::to: return type.bitmap || (is_hash(type) && type.parts.size() > 1);
    case Key::network:
      return (type.bitmap && type.parts.front() == SetPart::ip) || (is_hash(type) && type.parts.size() > 1);
    case Key::size: return type.list;
    case Key::timeout:
    case Key::counters:
    case Key::comment:
    case Key::skbinfo: return true;
  }
  return false;
}

class CreateReader {
 public:
  CreateReader(IpSet& set, Reporter& reporter) : set_(set), reporter_(reporter) {}

  bool read(std::span<const Word> words) {
    bool good = collect(words);
    // The family first: masks and ranges are read by it.
    for (const Given& g : given_)
      if (g.option->key <= Key::inet6) good = read_family(g) && good;
    for (const Given& g : given_)
      if (g.option->key > Key::inet6) good = read_value(g) && good;
    if (good && set_.type->bitmap) good = finish_bitmap(words);
    return good;
  }

 private:
  struct Given {
    const CreateOption* option;
    Word word;
    Word value;
  };
  IpSet& set_;
  Reporter& reporter_;
  std::vector<Given> given_;
  std::optional<ElementSpan::Addresses> addresses_;  // of a bitmap
  std::optional<std::pair<unsigned, unsigned>> ports_;
  bool masked_ = false;

  bool fault(const Word& at, std::string text, std::string hint = {}, ToolWords tool = {}) {
    reporter_.error(at, "ipset-bad-option", std::move(text), std::move(hint), std::move(tool));
    return false;
  }

  bool collect(std::span<const Word> words) {
    bool good = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const CreateOption* option = find(words[i]);
      if (option == nullptr) {
        good = unknown(words[i]);
        continue;
      }
      if (option->value && i + 1 == words.size())
        return fault(words[i], fmt::format("option '{}' needs a value", option->name), {},
                     {fmt::format("Missing mandatory argument of option `{}'", option->name)});
      const auto same = [&](const Given& g) { return g.option == option; };
      if (std::any_of(given_.begin(), given_.end(), same))
        good = fault(words[i], fmt::format("option '{}' is given twice", option->name));
      given_.push_back({option, words[i], option->value ? words[i + 1] : words[i]});
      i += option->value ? 1 : 0;
    }
    return good;
  }

  const CreateOption* find(const Word& word) const {
    const std::string_view name = word.text.substr(0, 2) == "--" ? word.text.substr(2) : word.text;
    for (const CreateOption& option : create_options)
      if (option.name == name && takes(*set_.type, option.key)) return &option;
    return nullptr;
  }

  bool unknown(const Word& word) {
    std::vector<std::string_view> names;
    for (const CreateOption& option : create_options) {
      if (takes(*set_.type, option.key)) names.push_back(option.name);
      if (option.name == word.text)
        return fault(word, fmt::format("sets of type {} have no option '{}'", set_.type->name, word.text), {}, {fmt::format("Unknown argument: `{}'", word.text)});
    }
    const std::string meant = did_you_mean(word.text, names);
    return fault(word, fmt::format("unknown option '{}'", word.text),
                 meant.empty() ? "" : fmt::format("did you mean '{}'?", meant), {fmt::format("Unknown argument: `{}'", word.text)});
  }

  bool read_family(const Given& g) {
    const std::string_view name = g.value.text;
    if (name == "inet" || name == "ipv4" || name == "-4" || name == "--4")
      set_.family = Family::v4;
    else if (name == "inet6" || name == "ipv6" || name == "-6" || name == "--6")
      set_.family = Family::v6;
    else
      return fault(g.value, fmt::format("unknown family '{}'", name), "inet or inet6",
                   {.text = fmt::format("Syntax error: unknown inet family {}", name), .status = 1});
    return true;
  }

  std::optional<std::uint32_t> number(const Given& g, std::uint64_t max = 0xffffffff) {
    const auto value = read_ipset_number(g.value, max, reporter_);
    if (!value) return std::nullopt;
    return static_cast<std::uint32_t>(*value);
  }

  bool read_value(const Given& g) {
    switch (g.option->key) {
      case Key::hashsize: return read_hashsize(g);
      case Key::bucketsize: return read_bucketsize(g);
      case Key::netmask:
      case Key::bitmask: return read_mask(g);
      case Key::markmask: return read_markmask(g);
      case Key::maxelem: return put(g, set_.maxelem);
      case Key::initval: return put(g, set_.initval);
      case Key::timeout: return put(g, set_.timeout, max_set_timeout);
      case Key::size:
        if (!put(g, set_.size)) return false;
        set_.size = std::max(set_.size, 4U);
        return true;
      case Key::counters: return set_.counters = true;
      case Key::comment: return set_.comment = true;
      case Key::skbinfo: return set_.skbinfo = true;
      case Key::forceadd: return set_.forceadd = true;
      case Key::range:
      case Key::network:
      case Key::from:
      case Key::to:
        if (set_.type->bitmap) return read_range(g);
        [[fallthrough]];
      default: return ignore(g);
    }
  }

  template <class T>
  bool put(const Given& g, T& out, std::uint64_t max = 0xffffffff) {
    const auto value = number(g, max);
    if (value) out = *value;
    return value.has_value();
  }

  bool ignore(const Given& g) {
    reporter_.warning(g.word, "ipset-ignored-option",
                      fmt::format("option '{}' of old files means nothing", g.option->name),
                      "leave it out: ipset stops reading the file after its warning about it");
    return true;
  }

  // The kernel rounds up to a power of two, and takes no fewer than 64 buckets.
  bool read_hashsize(const Given& g) {
    const auto value = number(g);
    if (!value) return false;
    if (*value > 0x80000000U) return fault(g.value, fmt::format("hashsize {} is too large", *value));
    set_.hashsize = std::bit_ceil(std::max(*value, min_set_hashsize));
    return true;
  }

  bool read_bucketsize(const Given& g) {
    const auto value = number(g, 255);
    if (!value) return false;
    set_.bucketsize = std::clamp((*value + 1) / 2 * 2, 2U, 12U);
    return true;
  }

  bool read_mask(const Given& g) {
    if (std::exchange(masked_, true)) return fault(g.word, "netmask and bitmask exclude each other");
    if (g.option->key == Key::netmask) {
      const auto length = read_number(g.value.text);
      if (!length || *length == 0 || *length > address_bits(set_.family))
        return fault(g.value, fmt::format("'{}' is not a netmask", g.value.text),
                     fmt::format("a prefix length from 1 to {}", address_bits(set_.family)));
      if (*length < address_bits(set_.family)) set_.netmask = static_cast<unsigned>(*length);
      return true;
    }
    // ipset 7.17 writes memory it never set behind some masks: "255.255.255.0/227".
    const std::size_t slash = g.value.text.find('/');
    if (slash != std::string_view::npos)
      reporter_.warning(g.value, "ipset-bad-option", fmt::format("'{}' has a prefix length", g.value.text),
                        "ipset save writes such by mistake, and ipset restore refuses it: leave it out");
    const auto mask = read_address(set_.family, g.value.text.substr(0, slash));
    if (!mask || *mask == 0)
      return fault(g.value, fmt::format("'{}' is not a bitmask", g.value.text),
                   "an address that is not zero: 255.255.0.255");
    if (*mask != address_mask(set_.family)) set_.bitmask = *mask;
    return true;
  }

  bool read_markmask(const Given& g) {
    if (!put(g, set_.markmask)) return false;
    return set_.markmask != 0 || fault(g.value, "a markmask of 0 lets no mark through");
  }

  bool read_range(const Given& g) {
    if (set_.type->parts.front() == SetPart::port) return read_port_range(g);
    ElementSpan::Addresses a;
    if (const auto wrong = read_addresses(Family::v4, g.value.text, a)) return fault(g.value, wrong->text, wrong->hint);
    const bool end = g.option->key == Key::from || g.option->key == Key::to;
    if (end == (a.range || a.length))
      return fault(g.value, end ? fmt::format("'{}' is not a single address", g.value.text)
                                : fmt::format("'{}' is not a range", g.value.text),
                   end ? "" : "10.0.0.0/24 or 10.0.0.1-10.0.0.99");
    if (!end) {
      addresses_ = a;
      return true;
    }
    if (!addresses_) addresses_ = ElementSpan::Addresses{.low = a.low, .high = a.low};
    (g.option->key == Key::from ? addresses_->low : addresses_->high) = a.low;
    addresses_->range = true;
    return true;
  }

  bool read_port_range(const Given& g) {
    ElementSpan span;
    if (const auto wrong = read_ports(Family::v4, g.value.text, span)) return fault(g.value, wrong->text, wrong->hint);
    if (span.rest.proto != 6 && span.rest.proto != 17)
      return fault(g.value, "bitmap:port knows only TCP and UDP ports");
    if ((g.option->key == Key::range) != span.port_range)
      return fault(g.value, fmt::format("'{}' is not a {}", g.value.text, span.port_range ? "single port" : "range"));
    if (!ports_) ports_ = {span.port_low, span.port_high};
    if (g.option->key == Key::from) ports_->first = span.port_low;
    if (g.option->key == Key::to) ports_->second = span.port_low;
    return true;
  }

  bool finish_bitmap(std::span<const Word> words) {
    const Word& at = words.empty() ? Word{} : words.front();
    if (!addresses_ && !ports_) return fault(at, fmt::format("type {} needs a range", set_.type->name), {}, {"Mandatory option `range' is missing"});
    if (ports_) {
      set_.range = {std::min(ports_->first, ports_->second), std::max(ports_->first, ports_->second)};
      return true;
    }
    if (addresses_->length && *addresses_->length == 32) return fault(at, "a bitmap of one address is not possible");
    u128 low = std::min(addresses_->low, addresses_->high), high = std::max(addresses_->low, addresses_->high);
    const unsigned netmask = set_.netmask.value_or(32);
    u128 mask = prefix_mask(Family::v4, addresses_->length.value_or(32));
    low &= mask;
    high |= address_mask(Family::v4) & ~mask;
    mask = prefix_mask(Family::v4, netmask);
    set_.range = {low & mask, high | (address_mask(Family::v4) & ~mask)};
    return check_size(at, netmask);
  }

  // With a netmask the range is stored as the smallest network around it (range_to_mask).
  bool check_size(const Word& at, unsigned netmask) {
    u128 size = set_.range.high - set_.range.low + 1;
    if (netmask < 32) {
      unsigned length = 31;
      while (length > 0 && (set_.range.high & prefix_mask(Family::v4, length)) != set_.range.low) --length;
      const bool whole = set_.range.low == 0 && set_.range.high == address_mask(Family::v4);
      if ((length == 0 && !whole) || netmask <= length)
        return fault(at, "the range does not suit the netmask",
                     "it must begin where a network begins that holds all of it, and that is wider than the netmask");
      size = u128{1} << (netmask - length);
    }
    if (size <= max_bitmap_size) return true;
    return fault(at, fmt::format("the range has {} elements: a bitmap holds at most {}",
                                 static_cast<std::uint64_t>(size), max_bitmap_size),
                 "use a netmask, or a hash type", {.text = "The range you specified exceeds the size limit of the set type", .status = 1});
  }
};

}  // namespace

bool read_create_options(std::span<const Word> words, IpSet& set, Reporter& reporter) {
  return CreateReader(set, reporter).read(words);
}

}  // namespace fwsim

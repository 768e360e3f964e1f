#include "reports/nft/ipsets.hh"

#include <fmt/format.h>

#include <algorithm>

#include "reports/nft/fields.hh"

namespace fwsim::nft {

std::pair<std::string_view, std::vector<std::string_view>> name_and_sides(std::string_view text) {
  const std::size_t space = text.find(' ');
  return {text.substr(0, space), split(text.substr(space + 1), ',')};
}

bool has_ports(const SetType& type) {
  return std::find(type.parts.begin(), type.parts.end(), SetPart::port) != type.parts.end();
}

namespace {

// Whether rules change the set, and from which tables it is asked for.
struct Usage {
  bool changed = false, several_tables = false;
};
Usage usage_of(std::string_view name, const RuleContext& c) {
  Usage usage;
  const Table* first = nullptr;
  const auto look = [&](const Table& table, const Use& use) {
    if (!use.extension) return;
    for (const Given& given : use.given) {
      const auto* text = std::get_if<std::string>(&given.value);
      const std::string_view option = use.extension->options[given.option].name;
      if (!text || !option.ends_with("-set") || name_and_sides(*text).first != name) continue;
      usage.changed = usage.changed || option == "add-set" || option == "del-set";
      usage.several_tables = usage.several_tables || (first && first != &table);
      first = &table;
    }
  };
  for (const Table& table : c.ruleset->tables)
    for (const Chain& chain : table.chains)
      for (const Rule& rule : chain.rules) {
        for (const MatchUse& match : rule.matches)
          if (match.name == "set") look(table, match);
        if (const auto* target = std::get_if<TargetUse>(&rule.target); target && target->name == "SET")
          look(table, *target);
      }
  return usage;
}

// Networks without the exceptions: the longest prefix that holds an address decides.
std::vector<Range> without_exceptions(const IpSet& set) {
  std::vector<const SetElement*> order;
  for (const SetElement& e : set.elements) order.push_back(&e);
  std::stable_sort(order.begin(), order.end(),
                   [](const SetElement* a, const SetElement* b) { return a->first_length < b->first_length; });
  std::vector<Range> ranges;
  for (const SetElement* e : order) {
    const u128 host = address_mask(set.family) & ~prefix_mask(set.family, e->first_length);
    const Range r{e->first & ~host, e->first | host};
    std::vector<Range> next;
    for (const Range& old : ranges) {  // what is left of the others
      if (r.low > old.high || r.high < old.low) {
        next.push_back(old);
        continue;
      }
      if (old.low < r.low) next.push_back({old.low, r.low - 1});
      if (old.high > r.high) next.push_back({r.high + 1, old.high});
    }
    if (!e->nomatch) next.push_back(r);
    ranges = std::move(next);
  }
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.low < b.low; });
  return ranges;
}

class Writer {
 public:
  Writer(const IpSet& set, RuleContext& c, std::string& why)
      : set_(set), c_(c), why_(why), usage_(usage_of(set.name, c)) {
    if (!has_ports(*set.type) || set.type->bitmap || usage_.changed) return;
    for (const SetElement& e : set.elements) protocols_.insert(e.proto);
    if (protocols_.size() == 1) single_ = *protocols_.begin();
  }

  // No packet of the rule's protocol can be in it.
  bool of_another_protocol() const { return single_ && c_.protocol != 0 && c_.protocol != *single_; }

  std::optional<Asked> write(const std::vector<std::string_view>& sides) {
    if (!can_be_written()) return std::nullopt;
    Asked asked;
    std::vector<std::string> types;
    for (std::size_t i = 0; i < set_.type->parts.size(); ++i)
      part(set_.type->parts[i], sides[i] == "src", asked, types);
    std::string body = fmt::format("type {}\n", fmt::join(types, " . "));
    if (!interval_ || usage_.changed) body += fmt::format("size {}\n", set_.maxelem);
    std::vector<std::string> flags;
    if (interval_) flags.push_back("interval");
    if (set_.timeout) flags.push_back("timeout");
    if (usage_.changed) flags.push_back("dynamic");
    if (!flags.empty()) body += fmt::format("flags {}\n", fmt::join(flags, ","));
    if (set_.timeout && *set_.timeout != 0) body += fmt::format("timeout {}s\n", *set_.timeout);
    if (set_.counters) body += "counter\n";
    const auto elements = this->elements();
    if (!elements) return std::nullopt;
    if (!elements->empty()) body += fmt::format("elements = {}\n", braces(*elements, 11));
    asked.name = c_.objects->add(set_.name, body);
    return asked;
  }

 private:
  bool fail(std::string why) {
    why_ = fmt::format("set '{}': {}", set_.name, why);
    return false;
  }

  bool can_be_written() {
    if (usage_.changed && usage_.several_tables) return fail("rules change it, and nft shares no sets between tables");
    if (set_.skbinfo) return fail("its elements hold marks");
    for (SetPart p : set_.type->parts) interval_ = interval_ || p == SetPart::net;
    interval_ = interval_ || (set_.type->parts.size() == 1 && set_.type->parts[0] == SetPart::port);
    if (interval_ && usage_.changed) return fail("rules change it, and rules of nft cannot change sets of networks");
    for (const SetElement& e : set_.elements) {
      if (e.nomatch && set_.type->parts.size() > 1) return fail("it has exceptions in more than one dimension");
      if (e.physdev) return fail("it asks for bridge ports");
      if (e.no_mac) return fail("it learns addresses from packets");
      if (has_ports(*set_.type) && !set_.type->bitmap && e.proto != 6 && e.proto != 17 && e.proto != 132 &&
          e.proto != 136)
        return fail("it has elements of protocols without ports");
      if (set_.timeout && *set_.timeout != 0 && e.timeout == 0)
        return fail("it has elements for ever beside a default timeout");
    }
    return true;
  }

  void part(SetPart p, bool source, Asked& asked, std::vector<std::string>& types) {
    const std::string_view transport = single_ ? transport_name(*single_) : "th";
    switch (p) {
      case SetPart::ip:
      case SetPart::net:
        asked.keys.push_back(masked_address(set_.family, source, set_.address_mask()));
        types.push_back(set_.family == Family::v4 ? "ipv4_addr" : "ipv6_addr");
        break;
      case SetPart::port:
        if (!single_ && !set_.type->bitmap) {
          asked.keys.push_back("meta l4proto");
          types.push_back("inet_proto");
        }
        asked.keys.push_back(fmt::format("{} {}", transport, source ? "sport" : "dport"));
        types.push_back("inet_service");
        asked.may_be_absent = true;
        break;
      case SetPart::iface:
        asked.keys.push_back(source ? "iifname" : "oifname");
        types.push_back("ifname");
        break;
      case SetPart::mac:
        asked.keys.push_back(source ? "ether saddr" : "ether daddr");
        types.push_back("ether_addr");
        asked.may_be_absent = true;
        break;
      case SetPart::mark:
        asked.keys.push_back(set_.markmask == 0xffffffff ? "meta mark"
                                                         : fmt::format("meta mark & {:#x}", set_.markmask));
        types.push_back("mark");
        break;
      case SetPart::set: break;
    }
  }

  std::string address(u128 a, unsigned length) const {
    const u128 host = address_mask(set_.family) & ~prefix_mask(set_.family, length);
    return address_element(set_.family, {a & ~host, a | host}).text;
  }

  std::string element(const SetElement& e) const {
    std::vector<std::string> parts;
    bool first = true;
    for (SetPart p : set_.type->parts) {
      switch (p) {
        case SetPart::ip:
        case SetPart::net: {
          const unsigned whole = address_bits(set_.family);
          const unsigned length = p == SetPart::ip ? whole : first ? e.first_length : e.second_length;
          parts.push_back(address(first ? e.first : e.second, length));
          first = false;
          break;
        }
        case SetPart::port:
          if (!single_ && !set_.type->bitmap) parts.push_back(protocol_text(e.proto));
          parts.push_back(fmt::format("{}", e.port));
          break;
        case SetPart::iface: {
          const std::string name = name_text(e.second);
          parts.push_back(in_quotes(e.wildcard ? name + "*" : name));
          break;
        }
        case SetPart::mac:
          parts.push_back(mac_text(static_cast<std::uint64_t>(set_.type->parts.size() == 1 ? e.first : e.second)));
          break;
        case SetPart::mark: parts.push_back(fmt::format("{:#x}", static_cast<std::uint64_t>(e.second))); break;
        case SetPart::set: break;
      }
    }
    std::string text = fmt::format("{}", fmt::join(parts, " . "));
    const SetExtra* extra = set_.extra(e);
    if (set_.counters)
      text += fmt::format(" counter packets {} bytes {}", extra ? extra->counters.packets : 0,
                          extra ? extra->counters.bytes : 0);
    if (e.timeout != 0) text += fmt::format(" timeout {}s", e.timeout);
    if (extra && !extra->comment.empty() && can_be_quoted(extra->comment) && extra->comment.size() <= 127)
      text += fmt::format(" comment {}", in_quotes(extra->comment));
    return text;
  }

  // The values that an element stands for, one range for each dimension.
  std::vector<Range> box(const SetElement& e) const {
    std::vector<Range> out;
    bool first = true;
    for (SetPart p : set_.type->parts) switch (p) {
        case SetPart::ip:
        case SetPart::net: {
          const u128 host =
              address_mask(set_.family) & ~prefix_mask(set_.family, p == SetPart::ip ? address_bits(set_.family)
                                                                    : first          ? e.first_length
                                                                                     : e.second_length);
          const u128 a = first ? e.first : e.second;
          out.push_back({a & ~host, a | host});
          first = false;
          break;
        }
        case SetPart::port: out.push_back({u128{e.proto} << 16 | e.port, u128{e.proto} << 16 | e.port}); break;
        case SetPart::iface:
          out.push_back({e.second, e.wildcard ? e.second | (all_ones >> (8 * name_length(e.second))) : e.second});
          break;
        default: out.push_back({e.second, e.second});
      }
    return out;
  }

  // Elements that no other one holds: nft takes no overlapping ones. Nothing when some overlap otherwise, or hold more
  // than values.
  std::optional<std::vector<const SetElement*>> apart(bool plain) {
    struct Box {
      const SetElement* element;
      std::vector<Range> ranges;
      bool held = false;
    };
    std::vector<Box> boxes;
    for (const SetElement& e : set_.elements) boxes.push_back({&e, box(e)});
    std::stable_sort(boxes.begin(), boxes.end(),
                     [](const Box& a, const Box& b) { return a.ranges[0].low < b.ranges[0].low; });
    std::vector<std::size_t> open;  // those that may still meet the next
    for (std::size_t n = 0; n < boxes.size(); ++n) {
      std::erase_if(open,
                    [&](std::size_t i) { return boxes[i].held || boxes[i].ranges[0].high < boxes[n].ranges[0].low; });
      for (const std::size_t i : open) {
        bool meets = true, inside = true, around = true;
        for (std::size_t d = 0; d < boxes[n].ranges.size(); ++d) {
          const Range &old = boxes[i].ranges[d], &now = boxes[n].ranges[d];
          meets = meets && now.low <= old.high && old.low <= now.high;
          inside = inside && old.low <= now.low && now.high <= old.high;
          around = around && now.low <= old.low && old.high <= now.high;
        }
        if (!meets) continue;
        if ((!inside && !around) || !plain) return std::nullopt;
        boxes[inside ? n : i].held = true;
      }
      if (!boxes[n].held) open.push_back(n);
    }
    std::vector<const SetElement*> out;
    for (const Box& b : boxes)
      if (!b.held) out.push_back(b.element);
    return out;
  }

  std::optional<std::vector<std::string>> elements() {
    std::vector<std::string> out;
    const bool exceptions =
        std::any_of(set_.elements.begin(), set_.elements.end(), [](const SetElement& e) { return e.nomatch; });
    const bool networks = set_.type->parts.size() == 1 && set_.type->parts[0] == SetPart::net;
    const bool plain = !set_.timeout && !set_.counters && !set_.comment;
    if (networks && exceptions) {
      if (!plain) {
        fail("it has exceptions, and elements with timeouts, counters or comments");
        return std::nullopt;
      }
      for (const Range& r : without_exceptions(set_)) out.push_back(address_element(set_.family, r).text);
      return out;
    }
    if (!interval_) {
      for (const SetElement& e : set_.elements) out.push_back(element(e));
      return out;
    }
    const auto those = apart(plain);
    if (!those) {
      fail("its elements overlap, and nft takes no such sets");
      return std::nullopt;
    }
    for (const SetElement* e : *those) out.push_back(element(*e));
    return out;
  }

  const IpSet& set_;
  RuleContext& c_;
  std::string& why_;
  Usage usage_;
  bool interval_ = false;
  std::set<unsigned> protocols_;
  std::optional<unsigned> single_;  // all elements are of this protocol
};

}  // namespace

std::optional<Asked> write_set(const IpSet& set, const std::vector<std::string_view>& sides, RuleContext& c,
                               std::string& why) {
  Writer writer(set, c, why);
  if (writer.of_another_protocol()) return Asked{};
  return writer.write(sides);
}

}  // namespace fwsim::nft

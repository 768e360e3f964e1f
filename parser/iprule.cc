// `ip rule add`: iproute2's ip/iprule.c, with the priority that the kernel gives a rule without one.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "parser/iproute_values.hh"

namespace fwsim {
namespace {

using Fault = std::optional<TextFault>;

constexpr std::string_view rule_options[] = {"from",      "to",
                                             "fwmark",    "tos",
                                             "dsfield",   "iif",
                                             "dev",       "oif",
                                             "priority",  "pref",
                                             "prio",      "preference",
                                             "order",     "table",
                                             "lookup",    "not",
                                             "prohibit",  "unreachable",
                                             "blackhole", "nop",
                                             "goto",      "ipproto",
                                             "sport",     "dport",
                                             "uidrange",  "suppress_prefixlength",
                                             "sup_pl",    "protocol",
                                             "realms",    "type"};

class RuleReader {
 public:
  RuleReader(Host& host, std::string_view text, std::optional<Family> family)
      : host_(host), words_(text), family_(family) {}

  Fault read() {
    if (words_.done()) return words_.whole("the rule is empty", "like \"from 10.0.0.0/8 lookup 100\"");
    while (!words_.done())
      if (auto fault = read_option(words_.next())) return fault;
    rule_.family = family_.value_or(Family::v4);
    if (!priority_given_) rule_.priority = next_priority();
    host_.rules.push_back(rule_);
    return {};
  }

 private:
  Host& host_;
  IpWords words_;
  std::optional<Family> family_;
  RoutingRule rule_;
  bool priority_given_ = false;

  // One before the second of the present rules (fib_default_rule_pref).
  std::uint32_t next_priority() const {
    std::uint32_t second = 32766;
    for (const RoutingRule& r : host_.rules)
      if (r.family == rule_.family && r.priority > 0) second = std::min(second, r.priority);
    return second - 1;
  }

  Fault read_prefix_into(const IpWord& word, Prefix& out) {
    if (word.text == "all" || word.text == "any" || word.text == "default") return {};
    const auto prefix = read_any_prefix(word.text);
    if (!prefix) return word.fault(fmt::format("'{}' is not a network", word.text));
    if (family_ && *family_ != prefix->family)
      return word.fault(fmt::format("'{}' is of the other address family", word.text));
    family_ = prefix->family;
    out = prefix->prefix;
    return {};
  }

  Fault read_mark(const IpWord& word) {
    const std::size_t slash = word.text.find('/');
    rule_.mark_mask = 0xffffffff;
    if (auto fault = read_ip_number(word.part(0, slash), 0xffffffff, rule_.mark)) return fault;
    if (slash == std::string_view::npos) return {};
    return read_ip_number(word.part(slash + 1, word.text.size()), 0xffffffff, rule_.mark_mask);
  }

  static Fault read_range(const IpWord& word, std::uint64_t max, std::optional<Range>& out) {
    std::uint64_t low = 0, high = 0;
    const std::size_t dash = word.text.find('-');
    if (auto fault = read_ip_number(word.part(0, dash), max, low)) return fault;
    high = low;
    if (dash != std::string_view::npos)
      if (auto fault = read_ip_number(word.part(dash + 1, word.text.size()), max, high)) return fault;
    out = Range{low, high};
    return {};
  }

  Fault read_option(const IpWord& option) {
    if (option.text == "not") {
      rule_.invert = true;
      return {};
    }
    if (const auto type = read_route_type(option.text)) {
      rule_.action = *type;
      return {};
    }
    if (option.text == "nop") {
      rule_.nothing = true;
      return {};
    }
    if (option.text == "l3mdev")
      return option.fault("rules for VRF devices (l3mdev) are not supported",
                          "VRF devices make such a rule by themselves");
    if (std::find(std::begin(rule_options), std::end(rule_options), option.text) == std::end(rule_options))
      return unknown_ip_word(option, rule_options);
    if (words_.done()) return option.fault(fmt::format("'{}' needs a value", option.text));
    return read_value(option.text, words_.next());
  }

  Fault read_value(std::string_view option, const IpWord& word) {
    if (option == "from") return read_prefix_into(word, rule_.from);
    if (option == "to") return read_prefix_into(word, rule_.to);
    if (option == "fwmark") return read_mark(word);
    if (option == "tos" || option == "dsfield") return read_ip_number(word, 0xff, rule_.tos);
    if (option == "iif" || option == "dev") return read_device(word, rule_.iif);
    if (option == "oif") return read_device(word, rule_.oif);
    if (option == "ipproto") return read_protocol_into(word);
    if (option == "sport") return read_range(word, 0xffff, rule_.sport);
    if (option == "dport") return read_range(word, 0xffff, rule_.dport);
    if (option == "uidrange") return read_range(word, 0xffffffff, rule_.uids);
    if (option == "suppress_prefixlength" || option == "sup_pl")
      return read_ip_number(word, 128, rule_.suppress_length);
    if (option == "goto") return read_ip_number(word, 0xffffffff, rule_.go_to.emplace());
    if (option == "protocol" || option == "realms") return {};
    if (option == "type") return read_type(word);
    if (option == "table" || option == "lookup") {
      const auto table = read_route_table(word.text);
      if (!table)
        return word.fault(fmt::format("'{}' is not a routing table", word.text), "main, local, default, or a number");
      rule_.table = *table;
      return {};
    }
    priority_given_ = true;  // priority, preference, order and their short forms
    return read_ip_number(word, 0xffffffff, rule_.priority);
  }

  Fault read_type(const IpWord& word) {
    const auto type = read_route_type(word.text);
    if (!type) return word.fault(fmt::format("'{}' is not a type of rule", word.text));
    rule_.action = *type;
    return {};
  }

  Fault read_protocol_into(const IpWord& word) {
    const auto protocol = read_protocol(word.text);
    if (!protocol) return word.fault(fmt::format("'{}' is not a protocol", word.text));
    rule_.ipproto = static_cast<std::uint8_t>(*protocol);
    return {};
  }
};

}  // namespace

std::optional<TextFault> add_rule(Host& host, std::string_view text, std::optional<Family> family) {
  return RuleReader(host, text, family).read();
}

}  // namespace fwsim

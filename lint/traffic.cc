#include "lint/traffic.hh"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/sources/question_words.hh"

namespace fwsim {
namespace {

constexpr std::string_view form = "like: tcp 10.0.0.0/8 -> any:22,80-90 in eth0";
constexpr unsigned syn = 2, ack = 16, all_flags = 0x3f;

class Reader {
 public:
  Reader(std::string_view text, QuestionFault& fault) : text_(text), words_(question_words(text)), fault_(fault) {}

  std::optional<Traffic> read() {
    t_.text = std::string(text_);
    if (!protocol() || !endpoints()) return std::nullopt;
    while (at_ < words_.size())
      if (!word()) return std::nullopt;
    if (!check()) return std::nullopt;
    finish();
    return std::move(t_);
  }

 private:
  QuestionWord piece(std::string_view part) const { return {part, static_cast<std::size_t>(part.data() - text_.data()) + 1}; }
  bool fail(const QuestionWord& word, std::string text, std::string hint = {}) {
    fault_ = fault_at(word, std::move(text), std::move(hint));
    return false;
  }
  bool fail_at_end(std::string text, std::string hint = {}) {
    fault_ = {text_.size() + 1, 1, std::move(text), std::move(hint)};
    return false;
  }

  bool protocol() {
    if (words_.empty()) return fail_at_end("no traffic is described", std::string(form));
    const QuestionWord& w = words_[at_++];
    protocol_ = w;
    ping_ = equal_ignoring_case(w.text, "ping");
    if (ping_ || equal_ignoring_case(w.text, "any") || equal_ignoring_case(w.text, "all")) return true;
    for (std::string_view name : split(w.text, ',')) {
      const auto number = read_protocol(name);
      if (!number || *number == 0) return fail(piece(name), fmt::format("'{}' is not a protocol", name), std::string(form));
      t_.protocols.push_back({*number, *number});
    }
    return true;
  }

  bool only(std::initializer_list<unsigned> list) const {
    return !t_.protocols.empty() && std::all_of(t_.protocols.begin(), t_.protocols.end(), [&](const Range& r) {
      return std::find(list.begin(), list.end(), static_cast<unsigned>(r.low)) != list.end();
    });
  }

  bool address(std::string_view text, Family& family, u128& out) {
    const bool v6 = text.find(':') != text.npos;
    family = v6 ? Family::v6 : Family::v4;
    const auto read = read_address(family, text);
    if (!read || (!v6 && std::count(text.begin(), text.end(), '.') != 3))
      return fail(piece(text), fmt::format("'{}' is not an address", text),
                  v6 && text.find('.') != text.npos ? "ports follow the whole list, as 22,80-90"
                                                     : "an address, a prefix, a range a-b, or any");
    out = *read;
    return true;
  }

  bool same_family(std::string_view text, Family family) {
    if (!t_.family) {
      t_.family = family;
      family_by_ = text;
    }
    return t_.family == family ||
           fail(piece(text), fmt::format("'{}' and '{}' are of different families", family_by_, text));
  }

  // An address, a prefix or a range.
  bool addresses(std::string_view text, std::vector<Range>& out) {
    Family family = Family::v4;
    Range range;
    const std::size_t dash = text.find('-'), slash = text.find('/');
    if (!address(text.substr(0, std::min(dash, slash)), family, range.low)) return false;
    range.high = range.low;
    if (slash != text.npos) {
      const auto prefix = read_prefix(family, text);
      if (!prefix || prefix_length(family, prefix->mask) < 0)
        return fail(piece(text.substr(slash)), fmt::format("'{}' is not a prefix length", text.substr(slash + 1)),
                    fmt::format("/0 to /{}", address_bits(family)));
      range = {prefix->address, prefix->address | (address_mask(family) & ~prefix->mask)};
    } else if (dash != text.npos) {
      Family other = family;
      if (!address(text.substr(dash + 1), other, range.high)) return false;
      if (other != family) return fail(piece(text), "the ends of the range are of different families");
      if (range.high < range.low)
        return fail(piece(text), fmt::format("the range '{}' is empty: its end comes before its beginning", text),
                    fmt::format("{}-{}", text.substr(dash + 1), text.substr(0, dash)));
    }
    out.push_back(range);
    return same_family(text, family);
  }

  bool port(std::string_view text, u128& out) {
    const auto number = read_port(text, t_.protocols.empty() ? 0 : static_cast<int>(t_.protocols.front().low));
    if (!number)
      return fail(piece(text), fmt::format("'{}' is not a port", text), read_number(text) ? "ports go from 0 to 65535" : "a number, a service, or a range a-b");
    out = *number;
    return true;
  }

  bool ports(std::string_view text, std::vector<Range>& out) {
    Range range;
    // Names of services may hold a dash too.
    const std::size_t dash = read_port(text, 0) ? text.npos : text.find('-');
    if (!port(text.substr(0, dash), range.low)) return false;
    range.high = range.low;
    if (dash != text.npos && !port(text.substr(dash + 1), range.high)) return false;
    if (range.high < range.low)
      return fail(piece(text), fmt::format("the range '{}' is empty: its end comes before its beginning", text),
                  fmt::format("{}-{}", text.substr(dash + 1), text.substr(0, dash)));
    out.push_back(range);
    return true;
  }

  bool endpoint(const QuestionWord& word, std::vector<Range>& addresses_out, std::vector<Range>& ports_out) {
    std::string_view list, port_list;
    if (!split_endpoint(word, list, port_list, fault_)) return false;
    if (!list.empty() && !equal_ignoring_case(list, "any"))
      for (std::string_view one : split(list, ','))
        if (!addresses(one, addresses_out)) return false;
    if (port_list.empty()) return true;
    ports_ = word;
    if (equal_ignoring_case(port_list, "any")) return true;
    for (std::string_view one : split(port_list, ','))
      if (!ports(one, ports_out)) return false;
    return true;
  }

  bool endpoints() {
    if (at_ >= words_.size()) return fail_at_end("addresses are missing", "SOURCE -> DESTINATION, where either may be any");
    if (!is_arrow(words_[at_].text) && !endpoint(words_[at_++], t_.src, t_.sport)) return false;
    if (at_ >= words_.size()) return fail_at_end("'->' and the destination are missing", std::string(form));
    if (!is_arrow(words_[at_].text)) return fail(words_[at_], "'->' is expected here", "SOURCE -> DESTINATION");
    if (++at_ >= words_.size()) return fail_at_end("the destination is missing", "any, or an address");
    return endpoint(words_[at_++], t_.dst, t_.dport);
  }

  bool value(const QuestionWord& name, std::string_view what, QuestionWord& out) {
    if (at_ >= words_.size()) return fail_at_end(fmt::format("'{}' needs {}", name.text, what));
    out = words_[at_++];
    return true;
  }

  bool number(std::string_view text, std::uint64_t max, u128& out) {
    const auto read = read_number(text);
    if (!read || *read > max) return fail(piece(text), fmt::format("'{}' is not a number up to {}", text, max));
    out = *read;
    return true;
  }

  // "64" or "1-64".
  bool numbers(const QuestionWord& name, Field field, std::uint64_t max) {
    QuestionWord w;
    if (!value(name, "a number", w)) return false;
    Range range;
    const std::size_t dash = w.text.find('-');
    if (!number(w.text.substr(0, dash), max, range.low)) return false;
    range.high = range.low;
    if (dash != w.text.npos && !number(w.text.substr(dash + 1), max, range.high)) return false;
    if (range.high < range.low) return fail(w, fmt::format("the range '{}' is empty: its end comes before its beginning", w.text));
    t_.more.push_back(in(field, range));
    return true;
  }

  bool mark(const QuestionWord& name) {
    QuestionWord w;
    if (!value(name, "a number", w)) return false;
    u128 wanted = 0, mask = 0xffffffff;
    const std::size_t slash = w.text.find('/');
    if (!number(w.text.substr(0, slash), 0xffffffff, wanted)) return false;
    if (slash != w.text.npos && !number(w.text.substr(slash + 1), 0xffffffff, mask)) return false;
    if ((wanted & ~mask) != 0) return fail(w, "no mark is like this: the value has bits that the mask has not");
    t_.more.push_back(masked(Field::mark, wanted, mask));
    return t_.mark_given = true;
  }

  bool device(const QuestionWord& name, Prefix& out) {
    QuestionWord w;
    if (!value(name, "a device", w)) return false;
    std::string why;
    const auto pattern = read_interface(w.text, why);
    if (!pattern) return fail(w, why);
    out = *pattern;
    return true;
  }

  bool icmp_type(const QuestionWord& name) {
    QuestionWord w;
    if (!value(name, "a number", w)) return false;
    type_ = name;
    const std::size_t slash = w.text.find('/');
    const auto type = read_number(w.text.substr(0, slash));
    const auto code = slash == w.text.npos ? std::optional<std::uint64_t>(0) : read_number(w.text.substr(slash + 1));
    if (!type || !code || *type > 255 || *code > 255) return fail(w, fmt::format("'{}' is not an ICMP type", w.text), "like 8 or 3/4");
    t_.icmp.push_back({*type * 256 + *code, *type * 256 + (slash == w.text.npos ? 255 : *code)});
    return true;
  }

  bool mac(const QuestionWord& name) {
    QuestionWord w;
    if (!value(name, "an address", w)) return false;
    Value read;
    if (const auto error = kinds::mac.read({}, {&w.text, 1}, read)) return fail(w, error->text, error->hint);
    t_.more.push_back(is(Field::mac_src, std::get<NumRange>(read).low));
    return true;
  }

  bool word() {
    const QuestionWord& w = words_[at_++];
    for (const FlagWord& flag : flag_words)
      if (equal_ignoring_case(flag.name, w.text)) {
        t_.flags = t_.flags.value_or(0) | flag.bit;
        flag_ = w;
        return true;
      }
    constexpr std::string_view states[] = {"invalid", "new", "related", "established", "untracked"};
    for (unsigned s = 0; s < std::size(states); ++s)
      if (equal_ignoring_case(states[s], w.text)) {
        t_.states.push_back({s, s});
        return t_.state_given = true;
      }
    if (w.text == "in") return in_given_ = device(w, t_.in);
    if (w.text == "out") return out_given_ = device(w, t_.out);
    if (w.text == "mark") return mark(w);
    if (w.text == "ttl" || w.text == "hl") return numbers(w, Field::ttl, 255);
    if (w.text == "tos") return numbers(w, Field::tos, 255);
    if (w.text == "len") return numbers(w, Field::length, 65535);
    if (w.text == "uid" || w.text == "gid") {
      owner_ = w;
      return numbers(w, w.text == "uid" ? Field::uid : Field::gid, 0xffffffff);
    }
    if (w.text == "type") return icmp_type(w);
    if (w.text == "mac") return mac(w);
    fault_ = not_understood(w, {"in", "out", "established", "new", "related", "invalid", "untracked", "mark", "ttl", "tos", "len",
                                "uid", "gid", "type", "mac"});
    return false;
  }

  bool check() {
    for (const Range& p : t_.protocols)
      if (!ports_.text.empty() && !has_ports(static_cast<unsigned>(p.low)))
        return fail(ports_, fmt::format("{} has no ports", protocol_text(static_cast<unsigned>(p.low))));
    if (!ports_.text.empty() && ping_) return fail(ports_, "ping has no ports");
    if (t_.flags && !only({6})) return fail(flag_, "only TCP has flags");
    if (!t_.icmp.empty() && !only({1}) && !only({58})) return fail(type_, "only ICMP has types");
    if (!owner_.text.empty() && in_given_) return fail(owner_, "only what the host itself sends has an owner, and this arrives");
    for (const auto& [protocol, family] : {std::pair{1U, Family::v4}, std::pair{58U, Family::v6}})
      if (only({protocol})) {
        if (t_.family && *t_.family != family)
          return fail(protocol_, fmt::format("{} is a protocol of the other family", protocol_text(protocol)), protocol == 1 ? "ipv6-icmp" : "icmp");
        t_.family = family;
      }
    return true;
  }

  void finish() {
    if (ping_) {
      t_.protocols = {{1, 1}, {58, 58}};
      t_.icmp = {{8 * 256, 8 * 256}, {128 * 256, 128 * 256}};
      if (t_.family == Family::v4) t_.protocols.pop_back(), t_.icmp.pop_back();
      if (t_.family == Family::v6) t_.protocols.erase(t_.protocols.begin()), t_.icmp.erase(t_.icmp.begin());
    }
    t_.local = !owner_.text.empty() || (out_given_ && !in_given_);
    if (t_.local) t_.way = Way::output;
    if (in_given_ && out_given_) t_.way = Way::forward;
  }

  std::string_view text_;
  std::vector<QuestionWord> words_;
  QuestionFault& fault_;
  std::size_t at_ = 0;
  Traffic t_;
  bool ping_ = false, in_given_ = false, out_given_ = false;
  std::string_view family_by_;
  QuestionWord protocol_, ports_, flag_, type_, owner_;
};

Pred among(Field field, const std::vector<Range>& ranges) { return ranges.empty() ? always() : in(field, ranges); }

Pred pred_of(const Traffic& t) {
  std::vector<Pred> parts{is(Field::frag_off, 0), among(Field::proto, t.protocols), among(Field::src, t.src), among(Field::dst, t.dst),
                          among(Field::sport, t.sport), among(Field::dport, t.dport), among(Field::icmp, t.icmp), among(Field::ct_state, t.states)};
  if (t.in.mask != 0) parts.push_back(masked(Field::in_if, t.in.address, t.in.mask));
  if (t.out.mask != 0) parts.push_back(masked(Field::out_if, t.out.address, t.out.mask));
  if (t.flags) parts.push_back(masked(Field::tcp_flags, *t.flags, all_flags | *t.flags));
  parts.insert(parts.end(), t.more.begin(), t.more.end());
  return all(std::move(parts));
}

enum class Moment : std::uint8_t { opening, fresh, known, other };   // of a connection

Pred types_of(Family family, Moment moment) {
  std::vector<unsigned> types;
  if (moment == Moment::other) return always();
  if (family == Family::v4)
    types = moment == Moment::known ? std::vector<unsigned>{0, 8, 13, 14, 15, 16, 17, 18} : std::vector<unsigned>{8, 13, 15, 17};
  else
    types = moment == Moment::known ? std::vector<unsigned>{128, 129, 139, 140} : std::vector<unsigned>{128, 139};
  std::vector<Range> ranges;
  for (unsigned type : types) ranges.push_back({type * 256, type * 256 + 255});
  return in(Field::icmp, std::move(ranges));
}

Pred flags_of(Moment moment) {
  if (moment == Moment::opening) return masked(Field::tcp_flags, syn, all_flags);
  if (moment == Moment::known) return masked(Field::tcp_flags, ack, 0x05 | ack);   // neither FIN nor RST
  return present(Field::tcp_flags);
}

Pred at_least(unsigned protocol, unsigned bytes) { return all({is(Field::proto, protocol), in(Field::l4_len, Range{bytes, 0xffffffff})}); }

// Packets long enough for the headers that their protocols have, and as connection tracking takes them.
Pred well_formed(const Traffic& t, Family family, Moment moment) {
  const unsigned icmp = family == Family::v4 ? 1 : 58;
  Pred tcp = all({is(Field::proto, 6), t.flags ? always() : flags_of(moment), present(Field::tcp_flags)});
  Pred echo = all({is(Field::proto, icmp), present(Field::icmp), t.icmp.empty() ? types_of(family, moment) : always()});
  const Range known[] = {{1, 1}, {6, 6}, {17, 17}, {33, 33}, {58, 58}, {132, 132}, {136, 136}};
  Pred others = all({present(Field::proto), negation(in(Field::proto, std::vector<Range>(std::begin(known), std::end(known))))});
  return any({std::move(tcp), at_least(17, 8), at_least(136, 8), at_least(33, 12), at_least(132, 12), std::move(echo), std::move(others)});
}

}  // namespace

std::optional<Traffic> read_traffic(std::string_view text, QuestionFault& fault) {
  auto traffic = Reader(text, fault).read();
  if (traffic) traffic->pred = pred_of(*traffic);
  return traffic;
}

Pred asked(const Traffic& traffic, Family family, bool conntrack) {
  Traffic t = traffic;
  Moment moment = Moment::other;
  if (!t.state_given) moment = Moment::opening;
  if (t.states == std::vector<Range>{{1, 1}}) moment = Moment::fresh;
  if (t.states == std::vector<Range>{{3, 3}}) moment = Moment::known;
  if (conntrack && !t.state_given) t.states = {{1, 1}};
  if (!conntrack) t.states.clear();
  if (!conntrack && moment == Moment::fresh) moment = Moment::opening;
  return all({well_formed(t, family, moment), pred_of(t)});
}

Traffic replies_to(const Traffic& traffic) {
  Traffic reply{.text = "replies to: " + traffic.text, .family = traffic.family, .state_given = true};
  reply.protocols = traffic.protocols;
  reply.src = traffic.dst;
  reply.dst = traffic.src;
  reply.sport = traffic.dport;
  reply.dport = traffic.sport;
  reply.in = traffic.out;
  reply.out = traffic.in;
  reply.states = {{3, 3}};
  for (const Range& r : traffic.icmp) {
    if (r.low / 256 == 8) reply.icmp.push_back({0, 255});
    if (r.low / 256 == 128) reply.icmp.push_back({129 * 256, 129 * 256 + 255});
  }
  if (traffic.way == Way::forward) reply.way = Way::forward;
  if (traffic.way == Way::input) reply.way = Way::output, reply.local = true;
  if (traffic.way == Way::output) reply.way = Way::input;
  reply.pred = pred_of(reply);
  return reply;
}

}  // namespace fwsim

#include "parser/nft/values.hh"

#include <fmt/format.h>

#include <algorithm>

#include "model/matches/ct_state.hh"

namespace fwsim::nft_json {
namespace {

constexpr unsigned most_masked = 256;   // values of a part of a field, one test each

const json& unwrapped(const json& value) {
  if (value.is_object() && value.contains("elem")) {
    const json& inner = value["elem"];
    if (inner.is_object() && inner.contains("val")) return inner["val"];
  }
  return value;
}

// How many bits the operand has, seen as nft sees it.
unsigned width_of(const Operand& o) {
  unsigned bits = 0;
  for (u128 most = o.most(); most != 0; most >>= 1) ++bits;
  return bits;
}

Range device_range(const std::string& name) {
  if (name.empty() || name.size() > max_interface_name + 1) throw NotUnderstood(name);
  if (name.back() != '*' || (name.size() > 1 && name[name.size() - 2] == '\\')) {
    std::string plain = name;
    if (name.back() == '*') plain.erase(name.size() - 2, 1);
    return {name_word(plain), name_word(plain)};
  }
  const u128 low = name_word(name.substr(0, name.size() - 1));
  const u128 rest = name.size() == 1 ? all_ones : (u128{1} << (8 * (17 - name.size()))) - 1;
  return {low, low | rest};
}

u128 constant(const json& value, const Operand& o) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (!value.is_string()) throw NotUnderstood(expression_text(value));
  const std::string word = value.get<std::string>();
  if (o.as == As::address) {
    if (const auto address = read_address(o.mask > 0xffffffff ? Family::v6 : Family::v4, word)) return *address;
  } else if (o.as == As::mac) {
    Value mac;
    const std::string_view view = word;
    if (!kinds::mac.read({}, {&view, 1}, mac)) return std::get<NumRange>(mac).low;
  } else if (const auto n = number_of(o.as, word)) {
    return *n;
  }
  throw NotUnderstood(word);
}

Range prefix_range(const json& prefix, const Operand& o) {
  const u128 address = constant(prefix.at("addr"), o);
  const unsigned bits = width_of(o), length = prefix.at("len").get<unsigned>();
  if (length > bits) throw NotUnderstood(expression_text(json{{"prefix", prefix}}));
  const u128 rest = length == 0 ? o.most() : (u128{1} << (bits - length)) - 1;
  return {address & ~rest, address | rest};
}

Range moved(Range r, const Operand& o) {
  if (o.add == 0) return r;
  return {r.low + static_cast<u128>(o.add), r.high + static_cast<u128>(o.add)};
}

Pred states(const std::vector<Range>& ranges) {
  std::uint64_t bits = 0;
  for (const Range& r : ranges) {
    if (r.low != r.high || r.low == 0 || r.low > 0x1f || (r.low & (r.low - 1)) != 0) return never();   // a packet has one state
    bits |= static_cast<std::uint64_t>(r.low);
  }
  return ct_state_test(bits, false);
}

}  // namespace

const json& elements_of(const json& value, const Scope& scope) {
  if (value.is_string()) {
    const std::string word = value.get<std::string>();
    if (word.size() < 2 || word.front() != '@') throw NotUnderstood(word);
    const std::string name = word.substr(1);
    const json* set = scope.objects->find(scope.table, "set", name);
    if (!set) set = scope.objects->find(scope.table, "map", name);
    if (!set) throw NotUnderstood(fmt::format("set '{}', which is not there", name));
    if (scope.objects->written.contains({scope.table, name})) throw NotUnderstood(fmt::format("set '{}', which rules change", name));
    static const json none = json::array();
    const auto found = set->find("elem");
    return found == set->end() ? none : *found;
  }
  if (value.is_object() && value.contains("set")) return value["set"];
  throw NotUnderstood(expression_text(value));
}

std::uint64_t flags_of(const json& value, As as) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_string())
    if (const auto n = number_of(as, value.get<std::string>())) return *n;
  const json* list = value.is_array() ? &value : value.is_object() && value.contains("|") ? &value["|"] : nullptr;
  if (!list || list->empty()) throw NotUnderstood(expression_text(value));
  std::uint64_t bits = 0;
  for (const json& one : *list) bits |= flags_of(one, as);
  return bits;
}

Range range_of(const json& given, const Operand& o) {
  const json& value = unwrapped(given);
  if (value == "*") return {0, o.most()};
  if (o.as == As::device && value.is_string()) return device_range(value.get<std::string>());
  if (value.is_object() && value.contains("prefix")) return prefix_range(value["prefix"], o);
  if (value.is_object() && value.contains("range")) {
    const json& ends = value["range"];
    return {constant(ends.at(0), o), constant(ends.at(1), o)};
  }
  if (is_bits(o.as)) {
    const u128 bits = flags_of(value, o.as);
    return {bits, bits};
  }
  const u128 one = constant(value, o);
  return {one, one};
}

std::vector<Range> ranges_of(const json& value, const Operand& o, const Scope& scope) {
  const bool set = (value.is_string() && value.get<std::string>().starts_with('@')) || (value.is_object() && value.contains("set"));
  if (!set) return {range_of(value, o)};
  std::vector<Range> ranges;
  for (const json& element : elements_of(value, scope)) ranges.push_back(range_of(element, o));
  return ranges;
}

Pred in_operand(const Operand& o, std::vector<Range> ranges) {
  if (ranges.empty()) return never();
  if (o.as == As::state) return states(ranges);
  for (Range& r : ranges) {
    if (r.low > r.high || r.low > o.most()) throw NotUnderstood(o.text);
    r = moved({r.low, std::min(r.high, o.most())}, o);
  }
  if (o.whole) return in(o.field, std::move(ranges));
  const u128 low_bits = (u128{1} << o.shift) - 1;
  const bool upper = o.shift != 0 && ((o.field == Field::tos && o.mask == 0xfc) || (o.field == Field::icmp && o.mask == 0xff00));
  if (upper) {
    for (Range& r : ranges) r = {r.low << o.shift, r.high << o.shift | low_bits};
    return in(o.field, std::move(ranges));
  }
  if (o.field == Field::icmp && o.mask == 0xff) {   // a code, of each type: as ranges, which proofs know exactly
    std::vector<Range> codes;
    for (u128 type = 0; type < 256; ++type)
      for (const Range& r : ranges) codes.push_back({type << 8 | r.low, type << 8 | r.high});
    return in(o.field, std::move(codes));
  }
  std::vector<Pred> parts;
  for (const Range& r : ranges) {
    if (r.high - r.low >= most_masked || parts.size() >= most_masked) throw NotUnderstood(o.text);
    for (u128 v = r.low; v <= r.high; ++v)
      if (((v << o.shift) & ~o.mask) == 0) parts.push_back(masked(o.field, v << o.shift, o.mask));
  }
  return any(std::move(parts));
}

Key::Key(const json& expression, const Scope& scope) {
  const json* parts = expression.is_object() && expression.contains("concat") ? &expression["concat"] : nullptr;
  if (parts && parts->is_array())
    for (const json& part : *parts) parts_.push_back(operand_of(part, scope.family));
  else
    parts_.push_back(operand_of(expression, scope.family));
  for (const Operand& o : parts_) {
    needs_.insert(needs_.end(), o.needs.begin(), o.needs.end());
    connection_ = connection_ || o.connection;
    steady_ = steady_ && o.steady;
    any_port_ = any_port_ || o.any_port;
  }
}

Pred Key::in(const std::vector<const json*>& elements) const {
  if (parts_.size() == 1) {
    std::vector<Range> ranges;
    for (const json* e : elements) ranges.push_back(range_of(*e, parts_.front()));
    return in_operand(parts_.front(), std::move(ranges));
  }
  std::vector<Pred> ways;
  for (const json* e : elements) {
    const json& value = unwrapped(*e);
    if (value == "*") return always();
    const json& values = value.at("concat");
    if (values.size() != parts_.size()) throw NotUnderstood(expression_text(*e));
    std::vector<Pred> all_parts;
    for (std::size_t i = 0; i < parts_.size(); ++i) all_parts.push_back(in_operand(parts_[i], {range_of(values[i], parts_[i])}));
    ways.push_back(all(std::move(all_parts)));
  }
  return any(std::move(ways));
}

Pred Key::present() const {
  std::vector<Pred> parts;
  for (const Operand& o : parts_)
    if (o.as != As::state) parts.push_back(fwsim::present(o.field));
  return all(std::move(parts));
}

}  // namespace fwsim::nft_json

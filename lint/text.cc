#include "lint/text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/value.hh"

namespace fwsim {
namespace {

constexpr std::array<std::string_view, 5> state_names{"INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED"};
constexpr std::array<std::string_view, 6> type_names{"unspec", "unicast", "local", "broadcast", "anycast", "multicast"};

void add(std::string& list, std::string_view word, std::string_view separator = ", ") {
  if (!list.empty()) list += separator;
  list += word;
}

// A range of addresses as the fewest prefixes, or as from-to when those are many.
std::string addresses_text(Family family, Range range) {
  std::string out;
  unsigned pieces = 0;
  const unsigned bits = address_bits(family);
  const auto ones = [](unsigned n) { return n >= 128 ? all_ones : (u128{1} << n) - 1; };
  for (u128 low = range.low;;) {
    unsigned free = 0;   // bits that may vary from `low` on
    while (free < bits && (low & (u128{1} << free)) == 0 && (low | ones(free + 1)) <= range.high) ++free;
    if (++pieces > 2) return address_text(family, range.low) + "-" + address_text(family, range.high);
    add(out, address_text(family, low) + (free == 0 ? "" : fmt::format("/{}", bits - free)));
    const u128 last = low | ones(free);
    if (last >= range.high) return out;
    low = last + 1;
  }
}

std::string device_text(Range range) {
  if (range.low == range.high) return range.low == 0 ? "none" : name_text(range.low);
  // A wildcard: what follows the common characters is free.
  const std::size_t length = name_length(range.low);
  const u128 rest = length >= 16 ? 0 : all_ones >> (8 * length);
  if ((range.low | rest) == range.high) return name_text(range.low) + "+";
  return "other devices";   // those between two names, in the order of letters
}

std::string value_text(Field field, Family family, Range range) {
  switch (field) {
    case Field::src:
    case Field::dst:
    case Field::ct_orig_src:
    case Field::ct_orig_dst:
    case Field::ct_repl_src:
    case Field::ct_repl_dst: return addresses_text(family, range);
    case Field::in_if:
    case Field::out_if:
    case Field::physin:
    case Field::physout: return device_text(range);
    case Field::proto:
      if (range.low == range.high) return range.low == 1 ? "icmp" : protocol_text(static_cast<unsigned>(range.low));
      break;
    case Field::ct_state: {
      std::string out;
      for (u128 s = range.low; s <= range.high && s < state_names.size(); ++s) add(out, state_names[static_cast<std::size_t>(s)], ",");
      return out;
    }
    case Field::icmp: {
      const auto low = static_cast<unsigned>(range.low), high = static_cast<unsigned>(range.high);
      if (low % 256 == 0 && high % 256 == 255) return low / 256 == high / 256 ? fmt::format("{}", low / 256) : fmt::format("{}-{}", low / 256, high / 256);
      if (low == high) return fmt::format("{}/{}", low / 256, low % 256);
      return fmt::format("{}/{}-{}/{}", low / 256, low % 256, high / 256, high % 256);
    }
    case Field::src_type:
    case Field::dst_type:
      if (range.low == range.high && range.low < type_names.size()) return std::string(type_names[static_cast<std::size_t>(range.low)]);
      break;
    default: break;
  }
  const auto low = static_cast<std::uint64_t>(range.low), high = static_cast<std::uint64_t>(range.high);
  return low == high ? fmt::format("{}", low) : fmt::format("{}-{}", low, high);
}

std::string flags_text(u128 flags) {
  constexpr std::array<std::string_view, 8> names{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    if ((flags >> i) & 1) add(out, names[i], ",");
  return out.empty() ? "none" : out;
}

constexpr std::size_t most_shown = 6;

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size() && i < most_shown; ++i) add(out, words[i]);
  if (words.size() > most_shown) out += fmt::format(" and {} more", words.size() - most_shown);
  return out;
}

std::vector<std::string> words_of(const Space& space, Var v, const AtomSet& set) {
  const Variable& var = space[v];
  std::vector<std::string> words;
  if (var.kind == Variable::Kind::ordered) {
    for (const Range& range : space.ranges(v, set)) words.push_back(value_text(var.field, space.family(), range));
  } else {
    for (const AtomInterval& i : set.intervals())
      for (Atom atom = i.low; atom <= i.high; ++atom) {
        if (atom >= var.starts.size()) continue;
        if (var.field == Field::tcp_flags)
          words.push_back(flags_text(space.example(v, atom)));
        else if (var.others && atom + 1 == var.starts.size())
          words.push_back("others");
        else
          words.push_back(fmt::format("{:#x}", static_cast<std::uint64_t>(space.example(v, atom))));
      }
  }
  if (var.optional && set.contains(var.absent())) words.push_back("none");
  return words;
}

// The names of what a field limits, as they stand in a sentence.
std::string_view label(Field field) {
  switch (field) {
    case Field::in_if: return "in ";
    case Field::out_if: return "out ";
    case Field::ct_state: return "";
    case Field::icmp: return "type ";
    case Field::tcp_flags: return "flags like ";
    default: return {};
  }
}

class Sentence {
 public:
  Sentence(const Space& space, const Piece& piece, const Piece& start) : space_(space), piece_(piece), start_(start) {}

  std::string write() {
    const std::string protocol = part(Field::proto);
    out_ = protocol.empty() ? "any" : protocol;
    side(" from ", Field::src, Field::sport);
    side(" to ", Field::dst, Field::dport);
    for (Field f : {Field::icmp, Field::in_if, Field::out_if, Field::ct_state, Field::tcp_flags}) labelled(f);
    for (Var v = 0; v < piece_.size(); ++v) rest(v);
    return std::move(out_);
  }

 private:
  // What the piece limits this field to; empty when it does not.
  std::string part(Field field) {
    const Var v = space_.of(field);
    if (v == no_var || said(v)) return {};
    return set(v);
  }

  bool said(Var v) {
    if (done_.empty()) done_.resize(piece_.size(), false);
    const bool before = done_[v];
    done_[v] = true;
    return before;
  }

  std::string set(Var v) const {
    const AtomSet &mine = piece_[v], &all = start_[v];
    if (mine.covers(all)) return {};
    const AtomSet others = all - mine;
    const std::vector<std::string> in = words_of(space_, v, mine & all), out = words_of(space_, v, others);
    if (out.size() < in.size()) return "all but " + join(out);
    return join(in);
  }

  void side(std::string_view word, Field address, Field port) {
    const std::string where = part(address), ports = part(port);
    if (where.empty() && ports.empty()) return;
    out_ += word;
    out_ += where.empty() ? "any" : where;
    if (!ports.empty()) out_ += " port " + ports;
  }

  void labelled(Field field) {
    const std::string text = part(field);
    if (!text.empty()) out_ += fmt::format(" {}{}", label(field), text);
  }

  void rest(Var v) {
    if (said(v)) return;
    const Variable& var = space_[v];
    const std::string text = set(v);
    if (text.empty()) return;
    if (var.kind == Variable::Kind::boolean) {
      out_ += fmt::format(", {}-m {}", piece_[v].contains(1) ? "" : "not ", var.text);
      return;
    }
    out_ += fmt::format(", {} {}", field_name(var.field), text);
    if (var.kind == Variable::Kind::bits && var.mask != var.limit) out_ += fmt::format("/{:#x}", static_cast<std::uint64_t>(var.mask));
  }

  const Space& space_;
  const Piece &piece_, &start_;
  std::string out_;
  std::vector<bool> done_;
};

}  // namespace

std::string Space::text(Var v, const AtomSet& set) const {
  return set.covers(everything(v)) ? std::string() : join(words_of(*this, v, set));
}

std::string text_of(const Space& space, const Piece& piece, const Piece& start) { return Sentence(space, piece, start).write(); }

}  // namespace fwsim

#include "lint/witness.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/value.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

constexpr std::uint64_t invalid = 0, related = 2, established = 3, untracked = 4;

bool is_special(Family family, u128 a) {
  if (family == Family::v6) return (a >> 120) == 0xff || a <= 1 || (a >> 118) == 0x3fa;
  return (a >> 24) == 0 || (a >> 24) == 127 || (a >> 28) >= 0xe;
}

// What IPv6 looks behind for the protocol: no packet has it for its own.
bool is_extension_header(unsigned protocol) { return protocol == 43 || protocol == 44 || protocol == 51 || protocol == 60; }

// Fills in the words of a question from a piece.
class Builder {
 public:
  Builder(const Space& space, Way way, const Piece& piece, const Host* host, unsigned nth)
      : space_(space), way_(way), piece_(piece), host_(host), nth_(nth) {}

  std::optional<std::string> question() {
    if (!choose_state() || !choose_protocol() || !beyond_words()) return std::nullopt;
    if (way_ != Way::output && !device(Field::in_if, in)) return std::nullopt;
    if (way_ != Way::input && !device(Field::out_if, out)) return std::nullopt;
    const auto dst = address(Field::dst, 7, 0), src = address(Field::src, 9, dst.value_or(0));
    if (!src || !dst) return std::nullopt;
    const std::string protocol = protocol_ == 1 ? "icmp" : protocol_text(protocol_);
    std::string text = fmt::format("{} {} -> {}", protocol, end(*src, Field::sport, 40000), end(*dst, Field::dport, 33434));
    if (!in.empty()) text += " in " + in;
    if (!out.empty()) text += " out " + out;
    if (!words_of_transport(text) || !other_words(text)) return std::nullopt;
    return text;
  }

  std::string in, out;
  bool is_established() const { return state_ == established; }

 private:
  const AtomSet& set(Var v) const { return piece_[v]; }

  bool allows(Field field, u128 value) const {
    const Var v = space_.of(field);
    return v == no_var || set(v).contains(space_.atom_of(v, value));
  }

  // Some value of an ordered field: a preferred one, or the first of a range.
  std::optional<u128> value(Field field, std::initializer_list<u128> preferred) const {
    for (u128 p : preferred)
      if (allows(field, p)) return p;
    const Var v = space_.of(field);
    if (v == no_var) return preferred.size() ? *preferred.begin() : u128{0};
    const std::vector<Range> ranges = space_.ranges(v, set(v));
    if (ranges.empty()) return std::nullopt;
    return ranges[nth_ % ranges.size()].low;
  }

  bool choose_state() {
    const Var v = space_.of(Field::ct_state);
    const AtomSet& states = set(v);
    if (space_[v].optional && states.contains(space_[v].absent())) return tracked_ = false, state_ = 1, true;
    for (std::uint64_t s : {std::uint64_t{1}, established, related, untracked, invalid})
      if (states.contains(space_.atom_of(v, s))) return state_ = s, true;
    return false;
  }

  bool ported(u128 p) const { return p == 6 || p == 17 || p == 33 || p == 132 || p == 136; }
  bool is_icmp(u128 p) const { return p == (space_.family() == Family::v4 ? 1 : 58); }
  bool narrows(Field field) const {
    const Var v = space_.of(field);
    return v != no_var && !set(v).covers(space_.everything(v));
  }

  bool choose_protocol() {
    const u128 icmp = space_.family() == Family::v4 ? 1 : 58;
    std::vector<u128> order{6, 17, icmp};
    if (state_ == related) order = {icmp};
    if (narrows(Field::icmp) && !narrows(Field::dport)) order = {icmp, 6, 17};
    // Without a checksum nothing makes a packet INVALID but its flags.
    for (std::size_t i = 0; i < order.size(); ++i)
      if (const u128 p = order[(i + nth_ / 4) % order.size()]; allows(Field::proto, p)) return protocol_ = static_cast<unsigned>(p), true;
    for (unsigned p = 1; p <= 255; ++p)
      if (allows(Field::proto, p) && !(space_.family() == Family::v6 && is_extension_header(p))) return protocol_ = p, true;
    return false;
  }

  // What no word of a question says.
  bool beyond_words() const {
    for (Var v = 0; v < piece_.size(); ++v) {
      const Variable& var = space_[v];
      if (set(v).covers(space_.everything(v))) continue;
      switch (var.field) {
        case Field::physin:
        case Field::physout:
        case Field::frag_id:
        case Field::hbh_len:
        case Field::dst_len:
        case Field::rt_type:
        case Field::rt_segsleft:
          if (!set(v).contains(var.absent())) return false;
          break;
        case Field::ipv6_exts:
        case Field::ipv6_bad_exts:
          if (!set(v).contains(space_.atom_of(v, 0))) return false;
          break;
        default: break;
      }
    }
    return true;
  }

  bool usable_name(const std::string& name) const {
    return !name.empty() && name.size() <= max_interface_name &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) { return c > ' ' && c < 127 && c != '/' && c != ':'; });
  }

  bool device(Field field, std::string& out_name) const {
    const Var v = space_.of(field);
    std::vector<std::string> names;
    const bool leaves = field == Field::out_if;
    if (host_)
      for (const Interface& i : host_->interfaces)
        if (!i.loopback) names.push_back(i.name);
    if (!host_) names = leaves ? std::vector<std::string>{"eth1", "eth0", "wan0"} : std::vector<std::string>{"eth0", "eth1", "lan0"};
    for (const Range& range : space_.ranges(v, set(v))) {
      const std::string name = name_text(range.low);
      names.push_back(name);
      for (std::string_view more : {"0", "1", "x"}) names.push_back(name + std::string(more));
      // The hole below a name: something that sorts between.
      if (!name.empty()) names.push_back(name + "!");
    }
    names.emplace_back("lo");
    names.emplace_back("a0");
    std::size_t skip = nth_ % 3;
    std::string found;
    for (const std::string& name : names) {
      if (!usable_name(name) || !set(v).contains(space_.atom_of(v, name_word(name)))) continue;
      if (host_ && !host_->find(name)) continue;
      if (!found.empty() && name == "lo") break;
      found = name;
      if (skip-- == 0) break;
    }
    out_name = found;
    return !found.empty();
  }

  // An ordinary address where there is one; `other` is taken.
  std::optional<u128> address(Field field, u128 low_bits, u128 other) const {
    const Family family = space_.family();
    const u128 documentation = family == Family::v4 ? (field == Field::src ? u128{0xcb007100} : u128{0xc6336400}) : make_u128(0x20010db800000000ULL + (field == Field::src), 0);
    std::vector<u128> list = host_addresses(field);
    list.push_back(documentation + low_bits);
    if (field == Field::dst) list.push_back(family == Family::v4 ? u128{0xe0000001} : (u128{0xff02} << 112) + 1);   // all nodes: each host has joined them
    const Var v = space_.of(field);
    std::vector<Range> ranges;
    if (v != no_var) ranges = space_.ranges(v, set(v));
    for (std::size_t i = 0; i < ranges.size() && i < 64; ++i) {
      const Range& r = ranges[(i + nth_) % ranges.size()];
      for (u128 a : {r.low, r.low + 1, r.low + low_bits, r.low + (r.high - r.low) / 2, r.high})
        if (r.contains(a)) list.push_back(a);
    }
    const auto fits = [&](u128 a) { return a != other && (v == no_var || set(v).contains(space_.atom_of(v, a))); };
    std::size_t skip = nth_ % 2;
    std::optional<u128> found;
    for (u128 a : list)
      if (fits(a) && !is_special(family, a)) {
        found = a;
        if (skip-- == 0) break;
      }
    if (found) return found;
    for (u128 a : list)
      if (fits(a)) return a;
    if (v != no_var && set(v).contains(space_.atom_of(v, other))) return other;   // from one to itself
    return std::nullopt;
  }

  // The host's own addresses, where the packet needs one.
  std::vector<u128> host_addresses(Field field) const {
    std::vector<u128> list;
    if (!host_ || (field == Field::dst) != (way_ == Way::input) || (field == Field::src && way_ != Way::output)) return list;
    for (const Interface& i : host_->interfaces)
      for (const InterfaceAddress& a : i.addresses)
        if (a.family == space_.family() && (!i.loopback || in == "lo")) list.push_back(a.address);
    return list;
  }

  std::string end(u128 address, Field port, std::uint16_t usual) const {
    const std::string text = address_text(space_.family(), address);
    if (!ported(protocol_)) return text;
    const auto p = value(port, {usual});
    return space_.family() == Family::v4 ? fmt::format("{}:{}", text, static_cast<unsigned>(p.value_or(usual)))
                                         : fmt::format("[{}]:{}", text, static_cast<unsigned>(p.value_or(usual)));
  }

  // The header of the transport ends before the field.
  bool cut_before(Field field) const {
    const Var v = space_.of(field);
    return v != no_var && space_[v].optional && set(v) == AtomSet::one(space_[v].absent());
  }

  bool choose_flags(std::string& text) const {
    constexpr std::array<std::string_view, 8> names{"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"};
    std::vector<u128> order{2, 16, 18, 24, 4, 20, 17, 1, 0};
    if (state_ == established) order = {16, 24, 18, 2, 17, 4, 20, 1, 0};
    if (state_ == invalid) order = {3, 0, 41, 1, 63, 18, 16, 2};
    for (u128 flags = 0; flags < 256; ++flags) order.push_back(flags);
    for (u128 flags : order) {
      if (!allows(Field::tcp_flags, flags)) continue;
      if (flags == 0) return text += " noflags", true;
      for (std::size_t i = 0; i < names.size(); ++i)
        if ((flags >> i) & 1) text += fmt::format(" {}", names[i]);
      return true;
    }
    return false;
  }

  bool words_of_transport(std::string& text) const {
    if (protocol_ == 6 && !cut_before(Field::tcp_flags) && !choose_flags(text)) return false;
    if (is_icmp(protocol_) && cut_before(Field::icmp)) {
      if (state_ == related) return false;
    } else if (is_icmp(protocol_)) {
      const bool v4 = space_.family() == Family::v4;
      std::optional<u128> type;
      if (state_ == related)
        type = value(Field::icmp, v4 ? std::initializer_list<u128>{0x301, 0xb00, 0x303} : std::initializer_list<u128>{0x100, 0x300});
      else if (state_ == invalid && way_ == Way::output)
        type = value(Field::icmp, v4 ? std::initializer_list<u128>{0, 0xe00, 0x301} : std::initializer_list<u128>{0x8100, 0x100});
      else
        type = value(Field::icmp, v4 ? std::initializer_list<u128>{0x800, 0xd00, 0, 0x301} : std::initializer_list<u128>{0x8000, 0x8700, 0x8100, 0x100});
      if (!type) return false;
      text += fmt::format(" type {}/{}", static_cast<unsigned>(*type >> 8), static_cast<unsigned>(*type & 255));
      if (state_ == related) text += " related";
    } else if (state_ == related) {
      return false;   // an expected connection: only the helper's session makes one
    }
    const auto fragment = value(Field::frag_off, {0, 100});
    if (!fragment) return false;
    if (*fragment != 0) text += fmt::format(" frag {}", static_cast<unsigned>(*fragment));
    return true;
  }

  std::vector<Range> ranges_of(Field field) const {
    const Var v = space_.of(field);
    return v == no_var ? std::vector<Range>{{0, 0xffff}} : space_.ranges(v, set(v));
  }

  // What a question without words about it makes of the transport.
  unsigned usual_transport() const {
    if (protocol_ == 6) return 20;
    return protocol_ == 33 || protocol_ == 132 ? 16 : 8;
  }

  // The whole packet's length and the transport's, with options between them where they need it. Every other time
  // little is made of how much transport there is: more than the header needs is no matter to most rules.
  bool words_of_size(std::string& text) const {
    const unsigned header = space_.family() == Family::v4 ? 20 : 40, usual = usual_transport();
    const std::vector<Range> lengths = ranges_of(Field::length), transports = ranges_of(Field::l4_len);
    const bool enough = nth_ % 2 == 0 && std::any_of(transports.begin(), transports.end(), [&](const Range& r) { return r.high >= usual; });
    if (allows(Field::length, header + usual) && (enough || allows(Field::l4_len, usual))) return true;
    for (unsigned options = 0; options <= (header == 20 ? 40 : 256); options += header == 20 ? 4 : 8)
      for (const Range& whole : lengths)
        for (const Range& transport : transports) {
          const u128 before = header + options;
          const u128 low = std::max(whole.low, transport.low + before), high = std::min({whole.high, transport.high + before, u128{65535}});
          if (low > high) continue;
          unsigned length = static_cast<unsigned>(low);
          for (unsigned often : {96U, 56U, 1000U, 100U, 60U})
            if (low <= often && often <= high) length = often;
          if (const auto own = length - static_cast<unsigned>(before); own < usual) text += fmt::format(" cut {}", own);
          if (options != 0) text += fmt::format(" opts {}", options);
          text += fmt::format(" len {}", length);
          return true;
        }
    return false;
  }

  // The value of a field of bits from its groups.
  std::optional<std::uint64_t> bits(Field field) const {
    const Var first = space_.of(field);
    if (first == no_var) return 0;
    u128 all = 0;
    for (Var v = first; v < first + space_.bit_groups(field); ++v)
      if (!set(v).contains(space_.atom_of(v, 0))) all |= space_.example(v, set(v).first());
    return static_cast<std::uint64_t>(all);
  }

  bool other_words(std::string& text) const {
    if (state_ == established) text += " established";
    // Nobody checks the sum of what the host sends.
    if (state_ == invalid && tracked_) text += way_ != Way::output ? " badsum" : is_icmp(protocol_) ? "" : " badlen";
    if (const auto mark = bits(Field::mark); *mark != 0) text += fmt::format(" mark {:#x}", *mark);
    if (const auto mark = bits(Field::ct_mark); *mark != 0 && (state_ == established || state_ == related)) text += fmt::format(" ctmark {:#x}", *mark);
    if (narrows(Field::ttl)) text += fmt::format(" ttl {}", static_cast<unsigned>(value(Field::ttl, {64}).value_or(64)));
    if (const Var v = space_.of(Field::tos); v != no_var && !set(v).contains(space_.atom_of(v, 0)))
      text += fmt::format(" tos {}", static_cast<unsigned>(space_.example(v, set(v).first())));
    if (!words_of_size(text)) return false;
    if (way_ == Way::output && (narrows(Field::uid) || narrows(Field::gid) || narrows(Field::socket)) && allows(Field::socket, 1)) {
      text += fmt::format(" uid {}", static_cast<unsigned>(value(Field::uid, {0, 1000}).value_or(0)));
      text += fmt::format(" gid {}", static_cast<unsigned>(value(Field::gid, {0, 1000}).value_or(0)));
    }
    if (narrows(Field::mac_src) && way_ != Way::output)
      if (const auto mac = value(Field::mac_src, {0x020000000001})) {
        text += " mac ";
        for (int i = 5; i >= 0; --i) text += fmt::format("{:02x}{}", static_cast<unsigned>(*mac >> (8 * i)) & 255, i ? ":" : "");
      }
    return true;
  }

  const Space& space_;
  Way way_;
  const Piece& piece_;
  const Host* host_;
  unsigned nth_;
  unsigned protocol_ = 6;
  std::uint64_t state_ = 1;
  bool tracked_ = true;
};

}  // namespace

std::optional<Witness> make_witness(const Space& space, Way way, const Piece& piece, const Host* host, unsigned nth) {
  const Piece usual = ordinary(space, piece);
  Builder builder(space, way, usual, host, nth);
  const auto text = builder.question();
  if (!text) return std::nullopt;
  QuestionFault fault;
  auto question = read_question(*text, fault);
  if (!question) return std::nullopt;
  Witness witness{.packet = question->packet, .way = way, .host = host ? *host : default_host(), .in = builder.in, .out = builder.out,
                  .established = question->established, .question = *text};
  return witness;
}

}  // namespace fwsim

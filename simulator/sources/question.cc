#include "simulator/sources/question.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/names.hh"
#include "model/value.hh"
#include "simulator/sources/question_words.hh"

namespace fwsim {
namespace {

using Token = QuestionWord;

struct Endpoint {
  Family family = Family::v4;
  u128 address = 0;
  std::optional<std::uint16_t> port;
};

class Reader {
 public:
  Reader(std::string_view text, QuestionFault& fault) : text_(text), tokens_(question_words(text)), fault_(fault) {}

  std::optional<Question> read() {
    if (!protocol() || !endpoints()) return std::nullopt;
    while (at_ < tokens_.size())
      if (!word()) return std::nullopt;
    if (!check()) return std::nullopt;
    build();
    return std::move(q_);
  }

 private:
  bool fail(const Token& token, std::string text, std::string hint = {}) {
    fault_ = fault_at(token, std::move(text), std::move(hint));
    return false;
  }
  bool fail_at_end(std::string text, std::string hint = {}) {
    fault_ = {text_.size() + 1, 1, std::move(text), std::move(hint)};
    return false;
  }

  bool protocol() {
    constexpr std::string_view form = "like: tcp 203.0.113.9:51515 -> 198.51.100.7:22 in eth0 syn";
    if (tokens_.empty()) return fail_at_end("the question is empty", std::string(form));
    const Token& t = tokens_[at_++];
    if (equal_ignoring_case(t.text, "ping")) {
      ping_ = true;
      return true;
    }
    const auto number = read_protocol(t.text);
    if (!number || *number == 0) return fail(t, fmt::format("'{}' is not a protocol", t.text), std::string(form));
    proto_ = static_cast<unsigned>(*number);
    return true;
  }

  bool endpoint(const Token& token, Endpoint& out) {
    std::string_view address, port;
    if (!split_endpoint(token, address, port, fault_)) return false;
    const bool v6 = address.find(':') != address.npos;
    const auto read = read_address(v6 ? Family::v6 : Family::v4, address);
    if (!read || (!v6 && std::count(address.begin(), address.end(), '.') != 3))
      return fail(token, fmt::format("'{}' is not an address", address), "names are not looked up: write the address");
    out.family = v6 ? Family::v6 : Family::v4;
    out.address = *read;
    if (port.empty()) return true;
    const auto number = read_port(port, static_cast<int>(proto_));
    if (!number) return fail(token, fmt::format("'{}' is not a port", port));
    out.port = static_cast<std::uint16_t>(*number);
    return true;
  }

  bool endpoints() {
    if (at_ >= tokens_.size()) return fail_at_end("addresses are missing", "SOURCE -> DESTINATION");
    if (!is_arrow(tokens_[at_].text)) {
      if (!endpoint(tokens_[at_++], src_)) return false;
      has_source_ = true;
    }
    if (at_ >= tokens_.size() || !is_arrow(tokens_[at_].text)) {
      return at_ < tokens_.size() ? fail(tokens_[at_], "'->' is expected here", "SOURCE -> DESTINATION")
                                  : fail_at_end("'->' and the destination are missing");
    }
    ++at_;
    if (at_ >= tokens_.size()) return fail_at_end("the destination is missing");
    destination_ = tokens_[at_];
    if (!endpoint(tokens_[at_++], dst_)) return false;
    if (has_source_ && src_.family != dst_.family)
      return fail(destination_, "source and destination are of different families");
    return true;
  }

  bool number(const Token& name, std::uint64_t max, std::optional<std::uint64_t>& out) {
    if (at_ >= tokens_.size()) return fail_at_end(fmt::format("'{}' needs a number", name.text));
    const Token& t = tokens_[at_++];
    out = read_number(t.text);
    if (!out || *out > max) return fail(t, fmt::format("'{}' is not a number up to {}", t.text, max));
    return true;
  }

  bool value(const Token& name, std::string& out) {
    if (at_ >= tokens_.size()) return fail_at_end(fmt::format("'{}' needs a value", name.text));
    out = std::string(tokens_[at_++].text);
    return true;
  }

  bool word() {
    const Token& t = tokens_[at_++];
    const std::string_view w = t.text;
    for (const FlagWord& flag : flag_words)
      if (equal_ignoring_case(flag.name, w)) {
        flags_ = static_cast<std::uint8_t>(flags_.value_or(0) | flag.bit);
        flag_token_ = t;
        return true;
      }
    if (w == "in" || w == "out") {
      std::string& device = w == "in" ? q_.in : q_.out;
      if (!value(t, device)) return false;
      return device.size() <= max_interface_name || fail(tokens_[at_ - 1], "the name of a device has at most 15 characters");
    }
    if (w == "established") return q_.established = true;
    if (w == "new") return true;
    if (w == "noflags") {
      flags_ = 0;
      flag_token_ = t;
      return true;
    }
    if (w == "related") return related_ = true;
    if (w == "badsum") return bad_sum_ = true;
    if (w == "badlen") return bad_length_ = true;
    if (w == "ctmark") return number(t, 0xffffffff, ct_mark_);
    if (w == "frag") return number(t, 0x1fff, fragment_);
    if (w == "cut") return number(t, 19, cut_);
    if (w == "opts") {
      option_token_ = t;
      return number(t, 256, options_);
    }
    if (w == "mark") return number(t, 0xffffffff, mark_);
    if (w == "ttl" || w == "hl") return number(t, 255, ttl_);
    if (w == "tos") return number(t, 255, tos_);
    if (w == "len") return number(t, 65535, length_);
    if (w == "uid") return number(t, 0xffffffff, uid_);
    if (w == "gid") return number(t, 0xffffffff, gid_);
    if (w == "type") return icmp_type(t);
    if (w == "mac") return mac(t);
    if (w == "data") return value(t, data_);
    fault_ = not_understood(t, {"in", "out", "established", "new", "mark", "ttl", "tos", "len", "uid", "gid", "type", "mac", "data",
                                "related", "badsum", "badlen", "noflags", "ctmark", "frag", "cut", "opts"});
    return false;
  }

  // "8", "3/4" or a name that iptables knows.
  bool icmp_type(const Token& name) {
    if (at_ >= tokens_.size()) return fail_at_end(fmt::format("'{}' needs a number or name", name.text));
    const Token& t = tokens_[at_++];
    const std::size_t slash = t.text.find('/');
    const auto type = read_number(t.text.substr(0, slash));
    const auto code = slash == t.text.npos ? std::optional<std::uint64_t>(0) : read_number(t.text.substr(slash + 1));
    if (!type || !code || *type > 255 || *code > 255) return fail(t, fmt::format("'{}' is not an ICMP type", t.text), "like 8 or 3/4");
    icmp_ = static_cast<std::uint16_t>((*type << 8) | *code);
    return true;
  }

  bool mac(const Token& name) {
    std::string text;
    if (!value(name, text)) return false;
    Value read;
    const std::string_view view = text;
    if (const auto error = kinds::mac.read({}, {&view, 1}, read)) return fail(tokens_[at_ - 1], error->text, error->hint);
    mac_ = std::get<NumRange>(read).low;
    return true;
  }

  bool is_icmp() const { return proto_ == 1 || proto_ == 58; }

  bool check() {
    if (ping_) proto_ = dst_.family == Family::v4 ? 1 : 58;
    if ((src_.port || dst_.port) && !has_ports(proto_)) return fail(destination_, fmt::format("{} has no ports", protocol_text(proto_)));
    if (has_ports(proto_) && !dst_.port) return fail(destination_, "the destination port is missing", fmt::format("like {}:22", destination_.text));
    if (flags_ && proto_ != 6) return fail(flag_token_, "only TCP has flags");
    if (related_ && !is_icmp()) return fail(destination_, "only an ICMP error can be related without more words", "like: icmp 192.0.2.1 -> 198.51.100.7 related");
    if (fragment_ && dst_.family == Family::v6) return fail(destination_, "fragments can be asked about in IPv4 only");
    const bool v4 = dst_.family == Family::v4;
    if (options_ && (*options_ % (v4 ? 4 : 8) != 0 || (v4 && *options_ > 40)))
      return fail(option_token_, v4 ? "IPv4 options are a multiple of 4 and at most 40 bytes" : "IPv6 options are a multiple of 8 and at most 256 bytes");
    return true;
  }

  void assume(std::string text) { q_.assumed.push_back(std::move(text)); }

  void build() {
    Packet& p = q_.packet;
    const bool v4 = dst_.family == Family::v4;
    p.family = dst_.family;
    if (!has_source_) {
      src_.family = dst_.family;
      src_.address = v4 ? u128{0xcb007109} : make_u128(0x20010db800000000, 9);  // documentation addresses
      assume("source " + address_text(src_.family, src_.address));
    }
    if (has_ports(proto_) && !src_.port) {
      src_.port = 51515;
      assume("source port 51515");
    }
    if (proto_ == 6 && !flags_) {
      flags_ = q_.established ? 0x10 : 0x02;
      assume(q_.established ? "TCP flag ACK" : "TCP flag SYN");
    }
    if (is_icmp() && !icmp_) {
      icmp_ = static_cast<std::uint16_t>(related_ ? (v4 ? 3 << 8 | 1 : 1 << 8) : (v4 ? 8 << 8 : 128 << 8));
      if (!ping_) assume(related_ ? "ICMP destination unreachable" : "ICMP echo request");
    }
    std::vector<std::uint8_t> l4 = transport();
    if (related_) quote(l4);
    if (cut_ && *cut_ < l4.size()) l4.resize(*cut_);
    const std::size_t header = v4 ? 20 : 40;
    auto& b = p.bytes;
    b.assign(header, 0);
    put_options(b);
    b.insert(b.end(), l4.begin(), l4.end());
    if (length_ && *length_ > b.size()) b.resize(*length_);
    if (v4) {
      b[0] = static_cast<std::uint8_t>(0x45 + options_.value_or(0) / 4);
      b[1] = static_cast<std::uint8_t>(tos_.value_or(0));
      put16(b, 2, b.size());
      put16(b, 4, 1);
      put16(b, 6, fragment_ ? *fragment_ : 0x4000);
      b[8] = static_cast<std::uint8_t>(ttl_.value_or(64));
      b[9] = static_cast<std::uint8_t>(proto_);
      put_address(Family::v4, b, 12, src_.address);
      put_address(Family::v4, b, 16, dst_.address);
    } else {
      b[0] = static_cast<std::uint8_t>(0x60 | (tos_.value_or(0) >> 4));
      b[1] = static_cast<std::uint8_t>(tos_.value_or(0) << 4);
      put16(b, 4, b.size() - header);
      b[6] = options_.value_or(0) != 0 ? 60 : static_cast<std::uint8_t>(proto_);
      b[7] = static_cast<std::uint8_t>(ttl_.value_or(64));
      put_address(Family::v6, b, 8, src_.address);
      put_address(Family::v6, b, 24, dst_.address);
    }
    if (v4) fix_header_checksum(p);  // decode() asks for it
    decode(p);
    fix_checksums(p);
    if (bad_sum_) spoil_checksum(p);
    if (bad_length_) spoil_length(p);
    decode(p);
    q_.ct_mark = static_cast<std::uint32_t>(ct_mark_.value_or(0));
    if (mark_) p.fields.set(Field::mark, *mark_);
    if (uid_) p.fields.set(Field::uid, *uid_);
    if (gid_) p.fields.set(Field::gid, *gid_);
    if (uid_ || gid_) p.fields.set(Field::socket, 1);
    if (mac_) p.fields.set(Field::mac_src, *mac_);
  }

  // Options that say nothing: no-operations in IPv4, in IPv6 a destination options header with one for experiments
  // (RFC 4727), to be skipped by whom it means nothing.
  void put_options(std::vector<std::uint8_t>& b) const {
    const std::size_t begin = b.size(), n = options_.value_or(0);
    if (n == 0) return;
    const bool v4 = dst_.family == Family::v4;
    b.resize(begin + n, v4 ? 1 : 0);
    if (v4) return;
    b[begin] = static_cast<std::uint8_t>(proto_);
    b[begin + 1] = static_cast<std::uint8_t>(n / 8 - 1);
    b[begin + 2] = 0x1e;
    b[begin + 3] = static_cast<std::uint8_t>(n - 4);
  }

  // A datagram that the error's receiver sent, of a connection that is known.
  void quote(std::vector<std::uint8_t>& l4) {
    QuestionFault fault;
    const auto side = [&](const Endpoint& e, unsigned port) {
      const std::string address = address_text(e.family, e.address);
      return e.family == Family::v4 ? fmt::format("{}:{}", address, port) : fmt::format("[{}]:{}", address, port);
    };
    Endpoint far = src_;
    far.address ^= 1;   // the error comes from a router on the way
    const auto inner = read_question(fmt::format("udp {} -> {}", side(dst_, 40000), side(far, 53)), fault);
    if (!inner) return;
    q_.quoted = inner->packet;
    l4.insert(l4.end(), inner->packet.bytes.begin(), inner->packet.bytes.end());
  }

  static void spoil_checksum(Packet& p) {
    const std::size_t at = p.protocol == 6 ? 16 : p.protocol == 17 || p.protocol == 136 ? 6 : p.protocol == 132 ? 8 : 2;
    if (p.l4 + at + 1 < p.bytes.size()) p.bytes[p.l4 + at] ^= 0x55;
  }

  // A header that says it is shorter than any can be.
  static void spoil_length(Packet& p) {
    if (p.protocol == 6 && p.l4 + 13U < p.bytes.size()) p.bytes[p.l4 + 12U] = 0x10;
    if ((p.protocol == 17 || p.protocol == 136) && p.l4 + 6U < p.bytes.size()) put16(p.bytes, p.l4 + 4U, 4);
  }

  std::vector<std::uint8_t> transport() const {
    std::vector<std::uint8_t> l4;
    if (proto_ == 6) {
      l4.assign(20, 0);
      l4[12] = 0x50;
      l4[13] = *flags_;
      put16(l4, 14, 64240);
      put32(l4, 4, 1000);
      if (*flags_ & 0x10) put32(l4, 8, 1);
    } else if (proto_ == 17 || proto_ == 136) {
      l4.assign(8, 0);
      const std::size_t before = (dst_.family == Family::v4 ? 20 : 40) + options_.value_or(0);
      const std::size_t wanted = length_ ? *length_ - std::min<std::size_t>(*length_, before) : 8;
      put16(l4, 4, std::max<std::size_t>(wanted, 8 + data_.size()));
    } else if (proto_ == 132 || proto_ == 33) {
      l4.assign(16, 0);
    } else if (is_icmp()) {
      l4.assign(8, 0);
      put16(l4, 0, *icmp_);
      put32(l4, 4, 0x00010001);
    } else {
      l4.assign(8, 0);
    }
    if (has_ports(proto_)) {
      put16(l4, 0, *src_.port);
      put16(l4, 2, *dst_.port);
    }
    l4.insert(l4.end(), data_.begin(), data_.end());
    return l4;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  QuestionFault& fault_;
  std::size_t at_ = 0;
  Question q_;
  unsigned proto_ = 0;
  bool ping_ = false, has_source_ = false;
  Endpoint src_, dst_;
  Token destination_, flag_token_, option_token_;
  std::optional<std::uint8_t> flags_;
  std::optional<std::uint16_t> icmp_;
  std::optional<std::uint64_t> mark_, ttl_, tos_, length_, uid_, gid_, mac_, ct_mark_, fragment_, cut_, options_;
  bool related_ = false, bad_sum_ = false, bad_length_ = false;
  std::string data_;
};

}  // namespace

std::optional<Question> read_question(std::string_view text, QuestionFault& fault) { return Reader(text, fault).read(); }

}  // namespace fwsim

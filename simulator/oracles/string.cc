// -m string: a pattern between two offsets from the IP header (net/netfilter/xt_string.c;
// net/core/skbuff.c, skb_find_text). All of it must lie between them; both algorithms find the
// same in a packet that is in one piece.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include "simulator/oracles/packet_test.hh"

namespace fwsim {
namespace {

// Letters of ASCII without their case, or bytes as they are.
template <bool ignore_case>
struct Fold {
  static std::uint8_t fold(std::uint8_t c) {
    return ignore_case && c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c | 0x20) : c;
  }
  bool operator()(std::uint8_t a, std::uint8_t b) const { return fold(a) == fold(b); }
  std::size_t operator()(std::uint8_t c) const { return fold(c); }
};

// The searcher refers to the pattern, so both live here and do not move.
template <bool ignore_case>
class Pattern {
 public:
  explicit Pattern(std::string_view text)
      : bytes_(text.begin(), text.end()),
        search_(bytes_.begin(), bytes_.end(), Fold<ignore_case>(), Fold<ignore_case>()) {}
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  bool is_in(Bytes b) const { return std::search(b.begin(), b.end(), search_) != b.end(); }

 private:
  using Iterator = std::vector<std::uint8_t>::const_iterator;
  const std::vector<std::uint8_t> bytes_;
  const std::boyer_moore_searcher<Iterator, Fold<ignore_case>, Fold<ignore_case>> search_;
};

template <bool ignore_case>
std::unique_ptr<Oracle> make_search(std::string_view text, std::size_t from, std::size_t to, bool inverted) {
  return make_packet_test([pattern = std::make_shared<const Pattern<ignore_case>>(text), size = text.size(), from, to,
                           inverted](const Packet& packet) {
    const Bytes all = packet.all();
    const std::size_t end = std::min(to, all.size());
    if (from < end && pattern->is_in(all.subspan(from, end - from))) return answer(!inverted);
    // What the capture did not keep could hold it, or its end.
    const std::size_t last = std::min(to, packet.stated_length());
    return last > end && last >= from + size ? when_missing(packet, last, Answer::unknown) : answer(inverted);
  });
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  const std::string_view option = use.has("string") ? "string" : "hex-string";
  return (use.has("icase") ? make_search<true> : make_search<false>)(use.text(option), use.number("from"),
                                                                     use.number("to", 0xffff), use.inverted(option));
}

}  // namespace

extern const OracleKind oracle_string{"string", make};

}  // namespace fwsim

// -m u32: 32-bit words of the packet, from the IP header on. net/netfilter/xt_u32.c. Evaluated in
// simulator/oracles/u32.cc.
#include "model/matches/u32.hh"

#include <fmt/format.h>

#include <iterator>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr std::size_t most = 10;  // XT_U32_MAXSIZE: tests, numbers in a location, ranges of a test

bool is_digit_of(char c, unsigned base) {
  const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                         : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                                : 16;
  return digit < base;
}

class Reader {
 public:
  Reader(std::string_view text, std::string& why, std::size_t& where) : text_(text), why_(why), where_(where) {}

  bool read(U32Program& out) {
    do {
      if (out.tests.size() == most) return fail("more than 10 tests joined by '&&'");
      if (!read_test(out.tests.emplace_back())) return false;
    } while (take("&&"));
    return at_ == text_.size() || fail("',' or '&&' is expected here");
  }

 private:
  bool fail(std::string why) {
    why_ = std::move(why);
    where_ = at_;
    return false;
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool take(std::string_view sign) {
    skip_space();
    if (text_.substr(at_, sign.size()) != sign) return false;
    at_ += sign.size();
    return true;
  }

  // As strtoul(3) reads it: the longest number in the base that its start names.
  bool read_number(std::uint32_t& number) {
    skip_space();
    if (at_ < text_.size() && text_[at_] == '+') ++at_;
    unsigned base = 10;
    if (at_ + 2 < text_.size() && text_[at_] == '0' && (text_[at_ + 1] | 0x20) == 'x' &&
        is_digit_of(text_[at_ + 2], 16)) {
      base = 16;
      at_ += 2;
    } else if (at_ < text_.size() && text_[at_] == '0') {
      base = 8;
    }
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit_of(text_[at_], base)) ++at_;
    const auto read = fwsim::read_number(fmt::format("{}{}", base == 16 ? "0x" : "", text_.substr(start, at_ - start)));
    if (!read || *read > 0xffffffff) {
      at_ = start;
      return fail("a number below 2^32 is expected here");
    }
    number = static_cast<std::uint32_t>(*read);
    return true;
  }

  bool read_test(U32Test& test) {
    if (!read_number(test.location.emplace_back().number)) return false;
    while (!take("=")) {
      U32Step step;
      if (!read_operator(step.op)) return false;
      if (test.location.size() == most) return fail("more than 10 numbers in a location");
      if (!read_number(step.number)) return false;
      const bool shift = step.op == U32Step::Op::left || step.op == U32Step::Op::right;
      if (shift && step.number > 31) return fail("the kernel refuses to shift by 32 bits or more");
      test.location.push_back(step);
    }
    do {
      if (test.values.size() == most) return fail("more than 10 values in a test");
      U32Range& range = test.values.emplace_back();
      if (!read_number(range.low)) return false;
      range.high = range.low;
      if (take(":") && !read_number(range.high)) return false;
    } while (take(","));
    return true;
  }

  bool read_operator(U32Step::Op& op) {
    if (take("<<"))
      op = U32Step::Op::left;
    else if (take(">>"))
      op = U32Step::Op::right;
    else if (take("&"))
      op = U32Step::Op::mask;
    else if (take("@"))
      op = U32Step::Op::at;
    else
      return fail(at_ == text_.size() ? "the text ends before '='" : "one of & << >> @ = is expected here");
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string& why_;
  std::size_t& where_;
};

}  // namespace

std::optional<U32Program> read_u32(std::string_view text, std::string& why, std::size_t& where) {
  U32Program program;
  if (!Reader(text, why, where).read(program)) return std::nullopt;
  return program;
}

std::string u32_text(const U32Program& program) {
  constexpr std::string_view signs[] = {"", "&", "<<", ">>", "@"};
  std::string out;
  for (const U32Test& test : program.tests) {
    if (!out.empty()) out += "&&";
    for (const U32Step& step : test.location)
      out += fmt::format("{}0x{:x}", signs[static_cast<std::size_t>(step.op)], step.number);
    out += '=';
    for (const U32Range& range : test.values) {
      if (&range != &test.values.front()) out += ',';
      out += fmt::format("0x{:x}", range.low);
      if (range.high != range.low) out += fmt::format(":0x{:x}", range.high);
    }
  }
  return out;
}

namespace {

constexpr ValueKind program_kind{
    "\"tests\"", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      std::string why;
      std::size_t where = 0;
      const auto program = read_u32(words[0], why, where);
      if (!program)
        return ValueError{fmt::format("character {} of '{}': {}", where, words[0], why),
                          "like: 6&0xFF=1&&4&0x3FFF=0&&0>>22&0x3C@0>>24=0"};
      out = u32_text(*program);
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) { out += '"' + std::get<std::string>(value) + '"'; }};

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "u32", .kind = &program_kind, .invertible = true, .required = true,
     .help = "tests on words of the packet"},
};

}  // namespace

extern const Extension match_u32{.name = "u32", .options = options, .help = "words of the packet", .match = meaning};

}  // namespace fwsim

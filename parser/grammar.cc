// Quoting as iptables-restore does it (xshared.c, add_param_to_argv): double quotes group, inside
// them a backslash takes the next character as it is, and the closing quote ends the word.
#include "parser/grammar.hh"

#include <boost/spirit/home/x3.hpp>
#include <limits>

namespace fwsim {
namespace {

namespace x3 = boost::spirit::x3;
using Iterator = const char*;

// What the rules of the grammar fill in.
struct Reading {
  Line& line;
  Iterator begin;
  std::string pending;       // text of the quoted word being read
  Iterator word = nullptr;   // its first character
};
struct reading_tag;

auto& reading(auto& context) { return x3::get<reading_tag>(context).get(); }

unsigned column(const Reading& r, Iterator at) { return static_cast<unsigned>(at - r.begin) + 1; }

const auto start_word = [](auto& c) {
  reading(c).word = x3::_where(c).begin();
  reading(c).pending.clear();
};
const auto bare_word = [](auto& c) {
  Reading& r = reading(c);
  const auto& range = x3::_attr(c);
  r.line.words.push_back({std::string_view(range.begin(), static_cast<std::size_t>(range.end() - range.begin())),
                          column(r, range.begin()), column(r, range.end()), false});
};
const auto add_text = [](auto& c) { reading(c).pending.append(x3::_attr(c).begin(), x3::_attr(c).end()); };
const auto add_char = [](auto& c) { reading(c).pending.push_back(x3::_attr(c)); };
const auto end_quoted = [](auto& c) {
  Reading& r = reading(c);
  r.line.storage.push_back(r.pending);
  r.line.words.push_back({r.line.storage.back(), column(r, r.word), column(r, x3::_where(c).begin()), true});
};
const auto packets = [](auto& c) { reading(c).line.counters = Counters{x3::_attr(c), 0}; };
const auto bytes = [](auto& c) { reading(c).line.counters->bytes = x3::_attr(c); };
template <Line::Kind kind>
const auto is_kind = [](auto& c) { reading(c).line.kind = kind; };

const x3::uint_parser<std::uint64_t> number;
const auto blank = x3::omit[x3::char_(" \t")];
const auto plain = x3::char_ - x3::char_(" \t\"");
const auto bare = x3::raw[+plain >> (&blank | x3::eoi)][bare_word];
const auto quoted = x3::eps[start_word] >> -x3::raw[+plain][add_text] >> '"' >>
                    *(('\\' >> x3::char_[add_char]) | x3::raw[+(x3::char_ - x3::char_("\"\\"))][add_text]) >> '"' >>
                    x3::eps[end_quoted];
const auto words = *blank >> *((bare | quoted) >> *blank);
const auto counters = '[' >> number[packets] >> ':' >> number[bytes] >> ']';

const auto comment = '#' >> x3::eps[is_kind<Line::Kind::comment>] >> *x3::omit[x3::char_];
const auto table = '*' >> x3::eps[is_kind<Line::Kind::table>] >> words;
const auto commit = x3::lit("COMMIT") >> *blank >> x3::eoi >> x3::eps[is_kind<Line::Kind::commit>];
const auto chain = ':' >> x3::eps[is_kind<Line::Kind::chain>] >> *blank >> x3::raw[+plain][bare_word] >> +blank >>
                   x3::raw[+plain][bare_word] >> *blank >> -counters >> *blank;
const auto rule = !x3::char_("*:#") >> x3::eps[is_kind<Line::Kind::rule>] >> *blank >> -counters >> words;
const auto any_line = comment | table | commit | chain | rule;

// A rule without quotes, as most lines are, is words between blanks: the grammar says so too, in twice the time.
void split_plain(std::string_view text, Line& out) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  out.kind = Line::Kind::rule;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    while (at < text.size() && !is_blank(text[at])) ++at;
    out.words.push_back({text.substr(start, at - start), static_cast<unsigned>(start + 1), static_cast<unsigned>(at + 1), false});
    while (at < text.size() && is_blank(text[at])) ++at;
  }
}

GrammarError explain(const Line& line, std::string_view text, Iterator stopped) {
  const auto at = static_cast<std::size_t>(stopped - text.data());
  if (line.kind == Line::Kind::chain)
    return {static_cast<unsigned>(at) + 1, "a chain line is ':NAME POLICY [packets:bytes]'",
            "the policy of a chain of your own is '-'"};
  if (text.substr(at).find('"') != std::string_view::npos)
    return {static_cast<unsigned>(at + text.substr(at).find('"')) + 1, "this quote is never closed", {}};
  return {static_cast<unsigned>(at) + 1, "cannot read the line from here", {}};
}

}  // namespace

std::optional<GrammarError> read_line(std::string_view text, Line& out) {
  out.kind = Line::Kind::empty;
  out.counters.reset();
  out.words.clear();
  out.storage.clear();
  if (text.empty()) return std::nullopt;
  if (text.front() == '-' && text.find('"') == text.npos) {
    split_plain(text, out);
    return std::nullopt;
  }
  Reading state{out, text.data(), {}, text.data()};
  Iterator at = text.data();
  const Iterator end = at + text.size();
  const bool good = x3::parse(at, end, x3::with<reading_tag>(std::ref(state))[any_line]);
  if (!good || at != end) return explain(out, text, at);
  return std::nullopt;
}

}  // namespace fwsim

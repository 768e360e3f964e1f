// The text of a schema for per.hh.
#include <bit>
#include <cassert>
#include <charconv>

#include "simulator/helpers/per.hh"

namespace fwsim {
namespace {

unsigned number(std::string_view text) {
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}
  std::string_view next() {
    const std::size_t begin = text_.find_first_not_of(" \n", at_);
    if (begin == std::string_view::npos) return {};
    // A list is one word.
    const std::size_t bracket = text_.find_first_of("[ \n", begin);
    const bool list = bracket != std::string_view::npos && text_[bracket] == '[';
    at_ = list ? text_.find(']', bracket) + 1 : text_.find_first_of(" \n", begin);
    at_ = std::min(at_, text_.size());
    return text_.substr(begin, at_ - begin);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

PerField read_field(std::string_view word) {
  const std::size_t colon = word.find(':');
  PerField field;
  field.type = word.substr(colon + 1);
  for (std::string_view name = word.substr(0, colon); !name.empty(); name.remove_suffix(1)) {
    if (name.back() == '?') {
      field.optional = true;
    } else if (name.back() == '*') {
      field.kept = true;
    } else {
      field.name = name;
      break;
    }
  }
  if (field.type == "!") field.stop = true;
  if (field.type == "open") field.open = true;
  return field;
}

// "byte+1", "7+8", "semi", "#4": how a length is written.
void read_length(std::string_view text, PerType& type) {
  const std::size_t plus = text.find('+');
  if (plus != std::string_view::npos) type.low = number(text.substr(plus + 1));
  const std::string_view word = text.substr(0, plus);
  type.length = word == "semi"   ? PerLength::semi
                : word == "byte" ? PerLength::byte
                : word == "word" ? PerLength::word
                                 : PerLength::in_bits;
  if (type.length == PerLength::in_bits) type.size = number(word);
}

PerType read_simple(std::string_view text) {
  PerType type;
  const std::size_t cut = text.find_first_of("/#+");
  const std::string_view name = text.substr(0, cut);
  static const std::map<std::string_view, PerKind> kinds{
      {"null", PerKind::null},     {"bool", PerKind::boolean},     {"oid", PerKind::oid},       {"int", PerKind::integer},
      {"byte", PerKind::byte},     {"word", PerKind::word},        {"cons", PerKind::constrained},
      {"unco", PerKind::unconstrained}, {"bits", PerKind::bits},   {"digits", PerKind::digits}, {"octets", PerKind::octets},
      {"wide", PerKind::wide},     {"open", PerKind::null},        {"!", PerKind::null}};
  assert(kinds.contains(name));
  type.kind = kinds.at(name);
  if (cut == std::string_view::npos) return type;
  if (text[cut] == '#')
    type.size = number(text.substr(cut + 1));
  else if (text[cut] == '+')
    type.low = number(text.substr(cut + 1));
  else if (type.kind == PerKind::integer)
    type.size = number(text.substr(cut + 1));
  else
    read_length(text.substr(cut + 1), type);
  return type;
}

// "[semi T]", "[semi<=4 *^T]"
PerType read_list(std::string_view text) {
  PerType type;
  type.kind = PerKind::list;
  text = text.substr(1, text.size() - 2);
  const std::size_t blank = text.find(' ');
  std::string_view length = text.substr(0, blank), item = text.substr(blank + 1);
  if (const std::size_t limit = length.find("<="); limit != std::string_view::npos) {
    type.keep = number(length.substr(limit + 2));
    length = length.substr(0, limit);
  }
  read_length(length, type);
  PerField field{.name = "item"};
  for (; item.front() == '*' || item.front() == '^'; item.remove_prefix(1))
    (item.front() == '*' ? field.kept : field.open) = true;
  field.type = item;
  type.parts.push_back(std::move(field));
  return type;
}

}  // namespace

PerSchema::PerSchema(std::string_view text) {
  Words words(text);
  for (std::string_view name = words.next(); !name.empty(); name = words.next()) {
    PerType type;
    words.next();  // "="
    const std::string_view opening = words.next();
    type.kind = opening.front() == '{' ? PerKind::sequence : PerKind::choice;
    type.extensible = opening.size() > 1;
    const std::string_view closing = type.kind == PerKind::sequence ? "}" : ">";
    bool root = true;
    for (std::string_view word = words.next(); word != closing; word = words.next()) {
      assert(!word.empty());
      const unsigned count = word.front() == '+' ? number(word.substr(1)) : 0;
      if (word == "|") {
        root = false;
      } else if (count != 0) {
        for (unsigned i = 0; i < count; ++i) type.parts.push_back({.skipped = true});
      } else if (word == "!") {
        type.parts.push_back({.stop = true});
      } else if (word.back() == '?' && word.find(':') == std::string_view::npos) {
        type.optional_parts += number(word);
      } else {
        type.parts.push_back(read_field(word));
        if (root && type.parts.back().optional) ++type.optional_parts;
      }
      if (root) type.root = type.parts.size();
    }
    if (type.kind == PerKind::choice && type.root > 1) type.size = static_cast<unsigned>(std::bit_width(type.root - 1));
    types_.emplace(name, std::move(type));
  }
  // The simple types and lists that the parts name.
  std::vector<std::string> names;
  for (const auto& [name, type] : types_)
    for (const PerField& field : type.parts)
      if (!field.type.empty()) names.push_back(field.type);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (types_.contains(names[i])) continue;
    PerType type = names[i].front() == '[' ? read_list(names[i]) : read_simple(names[i]);
    if (type.kind == PerKind::list) names.push_back(type.parts.front().type);
    types_.emplace(names[i], std::move(type));
  }
}

const PerType& PerSchema::type(std::string_view name) const {
  const auto found = types_.find(name);
  assert(found != types_.end());
  return found->second;
}

}  // namespace fwsim

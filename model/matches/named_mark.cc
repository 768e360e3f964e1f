#include "model/matches/named_mark.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;

std::optional<ValueError> read_named_mark(const ValueContext& c, Words words, Value& out) {
  for (const NamedNumber& entry : c.option->names)
    if (entry.name == words[0]) {
      out = Masked{entry.number, c.option->max};
      return {};
    }
  auto error = kinds::masked.read(c, words, out);
  if (error) error->hint = "names are not known here except " + std::string(c.option->names.front().name);
  return error;
}

void print_named_mark(const ValueContext& c, const Value& value, std::string& out) {
  const auto& m = std::get<Masked>(value);
  for (const NamedNumber& entry : c.option->names)
    if (entry.number == m.value && m.mask == c.option->max) {
      out += entry.name;
      return;
    }
  kinds::masked.print(c, value, out);
}

}  // namespace

namespace kinds {
const ValueKind named_mark{"value[/mask]", 1, read_named_mark, print_named_mark};
}  // namespace kinds

}  // namespace fwsim

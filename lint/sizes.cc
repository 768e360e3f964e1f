#include "lint/sizes.hh"

#include <algorithm>

namespace fwsim {
namespace {

struct Header {
  u128 least, most, step;
};

Header header_of(Family family) { return family == Family::v4 ? Header{20, 60, 4} : Header{40, 65535, 8}; }

// Whether some header lies between a transport and a whole of these lengths.
bool fits(const Header& header, const Range& whole, const Range& transport) {
  const u128 wanted = std::max(header.least, whole.low > transport.high ? whole.low - transport.high : u128{0});
  const u128 length = header.least + (wanted - header.least + header.step - 1) / header.step * header.step;
  return length <= header.most && transport.low + length <= whole.high;
}

std::vector<Range> atoms(const Space& space, Var v) {
  std::vector<Range> list;
  const Variable& var = space[v];
  for (std::size_t i = 0; i < var.starts.size(); ++i) list.push_back({var.starts[i], i + 1 < var.starts.size() ? var.starts[i + 1] - 1 : var.limit});
  return list;
}

}  // namespace

void add_sizes(SpaceBuilder& builder, Family family) {
  if (!builder.asks(Field::length)) return;
  const u128 header = header_of(family).least;
  // The lengths that other laws ask for; an error's is that of a header and what it quotes.
  for (u128 bytes : {u128{4}, u128{8}, u128{12}, u128{20}, header + 8}) {
    builder.add(Field::l4_len, {bytes, 0xffffffff});
    builder.add(Field::length, {0, header + bytes - 1});
  }
}

std::vector<Pred> size_laws(const Space& space) {
  const Var length = space.of(Field::length), transport = space.of(Field::l4_len);
  std::vector<Pred> laws;
  if (length == no_var || transport == no_var) return laws;
  for (const Range& whole : atoms(space, length))
    for (const Range& own : atoms(space, transport))
      if (!fits(header_of(space.family()), whole, own)) laws.push_back(all({in(Field::length, whole), in(Field::l4_len, own)}));
  return laws;
}

}  // namespace fwsim

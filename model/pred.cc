#include "model/pred.hh"

#include <fmt/format.h>

#include <utility>

#include "model/extension.hh"

namespace fwsim {

Pred always() { return {}; }
Pred never() { return {.kind = Pred::Kind::never}; }
Pred present(Field field) { return {.kind = Pred::Kind::present, .field = field}; }
Pred in(Field field, Range range) { return {.kind = Pred::Kind::in, .field = field, .ranges = {range}}; }
Pred in(Field field, std::vector<Range> ranges) {
  return {.kind = Pred::Kind::in, .field = field, .ranges = std::move(ranges)};
}
Pred is(Field field, u128 value) { return in(field, Range{value, value}); }
Pred masked(Field field, u128 value, u128 mask) {
  return {.kind = Pred::Kind::masked, .field = field, .value = value, .mask = mask};
}
Pred oracle(const MatchUse& use) { return {.kind = Pred::Kind::oracle, .use = &use}; }
Pred unknown(std::string reason) { return {.kind = Pred::Kind::unknown, .reason = std::move(reason)}; }

Pred all(std::vector<Pred> parts) {
  std::erase_if(parts, [](const Pred& p) { return p.kind == Pred::Kind::always; });
  if (parts.empty()) return always();
  if (parts.size() == 1) return std::move(parts.front());
  return {.kind = Pred::Kind::all, .parts = std::move(parts)};
}

Pred any(std::vector<Pred> parts) {
  std::erase_if(parts, [](const Pred& p) { return p.kind == Pred::Kind::never; });
  if (parts.empty()) return never();
  if (parts.size() == 1) return std::move(parts.front());
  return {.kind = Pred::Kind::any, .parts = std::move(parts)};
}

Pred negation(Pred part) {
  if (part.kind == Pred::Kind::always) return never();
  if (part.kind == Pred::Kind::never) return always();
  Pred result{.kind = Pred::Kind::negation};
  result.parts.push_back(std::move(part));
  return result;
}

Pred present_and_not(Field field, Pred p) {
  std::vector<Pred> parts;
  parts.push_back(present(field));
  parts.push_back(negation(std::move(p)));
  return all(std::move(parts));
}

namespace {

std::string number_text(u128 x) {
  if (x <= 0xffff) return fmt::format("{}", static_cast<unsigned>(x));
  if ((x >> 64) == 0) return fmt::format("{:#x}", static_cast<std::uint64_t>(x));
  return fmt::format("{:#x}{:016x}", static_cast<std::uint64_t>(x >> 64), static_cast<std::uint64_t>(x));
}

std::string join(const std::vector<Pred>& parts, std::string_view separator) {
  std::string text;
  for (const Pred& part : parts) {
    if (!text.empty()) text += separator;
    text += to_text(part);
  }
  return text;
}

}  // namespace

std::string to_text(const Pred& p) {
  switch (p.kind) {
    case Pred::Kind::always: return "always";
    case Pred::Kind::never: return "never";
    case Pred::Kind::present: return fmt::format("has {}", field_name(p.field));
    case Pred::Kind::in: {
      std::string text = fmt::format("{} in ", field_name(p.field));
      for (const Range& r : p.ranges) {
        if (&r != &p.ranges.front()) text += ',';
        text += r.low == r.high ? number_text(r.low) : number_text(r.low) + "-" + number_text(r.high);
      }
      return text;
    }
    case Pred::Kind::masked:
      return fmt::format("{} & {} == {}", field_name(p.field), number_text(p.mask), number_text(p.value));
    case Pred::Kind::oracle: return fmt::format("{}?", p.use->name);
    case Pred::Kind::unknown: return fmt::format("unknown({})", p.reason);
    case Pred::Kind::all: return "(" + join(p.parts, " and ") + ")";
    case Pred::Kind::any: return "(" + join(p.parts, " or ") + ")";
    case Pred::Kind::negation: return "not " + to_text(p.parts.front());
  }
  return {};
}

}  // namespace fwsim

// -j SET: adds the packet's addresses to an ipset, deletes them from one, or marks the packet as the
// set says. xt_set.c. That the sets exist, their family and their dimensions are checked where the
// host is known.
// Options after finish(), for simulator/effects/set.cc: add-set, del-set, map-set: string "NAME
// src[,dst...]", one space between; timeout: number; exist, map-mark, map-prio, map-queue: flags.
#include <fmt/format.h>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::size_t max_set_name = 31, max_sides = 6;

constexpr ValueKind set_kind{
    "name src|dst[,...]", 2,
    [](const ValueContext&, Words words, Value& out) -> std::optional<ValueError> {
      if (words[0].size() > max_set_name)
        return ValueError{fmt::format("set name '{}' is longer than {} characters", words[0], max_set_name), {}};
      std::string sides;
      const auto pieces = split(words[1], ',');
      for (std::string_view piece : pieces) {
        const std::string_view side = piece.substr(0, 3);  // iptables compares no more
        if (side != "src" && side != "dst")
          return ValueError{fmt::format("'{}' is not a side of a packet", piece), "a comma list of src and dst"};
        sides += (sides.empty() ? "" : ",") + std::string(side);
      }
      if (pieces.size() > max_sides)
        return ValueError{fmt::format("'{}' has more than {} sides", words[1], max_sides), {}};
      out = fmt::format("{} {}", words[0], sides);
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) { out += std::get<std::string>(value); }};

void finish(Use& use, CheckContext& c) {
  for (Given& given : use.given) given.inverted = false;  // iptables overlooks the '!'
  if (use.has("map-set") && c.table != TableId::mangle) c.fault("map-set", "--map-set works only in the mangle table");
  if (use.has("map-set") && !use.has("map-mark") && !use.has("map-prio") && !use.has("map-queue"))
    c.fault("map-set", "--map-set needs --map-mark, --map-prio or --map-queue");
}

Actions act(const TargetUse& use, Family) {
  Effect effect{.use = &use};
  if (use.has("map-mark")) effect.writes.push_back(Field::mark);
  if (use.has("map-prio")) effect.writes.push_back(Field::priority);
  return {effect};
}

constexpr HookSet sending = hooks_of(Hook::forward, Hook::output, Hook::postrouting);

constexpr Option options[] = {
    {.name = "add-set", .kind = &set_kind, .invertible = true, .help = "add to this set"},
    {.name = "exist", .invertible = true, .needs = "add-set", .help = "renew the timeout of an element that is there"},
    {.name = "timeout",
     .kind = &kinds::number,
     .invertible = true,
     .max = 4294967294,
     .needs = "add-set",
     .help = "seconds until the element goes"},
    {.name = "del-set", .kind = &set_kind, .invertible = true, .help = "delete from this set"},
    {.name = "map-set", .kind = &set_kind, .invertible = true, .help = "apply what the element says"},
    {.name = "map-mark", .needs = "map-set", .help = "its mark"},
    {.name = "map-prio", .needs = "map-set", .hooks = sending, .help = "its traffic class"},
    {.name = "map-queue", .needs = "map-set", .hooks = sending, .help = "its hardware queue"},
};

}  // namespace

extern const Extension target_SET{.name = "SET",
                                  .is_target = true,
                                  .options = options,
                                  .groups = "add-set+del-set+map-set", .none_given = "You must specify either `--add-set' or `--del-set' or `--map-set'",
                                  .memory = Memory::shared, .help = "change an ipset",
                                  .finish = finish,
                                  .act = act};

}  // namespace fwsim

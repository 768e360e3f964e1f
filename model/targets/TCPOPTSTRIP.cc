// -j TCPOPTSTRIP: overwrites TCP options with no-operations. xt_TCPOPTSTRIP.c
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr NamedNumber names[] = {{"wscale", 3}, {"mss", 2},       {"sack-permitted", 4},
                                 {"sack", 5},   {"timestamp", 8}, {"md5", 19}};

// Sorted; each range is one option kind.
constexpr ValueKind list_kind{
    "option[,option...]", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      std::vector<NumRange> list;
      for (std::string_view piece : split(words[0], ',')) {
        auto number = read_number(piece);
        for (const NamedNumber& name : c.option->names)
          if (name.name == piece) number = name.number;
        if (!number || *number > 255)
          return ValueError{fmt::format("'{}' is not a TCP option", piece),
                            "2 to 255, or wscale, mss, sack-permitted, sack, timestamp, md5"};
        if (*number < 2) return ValueError{"options 0 and 1 only fill up: they cannot be stripped", {}};
        if (std::find(list.begin(), list.end(), NumRange{*number, *number}) != list.end())
          return ValueError{fmt::format("option '{}' is named twice", piece), {}};
        list.push_back({*number, *number});
      }
      std::sort(list.begin(), list.end(), [](const NumRange& a, const NumRange& b) { return a.low < b.low; });
      out = std::move(list);
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      bool first = true;
      for (const NumRange& kind : std::get<std::vector<NumRange>>(value)) {
        out += (first ? "" : ",") + std::to_string(kind.low);
        first = false;
      }
    },
    [](const ValueContext& c, const Value& value, std::string& out) {
      for (bool first = true; const NumRange& kind : std::get<std::vector<NumRange>>(value)) {
        out += std::exchange(first, false) ? "" : ",";
        const auto name = std::find_if(c.option->names.begin(), c.option->names.end(), [&](const NamedNumber& n) { return n.number == kind.low; });
        out += name == c.option->names.end() ? std::to_string(kind.low) : std::string(name->name);
      }
    }};

Actions act(const TargetUse& use, Family) {
  return {Effect{.use = &use, .drops_malformed = true, .writes = {Field::tcp_mss}}};
}

constexpr Option options[] = {
    {.name = "strip-options", .kind = &list_kind, .names = names, .help = "the options to strip"},
};
constexpr int protocols[] = {6};
constexpr TableId tables[] = {TableId::mangle};

}  // namespace

extern const Extension target_TCPOPTSTRIP{.name = "TCPOPTSTRIP",
                                          .is_target = true,
                                          .options = options,
                                          .protocols = protocols,
                                          .tables = tables,
                                          .help = "strip TCP options",
                                          .act = act};

}  // namespace fwsim

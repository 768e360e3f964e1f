// -m owner: who opened the socket that sends the packet (net/netfilter/xt_owner.c). A packet
// without a socket matches only when all options are negated; the kernel's own sockets exist but
// have no owner.
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>

#include <iterator>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

std::optional<std::uint64_t> user_id(const std::string& name) {
  const passwd* entry = getpwnam(name.c_str());
  return entry ? std::optional<std::uint64_t>(entry->pw_uid) : std::nullopt;
}
std::optional<std::uint64_t> group_id(const std::string& name) {
  const group* entry = getgrnam(name.c_str());
  return entry ? std::optional<std::uint64_t>(entry->gr_gid) : std::nullopt;
}

constexpr std::uint64_t last_id = 0xfffffffe;

// A name of this machine, a number, or number-number.
template <class Lookup>
Error read_ids(Words words, Value& out, Lookup lookup) {
  if (const auto id = words[0].empty() ? std::nullopt : lookup(std::string(words[0]))) {
    out = NumRange{*id, *id};
    return {};
  }
  const std::size_t dash = words[0].find('-');
  const auto low = read_number(words[0].substr(0, dash));
  const auto high = dash == words[0].npos ? low : read_number(words[0].substr(dash + 1));
  if (!low || !high || *low > last_id || *high > last_id)
    return ValueError{fmt::format("'{}' is neither a known name nor a number or range", words[0]), {}};
  if (*low > *high) return ValueError{fmt::format("range '{}' is empty: its end is below its start", words[0]), {}};
  out = NumRange{*low, *high};
  return {};
}

void print_ids(const ValueContext&, const Value& value, std::string& out) {
  const auto& ids = std::get<NumRange>(value);
  out += fmt::format("{}", ids.low);
  if (ids.low != ids.high) out += fmt::format("-{}", ids.high);
}

// Ids as the names of this machine, where there are any.
std::string user_name(std::uint64_t id) {
  const passwd* entry = getpwuid(static_cast<uid_t>(id));
  return entry ? entry->pw_name : std::string();
}
std::string group_name(std::uint64_t id) {
  const group* entry = getgrgid(static_cast<gid_t>(id));
  return entry ? entry->gr_name : std::string();
}
template <std::string (*name_of)(std::uint64_t)>
void name_ids(const ValueContext& c, const Value& value, std::string& out) {
  const auto& ids = std::get<NumRange>(value);
  const std::string name = ids.low == ids.high ? name_of(ids.low) : std::string();
  if (name.empty())
    print_ids(c, value, out);
  else
    out += name;
}

constexpr ValueKind user_kind{
    "user|uid[-uid]", 1, [](const ValueContext&, Words words, Value& out) { return read_ids(words, out, user_id); },
    print_ids, name_ids<user_name>};
constexpr ValueKind group_kind{
    "group|gid[-gid]", 1, [](const ValueContext&, Words words, Value& out) { return read_ids(words, out, group_id); },
    print_ids, name_ids<group_name>};

// The other groups are for simulator/oracles/owner.cc.
Pred id_test(const Given& given, Field field, const MatchUse* with_others) {
  Pred test = value_in_field(field, given.value, false);
  if (with_others) test = any({std::move(test), all({present(field), oracle(*with_others)})});
  return given.inverted ? negation(std::move(test)) : test;
}

Meaning meaning(const MatchUse& use, Family) {
  std::vector<Pred> with_socket{is(Field::socket, 1)};
  bool all_inverted = true;
  for (const Given& given : use.given) {
    const std::string_view option = use.extension->options[given.option].name;
    all_inverted = all_inverted && given.inverted;
    if (option == "socket-exists" && given.inverted) with_socket.push_back(never());
    if (option == "uid-owner") with_socket.push_back(id_test(given, Field::uid, nullptr));
    if (option == "gid-owner") with_socket.push_back(id_test(given, Field::gid, use.has("suppl-groups") ? &use : nullptr));
  }
  Pred sends = all(std::move(with_socket));
  if (!all_inverted) return {std::move(sends), never()};
  return {any({negation(is(Field::socket, 1)), std::move(sends)}), never()};
}

constexpr Option options[] = {
    {.name = "socket-exists", .invertible = true, .help = "the packet is sent by a socket"},
    {.name = "uid-owner", .kind = &user_kind, .invertible = true, .help = "user who opened the socket"},
    {.name = "gid-owner", .kind = &group_kind, .invertible = true, .help = "group of that user"},
    {.name = "suppl-groups", .needs = "gid-owner", .help = "or one of the other groups"},
};

}  // namespace

extern const Extension match_owner{.name = "owner",
                                   .options = options,
                                   .hooks = hooks_of(Hook::output, Hook::postrouting),
                                   .groups = "socket-exists+uid-owner+gid-owner", .none_given = "owner: At least one of --uid-owner, --gid-owner or --socket-exists is required",
                                   .modelled = Modelled::partly,
                                   .note = "supplementary groups are known only of described sockets",
                                   .help = "owner of the sending socket",
                                   .match = meaning};

}  // namespace fwsim

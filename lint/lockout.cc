#include "lint/lockout.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/value.hh"

namespace fwsim {
namespace {

LockoutCheck check(const Explorer& explorer, const Host* host, const Traffic& traffic, const Pred& pred, std::string what, bool packets) {
  LockoutCheck out{.what = std::move(what), .stopped = {}};
  bool exact = true;
  const Way way = *traffic.way;
  const std::vector<Piece> pieces = pieces_of(explorer, way, pred, traffic.mark_given, exact);
  const Classes found = classify(explorer, way, pieces);
  out.complete = found.complete;
  out.share = share_of(found.list, found.complete, exact);
  for (const Class& c : found.list) {
    if (c.fate == PieceFate::passed) continue;
    AnsweredClass& stopped = out.stopped.emplace_back();
    stopped = {.way = way, .fate = c.fate, .may = c.vague, .by = place_of(explorer.rules(), c.by),
               .pieces = describe_all(explorer.space(), c.pieces, pieces), .packet = {}};
    if (!packets) continue;
    if (const auto witness = packet_of(explorer, c, host)) stopped.packet = witness->question;
  }
  return out;
}

// Nobody comes from anywhere by the host's own device.
Pred not_by_loopback(Field device) {
  QuestionFault fault;
  const Prefix lo = read_traffic("tcp any -> any:22 in lo", fault)->in;
  return present_and_not(device, masked(device, lo.address, lo.mask));
}

}  // namespace

std::optional<Admin> read_admin(std::string_view text, QuestionFault& fault) {
  auto traffic = read_traffic(text, fault);
  if (!traffic) return std::nullopt;
  Admin admin{.traffic = *traffic, .session = *traffic};
  return admin;
}

Admin admin_of_session(std::string_view ssh_connection) {
  std::vector<std::string_view> words = split(ssh_connection, ' ');
  QuestionFault fault;
  if (words.size() == 4) {
    for (std::string_view& word : words)
      if (word.starts_with("::ffff:")) word.remove_prefix(7);
    const bool v6 = words[0].find(':') != words[0].npos;
    const auto end = [&](std::string_view address, std::string_view port) {
      return fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), address, port);
    };
    const std::string to = end(words[2], words[3]);
    auto traffic = read_traffic(fmt::format("tcp {} -> {}", words[0], to), fault);
    auto session = read_traffic(fmt::format("tcp {} -> {}", end(words[0], words[1]), to), fault);
    if (traffic && session) return {.traffic = std::move(*traffic), .session = std::move(*session)};
  }
  Admin anywhere{.traffic = *read_traffic("tcp any -> any:22", fault), .session = *read_traffic("tcp any -> any:22", fault), .anywhere = true};
  return anywhere;
}

Lockout check_lockout(const Ruleset& ruleset, const Host* host, const Admin& admin, bool packets) {
  Lockout out{.family = ruleset.family, .admin = admin.traffic.text, .anywhere = admin.anywhere, .checks = {}};
  const bool conntrack = needs_conntrack(ruleset);
  Traffic fresh = admin.traffic, known = admin.session;
  fresh.way = known.way = Way::input;
  known.states = {{3, 3}};
  known.state_given = true;
  Traffic reply = replies_to(known);
  if (admin.anywhere) {
    for (Traffic* t : {&fresh, &known}) t->more.push_back(not_by_loopback(Field::in_if));
    reply.more.push_back(not_by_loopback(Field::out_if));
  }
  const std::pair<const Traffic*, const char*> list[] = {
      {&fresh, "new connections"}, {&known, "the session that there is"}, {&reply, "the replies"}};
  std::vector<Pred> preds;
  for (const auto& [traffic, what] : list) preds.push_back(asked(*traffic, ruleset.family, conntrack));
  const Prepared prepared = prepare({&ruleset}, host, preds);
  for (std::size_t i = 0; i < std::size(list); ++i) {
    LockoutCheck& one = out.checks.emplace_back(check(prepared[0], host, *list[i].first, preds[i], list[i].second, packets));
    const bool through = one.share == Share::all || (admin.anywhere && one.share == Share::some);
    out.locked_out = out.locked_out || !through;
  }
  return out;
}

}  // namespace fwsim

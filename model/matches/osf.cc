// -m osf (IPv4): the sender's system, guessed from its SYN (net/netfilter/xt_osf.c). Other
// packets never match.
#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr std::size_t max_genre = 31;
constexpr std::uint64_t syn = 0x02;

void finish(Use& use, CheckContext&) {
  const std::string genre(use.text("genre").substr(0, max_genre));
  use.put("genre", genre, use.inverted("genre"));
}

Meaning meaning(const MatchUse& use, Family) {
  return {all({masked(Field::tcp_flags, syn, syn), oracle(use)}), never()};
}

constexpr Option options[] = {
    {.name = "genre", .kind = &kinds::word, .invertible = true, .required = true, .help = "name of the system"},
    {.name = "ttl", .kind = &kinds::number, .max = 2, .help = "0 true TTL, 1 TTL not above the fingerprint's, 2 any"},
    {.name = "log", .kind = &kinds::number, .max = 2, .help = "0 all matches, 1 the first, 2 known systems only"},
};
constexpr int protocols[] = {6};

}  // namespace

extern const Extension match_osf{
    .name = "osf", .v6 = false, .options = options, .protocols = protocols,
    .hooks = hooks_of(Hook::prerouting, Hook::input, Hook::forward),
    .help = "operating system of the sender",
    .finish = finish, .match = meaning};

}  // namespace fwsim

#include "model/nft.hh"

#include <deque>
#include <map>
#include <mutex>
#include <utility>

namespace fwsim {
namespace {

// Meanings by their text, each once, as long as the program lives (as intern() keeps names): a use holds its number.
class Meanings {
 public:
  std::uint64_t keep(Pred pred) {
    const std::lock_guard lock(mutex_);
    const auto [at, fresh] = numbers_.emplace(to_text(pred), kept_.size());
    if (fresh) kept_.push_back(std::move(pred));
    return at->second;
  }
  Pred get(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    return kept_[number];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::uint64_t> numbers_;
  std::deque<Pred> kept_;
};

Meanings& meanings() {
  static Meanings all;
  return all;
}

Meaning meaning(const MatchUse& use, Family) { return {meanings().get(use.number("meaning")), never()}; }

Meaning no_meaning(const MatchUse& use, Family) {
  return {unknown("'" + std::string(use.text("expr")) + "' of nft is not understood"), never()};
}

constexpr Option options[] = {
    {.name = "expr", .kind = &kinds::text, .help = "the condition in the words of nft"},
    {.name = "meaning", .kind = &kinds::number, .saved = Saved::never},
};

constexpr std::string_view help = "a condition of nft";
const Extension of_packet{.name = "nft", .options = options, .help = help, .match = meaning};
const Extension of_connection{.name = "nft", .options = options, .conntrack = true, .help = help, .match = meaning};
const Extension not_understood{.name = "nft", .options = options, .memory = Memory::own, .help = help, .match = no_meaning};

constexpr Option note_options[] = {{.name = "statement", .kind = &kinds::text, .help = "in the words of nft"}};
const Extension note{.name = "nft", .is_target = true, .options = note_options, .memory = Memory::shared, .help = "a statement of nft",
                     .act = [](const TargetUse&, Family) { return Actions{}; }};

MatchUse make(const Extension& extension, std::string text) {
  MatchUse use;
  use.extension = &extension;
  use.name = extension.name;
  use.put("expr", std::move(text));
  return use;
}

}  // namespace

MatchUse nft_match(Pred pred, std::string text, bool connection) {
  MatchUse use = make(connection ? of_connection : of_packet, std::move(text));
  const std::uint64_t number = meanings().keep(std::move(pred));
  use.put("meaning", NumRange{number, number});
  return use;
}

MatchUse unknown_nft_match(std::string text) { return make(not_understood, std::move(text)); }

TargetUse nft_note(std::string text) {
  TargetUse use;
  use.extension = &note;
  use.name = note.name;
  use.put("statement", std::move(text));
  return use;
}

TargetUse unknown_nft_target(std::string text) {
  TargetUse use;
  use.name = intern("nft");
  use.verbatim += " --statement " + quote(text);
  return use;
}

}  // namespace fwsim

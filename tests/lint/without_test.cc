// Rules called dead or redundant are taken out of real rulesets: diff must find no packet that is treated differently,
// nor must any that is tried be, and Z3 must agree.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "lint/diff.hh"
#include "lint/solvers/z3_solver.hh"
#include "lint/text.hh"
#include "tests/lint/linted.hh"
#include "tests/shared.hh"

namespace fs = std::filesystem;
using namespace fwsim;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t most_in_all = 700;   // rules of all rulesets; FWSIM_ALL_CORPORA takes them all
#else
constexpr std::size_t most_in_all = 10'000;
#endif
constexpr std::size_t most_of_one = 6;    // findings of one ruleset that are tried, spread over it; all with FWSIM_ALL_CORPORA
constexpr std::size_t most_rules = 600;   // of rulesets that are tried
constexpr int packets = 30;
// What says that a rule is dead or changes nothing.
const LintOptions about_rules{.only = {"FW101", "FW102", "FW103", "FW104", "FW107", "FW108", "FW111"}};

Ruleset taken_out(Ruleset ruleset, const RuleId& id) {
  for (Table& table : ruleset.tables)
    if (table.id == id.table) {
      auto& rules = table.chains[id.chain].rules;
      rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(id.index));
    }
  return ruleset;
}

Piece point(const Piece& piece, std::mt19937& random) {
  Piece out = piece;
  for (Var v = 0; v < out.size(); ++v) {
    out[v] = AtomSet::one(out[v].nth(std::uniform_int_distribution<std::uint64_t>(0, out[v].size() - 1)(random)));
  }
  return out;
}

// Everything that becomes of the piece, in words: fates and what the packets are then.
std::vector<std::string> ends(const Explorer& explorer, Way way, const Piece& piece) {
  std::vector<std::string> list;
  explorer.explore(way, piece, [&](const Leaf& leaf) {
    // Not where no packet is like that, and not where a piece becomes wider than it was: pieces are cut otherwise then.
    if (leaf.vague || explorer.origins(way, leaf, 1).empty()) return true;
    std::string text = fmt::format("{} {}", piece_fate_name(leaf.outcome), leaf.vague);
    for (const AtomSet& set : *leaf.piece) text += fmt::format(" {}-{}", set.first(), set.last());
    list.push_back(text);
    return list.size() < 64;
  });
  std::sort(list.begin(), list.end());
  return list;
}

std::string difference(const Ruleset& before, const RuleId& id) {
  const Ruleset after = taken_out(before, id);
  const Prepared prepared = prepare({&before, &after}, nullptr);
  std::mt19937 random(id.index);
  for (Way way : all_ways)
    for (const Box& box : prepared.rules[0]->rule(id)->match.boxes) {
      Piece start = prepared[0].plan(way).start;
      Piece wanted = start;
      // What may be rewritten on the way is left open.
      for (const auto& [v, set] : box.limits)
        if (!(wanted[v] & set).empty()) wanted[v] = wanted[v] & set;
      for (int i = 0; i < packets; ++i) {
        const Piece packet = point(wanted, random);
        const auto was = ends(prepared[0], way, packet), now = ends(prepared[1], way, packet);
        if (was == now) continue;
        std::vector<std::string> only_was, only_now;
        std::set_difference(was.begin(), was.end(), now.begin(), now.end(), std::back_inserter(only_was));
        std::set_difference(now.begin(), now.end(), was.begin(), was.end(), std::back_inserter(only_now));
        return fmt::format("{} {}: {} of {}, now {} of {}: {}", way_name(way), text_of(*prepared.space, packet, prepared[0].plan(way).start), only_was.size(), was.size(),
                           only_now.size(), now.size(), only_was.empty() ? only_now.front() : only_was.front());
      }
    }
  return {};
}

// A match drops what is too short for its header, though its rule never matches: of that nothing is said.
std::string differing_whole_packets(const Diff& diff) {
  const Space& space = *diff.prepared.space;
  const Var length = space.of(Field::l4_len);
  for (const DiffGroup& group : diff.groups)
    for (const DiffClass& c : group.classes)
      if (c.packets[length].overlaps(space.in(length, {{20, 0xffffffff}}))) return c.text;
  return {};
}

}  // namespace

TEST_CASE("no rule of a real ruleset is called dead or redundant falsely") {
  const std::string root = test::shared("corpora/rulesets");
  if (root.empty()) return;
  std::size_t rulesets = 0, rules = 0, found = 0, tried = 0, proved = 0, open = 0, cut = 0, certified = 0, unknown = 0, undecided = 0;
  std::map<std::string, std::size_t> by_id;
  std::size_t left_out = 0, refuted = 0;
  // FWSIM_ALL_CORPORA: all rulesets and findings ("1"), or those of the files whose name has these words in it.
  const char* const asked = std::getenv("FWSIM_ALL_CORPORA");
  const bool all = asked != nullptr;
  // In an order that is the same everywhere and mixes the sources.
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(root + "/canonical-legacy")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::shuffle(files.begin(), files.end(), std::mt19937(1));
  for (const fs::path& file : files) {
    if (all && std::string_view(asked) != "1" && file.filename().string().find(asked) == std::string::npos) continue;
    Parsed parsed = parse_ruleset(read_file(file), {.file = file.filename(), .family = {}});
    if (has_errors(parsed.diagnostics)) continue;
    INFO(file.filename());
    const Ruleset& ruleset = parsed.ruleset;
    std::size_t size = 0;
    for (const Table& table : ruleset.tables)
      for (const Chain& chain : table.chains) size += chain.rules.size();
    if (!all && (size > most_rules || rules + size > most_in_all)) {
      ++left_out;
      continue;
    }
    const auto begin = std::chrono::steady_clock::now();
    const Facts facts(ruleset, nullptr);
    const LintResult result = lint(facts, about_rules);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (took.count() > 0.3 || all) fmt::print("{}: {} rules, {:.2f} s\n", file.filename().string(), facts.all().size(), took.count());
    ++rulesets;
    rules += facts.all().size();
    undecided += result.undecided.size();
    std::vector<const Finding*> dead;
    for (const Finding& f : result.findings) {
      ++by_id[f.id + " " + f.check];
      if (f.of_chain || !facts.rules().rule(f.place.rule)) continue;
      dead.push_back(&f);
    }
    found += dead.size();
    Z3Solver z3(facts.rules());
    const std::size_t step = all ? 1 : dead.size() / most_of_one + 1;
    for (std::size_t i = 0; i < dead.size(); i += step) {
      const RuleId& id = dead[i]->place.rule;
      INFO(dead[i]->place.text(), " ", dead[i]->text);
      ++tried;
      if (i % (dead.size() / most_of_one + 1) == 0) CHECK(difference(ruleset, id) == "");
      const Ruleset after = taken_out(ruleset, id);
      const Diff by_diff = diff(ruleset, after);
      CHECK(differing_whole_packets(by_diff) == "");
      cut += by_diff.groups.empty() ? 0 : 1;
      ++(by_diff.undecided.empty() ? proved : open);
      if (all && !by_diff.undecided.empty()) fmt::print("not decided by diff: {} {} {}\n", dead[i]->id, dead[i]->place.text(), dead[i]->text);
      if (!facts.never(id) || (!all && facts.all().size() > 1500)) continue;
      const Certificate certificate = z3.certify(id, facts.reach(id).by, 5000);
      CHECK(certificate.kind != Certificate::Kind::refuted);
      (certificate.kind == Certificate::Kind::proved ? certified : certificate.kind == Certificate::Kind::refuted ? refuted : unknown) += 1;
    }
  }
  fmt::print("{} rulesets, {} rules: {} dead or redundant rules; {} taken out without a difference, {} of them proved so by diff ({} but for packets too short for a header, {} undecided), {} certified by Z3, {} unknown to it, {} refuted from the rules blamed; {} checks undecided, {} rulesets left out\n",
             rulesets, rules, found, tried, proved, cut, open, certified, unknown, refuted, undecided, left_out);
  for (const auto& [id, n] : by_id) fmt::print("  {} {}\n", id, n);
  CHECK(rulesets > (all && std::string_view(asked) != "1" ? 0U : 15U));
}

// parts_bench RULES [--benchmark_...]: what single parts cost: reading rules, the way of a packet through a chain, decoding it,
// and sets of ten million elements: reading them, and looking a packet up. By Google Benchmark.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include <cstring>
#include <random>
#include <string>

#include "parser/ipset.hh"
#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "simulator/set_lookup.hh"
#include "simulator/traverse.hh"
#include "tests/simulator/packet_builder.hh"

using namespace fwsim;
using namespace fwsim::test;

namespace {

constexpr std::size_t many = 10'000'000;
std::string rules_file;

Packet udp_packet() {
  Packet packet = v4(17, datagram());
  decode(packet);
  packet.fields.set(Field::in_if, name_word("eth0"));
  packet.link.present = true;
  return packet;
}

// Bytes that malloc has given away.
double heap() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

void read_rules(benchmark::State& state) {
  const std::string text = read_file(rules_file);
  std::size_t rules = 0;
  double bytes = 0;
  for (auto _ : state) {
    const double before = heap();
    const Parsed parsed = parse_ruleset(text, {.file = rules_file, .family = Family::v4});
    bytes = heap() - before;
    rules = 0;
    for (const Table& table : parsed.ruleset.tables)
      for (const Chain& chain : table.chains) rules += chain.rules.size();
  }
  state.counters["rules/s"] = benchmark::Counter(static_cast<double>(rules), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["bytes/rule"] = bytes / static_cast<double>(rules);
}
BENCHMARK(read_rules)->Unit(benchmark::kMillisecond);

void decode_packet(benchmark::State& state) {
  Packet packet = v4(6, syn());
  for (auto _ : state) benchmark::DoNotOptimize(decode(packet));
}
BENCHMARK(decode_packet);

// A chain of so many rules none of which matches.
void walk_rules(benchmark::State& state) {
  std::string text = "*filter\n";
  for (int i = 0; i < state.range(0); ++i)
    text += fmt::format("-A INPUT -s 10.{}.{}.0/24 -p tcp -m tcp --dport {} -j DROP\n", i / 256 % 256, i % 256, 1 + i % 1000);
  const Parsed parsed = parse_ruleset(text + "COMMIT\n", {.file = "-", .family = Family::v4});
  World world;
  Program program = compile(parsed.ruleset.tables.front(), Family::v4, world);
  Packet packet = v4(6, syn());
  decode(packet);
  for (auto _ : state) benchmark::DoNotOptimize(traverse(program, Hook::input, packet, world, nullptr).end);
  state.counters["s/rule"] = benchmark::Counter(static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(walk_rules)->Arg(1)->Arg(1000);

u128 random_address(std::mt19937_64& random, Family family) {
  return family == Family::v4 ? u128{random() & 0xffffffff} : make_u128(0x2001000000000000ULL | (random() & 0xffffffffffff), random());
}

// As many elements as a set takes, at random, networks of the lengths that lists of real ones have.
IpSet make_set(const SetType& type, Family family, std::mt19937_64& random) {
  IpSet set{.name = "s", .type = &type, .family = family, .maxelem = many};
  set.range = type.parts.front() == SetPart::port ? Range{0, 0xffff} : Range{0x0a000000, 0x0a00ffff};
  const std::size_t count = type.bitmap ? max_bitmap_size / 2 : many;
  set.elements.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    SetElement e;
    e.first = type.parts.front() == SetPart::mac ? u128{random() & 0xffffffffffff} : random_address(random, family);
    if (type.bitmap) e.first = type.parts.front() == SetPart::port ? u128{0} : u128{0x0a000000 + 2 * i};
    e.first_length = type.parts.front() == SetPart::ip || type.parts.front() == SetPart::net ? static_cast<std::uint8_t>(address_bits(family)) : 0;
    if (type.parts.front() == SetPart::net) {
      e.first_length = static_cast<std::uint8_t>(family == Family::v4 ? 16 + random() % 17 : 32 + random() % 33);
      e.first &= prefix_mask(family, e.first_length);
    }
    for (std::size_t part = 1; part < type.parts.size(); ++part) switch (type.parts[part]) {
        case SetPart::port: e.port = static_cast<std::uint16_t>(random()), e.proto = 17; break;
        case SetPart::iface: e.second = name_word(fmt::format("eth{}", random() % 4)); break;
        case SetPart::mac: e.second = random() & 0xffffffffffff; break;
        case SetPart::mark: e.second = random() & 0xffff; break;
        case SetPart::net:
          e.second_length = static_cast<std::uint8_t>(address_bits(family) - 8 * (random() % 2));
          e.second = random_address(random, family) & prefix_mask(family, e.second_length);
          break;
        default: e.second = random_address(random, family), e.second_length = static_cast<std::uint8_t>(address_bits(family));
      }
    if (type.parts.front() == SetPart::port) e.port = static_cast<std::uint16_t>(2 * i);
    set.elements.push_back(e);
  }
  return set;
}

// What packets differ in; every second one is in the set.
struct Asked {
  u128 src, dst, in_if;
  std::uint64_t mac;
  std::uint32_t mark;
  std::uint16_t port;
};

std::vector<Asked> make_questions(const IpSet& set, std::mt19937_64& random) {
  std::vector<Asked> questions(1 << 16);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const bool in = i % 2 == 0;
    const SetElement& e = set.elements[random() % set.elements.size()];
    const bool by_mac = set.type->parts.front() == SetPart::mac;
    questions[i] = {.src = in ? e.first : set.type->bitmap ? e.first + 1 : random_address(random, set.family),
                    .dst = e.second,
                    .in_if = set.type->parts.back() == SetPart::iface ? e.second : name_word("eth0"),
                    .mac = in ? static_cast<std::uint64_t>(by_mac ? e.first : e.second) : random(),
                    .mark = static_cast<std::uint32_t>(e.second),
                    .port = static_cast<std::uint16_t>(e.port + (in || set.type->parts.front() != SetPart::port ? 0 : 1))};
  }
  return questions;
}

void ask(Packet& p, const Asked& question) {
  p.fields.set(Field::src, question.src);
  p.fields.set(Field::dst, question.dst);
  p.fields.set(Field::in_if, question.in_if);
  p.fields.set(Field::sport, question.port);
  p.fields.set(Field::mark, question.mark);
  const std::uint64_t mac = __builtin_bswap64(question.mac << 16);
  std::memcpy(p.link.ethernet.data() + 6, &mac, 6);
}

void look_up(benchmark::State& state, const SetType& type, Family family) {
  std::mt19937_64 random(1);
  std::vector<Asked> questions;
  std::optional<SetStore> store;
  {
    SetStore::Sets sets;
    IpSet set = make_set(type, family, random);
    questions = make_questions(set, random);
    sets.emplace("s", std::move(set));
    store.emplace(sets, 0);
  }
  SetFlags flags{static_cast<unsigned>(type.parts.size()), 0xff};
  const SetPart last = type.parts.back();
  if (type.parts.size() > 1 && (last == SetPart::ip || last == SetPart::net)) flags.sources = ~(1U << (type.parts.size() - 1));
  Packet packet = udp_packet();
  packet.family = family;
  std::size_t at = 0, held = 0;
  for (auto _ : state) {
    ask(packet, questions[at++ % questions.size()]);
    held += store->test(0, flags, packet, {}, 0) ? 1U : 0U;
  }
  state.counters["held"] = static_cast<double>(held) / static_cast<double>(at);
}

// 200 MB of text, as `ipset save` prints it.
void read_sets(benchmark::State& state) {
  std::string text = "create s hash:ip family inet hashsize 1024 maxelem 16777216\n";
  std::mt19937_64 random(1);
  for (std::size_t i = 0; i < many; ++i) {
    const std::uint64_t a = random();
    fmt::format_to(std::back_inserter(text), "add s {}.{}.{}.{}\n", a & 0xff, (a >> 8) & 0xff, (a >> 16) & 0xff, (a >> 24) & 0xff);
  }
  double bytes = 0;
  for (auto _ : state) {
    const double before = heap();
    const ParsedSets parsed = parse_ipset(text, {.file = "-", .exist = true});
    bytes = heap() - before;
  }
  state.counters["MB"] = bytes / 1e6;
}
BENCHMARK(read_sets)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace

int main(int argc, char** argv) {
  for (const std::string_view name : set_type_names()) {
    const SetType& type = *find_set_type(name);
    if (type.list) continue;
    for (const Family family : {Family::v4, Family::v6})
      if (family == Family::v4 || type.families == SetType::Families::both)
        benchmark::RegisterBenchmark(fmt::format("look_up/{}/{}", name, family == Family::v4 ? 4 : 6).c_str(),
                                     [&type, family](benchmark::State& state) { look_up(state, type, family); });
  }
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    fmt::print(stderr, "parts_bench RULES [--benchmark_filter=REGEX ...]\n");
    return 2;
  }
  rules_file = argv[1];
  benchmark::RunSpecifiedBenchmarks();
}

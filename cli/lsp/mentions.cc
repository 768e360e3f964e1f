#include "cli/lsp/mentions.hh"

#include <algorithm>

namespace fwsim {
namespace {

using How = ChainMention::How;

TextSpan span_of(const Word& word) { return {word.column - 1, word.end - 1}; }

bool names_chain(std::string_view target, Family family) { return !find_verdict(target) && !find_target(target, family); }

}  // namespace

std::optional<ValuePlace> value_of(const LineReading& reading, const OptionPlace& place, std::size_t which) {
  const auto& words = reading.line.words;
  if (place.attached && which == 0) {
    const Word& word = words[place.word];
    const std::size_t shift = word.text.substr(0, 2) == "--" ? word.text.find('=') + 1 : 2;
    return ValuePlace{{word.column - 1 + shift, word.end - 1}, word.text.substr(shift)};
  }
  const std::size_t at = place.word + 1 + which - (place.attached ? 1 : 0);
  if (at >= place.end || at >= words.size()) return std::nullopt;
  return ValuePlace{span_of(words[at]), words[at].text};
}

std::vector<ChainMention> mentions_in(std::string_view line, Family family, TableId table) {
  std::vector<ChainMention> out;
  const LineReading reading = read_line_alone(line, family, table);
  const auto& words = reading.line.words;
  if (reading.line.kind == Line::Kind::chain && !words.empty()) out.push_back({How::declared, std::string(words[0].text), span_of(words[0])});
  for (const OptionPlace& place : reading.options) {
    if (!place.basic) continue;
    const auto value = value_of(reading, place);
    if (!value) continue;
    const Basic what = place.basic->what;
    if (place.basic->command) {
      out.push_back({what == Basic::new_chain ? How::declared : How::of_rule, std::string(value->text), value->span});
      const auto renamed = what == Basic::rename_chain ? value_of(reading, place, 1) : std::nullopt;
      if (renamed) out.push_back({How::declared, std::string(renamed->text), renamed->span});
    } else if (what == Basic::go || (what == Basic::jump && names_chain(value->text, family))) {
      out.push_back({How::jumped_to, std::string(value->text), value->span});
    }
  }
  return out;
}

std::optional<PlacedMention> mention_at(const LspDocument& document, const LspPosition& position) {
  const auto table = document.table_at(position.line);
  if (!table) return std::nullopt;
  const std::size_t byte = document.offset(position) - document.start(position.line);
  for (ChainMention& mention : mentions_in(document.line(position.line), document.family(), *table))
    if (mention.span.from <= byte && byte <= mention.span.end) return PlacedMention{std::move(mention), position.line, *table};
  return std::nullopt;
}

void each_mention(const LspDocument& document, TableId table, std::string_view name, const std::function<bool(PlacedMention&&)>& see) {
  const Family family = document.family();
  each_line(document, [&](std::size_t number, std::string_view text, std::optional<TableId> here) {
    if (here != table || text.find(name) == std::string_view::npos) return true;   // few lines name it
    for (ChainMention& mention : mentions_in(text, family, table))
      if (mention.name == name && !see({std::move(mention), number, table})) return false;
    return true;
  });
}

std::vector<PlacedMention> mentions_of(const LspDocument& document, TableId table, std::string_view name) {
  std::vector<PlacedMention> out;
  each_mention(document, table, name, [&](PlacedMention&& mention) {
    out.push_back(std::move(mention));
    return true;
  });
  return out;
}

Json location_of(const LspDocument& document, const PlacedMention& mention) {
  return {{"uri", document.uri()}, {"range", document.range(mention.line, mention.mention.span.from, mention.mention.span.end)}};
}

void each_line(const LspDocument& document, const std::function<bool(std::size_t line, std::string_view text, std::optional<TableId> table)>& see) {
  std::optional<TableId> table;
  for (std::size_t i = 0; i < document.lines(); ++i) {
    const std::string_view text = document.line(i);
    if (text.substr(0, 1) == "*") table = find_table(text.substr(1, text.find_first_of(" \t") - 1));
    if (!see(i, text, table)) return;
    if (text.substr(0, 6) == "COMMIT") table.reset();
  }
}

}  // namespace fwsim

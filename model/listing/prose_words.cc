#include "model/listing/prose_words.hh"

#include <algorithm>

#include "model/listing/rule_prose.hh"

namespace fwsim {

void say(const Use& use, std::span<const Words> list, Speech family, std::string& out) {
  for (const Words& w : list) {
    if (!use.has(w.option)) continue;
    const std::string text = option_text(use, w.option, family);
    const bool range = w.several && text.find(':') != text.npos;
    out += use.inverted(w.option) && w.inverted ? w.inverted : range ? w.several : w.plain;
    if (range && use.inverted(w.option)) out.insert(out.size() - 2, "s");   // " dpts:!"
    out += text;
  }
}

std::string without_dashes(std::string_view saved, std::string_view strip) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < saved.size(); ++i) {
    if (saved[i] == '"') quoted = !quoted;
    if (saved[i] == '\\' && quoted && i + 1 < saved.size()) out += saved[i++];
    out += saved[i];
    if (quoted || saved[i] != ' ' || saved.substr(i + 1, 2) != "--") continue;
    i += 2;
    if (saved.substr(i + 1, strip.size()) == strip) i += strip.size();
  }
  return out;
}

void say_saved(const Use& use, const SavedRow& row, Speech family, std::string& out) {
  out += row.head;
  if (row.style == SavedRow::Style::colons) {
    for (const Given& given : use.given) {
      std::string_view name = use.extension->options[given.option].name;
      const std::string value = option_text(use, name.data(), family);
      if (name.substr(0, row.strip.size()) == row.strip) name.remove_prefix(row.strip.size());
      out += ' ' + std::string(name) + (value.empty() ? "" : given.inverted ? ":!" : ":") + value;
    }
  } else {
    std::string saved;
    print_options(use, family, saved);
    out += row.style == SavedRow::Style::dashes ? saved : without_dashes(saved, row.strip);
  }
  out += row.tail;
}

bool say_by_table(const Use& use, std::span<const WordsRow> words, std::span<const SavedRow> saved, Speech family, std::string& out) {
  const auto is_it = [&](const auto& row) { return row.name == use.name; };
  if (const auto row = std::find_if(words.begin(), words.end(), is_it); row != words.end()) {
    out += row->head;
    say(use, row->words, family, out);
    out += row->tail;
    return true;
  }
  const auto row = std::find_if(saved.begin(), saved.end(), is_it);
  if (row == saved.end()) return false;
  say_saved(use, *row, family, out);
  return true;
}

}  // namespace fwsim

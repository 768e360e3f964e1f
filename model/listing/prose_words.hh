// Tables from which the words of extensions in iptables -L are made: most are options in other words.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/listing/rule_prose.hh"

namespace fwsim {

// Words before the value of an option, and where its "!" stands.
struct Words {
  const char* option;
  const char* plain;                // " dpt:", before the value
  const char* several = nullptr;    // " dpts:", before a range; null: as plain
  const char* inverted = nullptr;   // " dpt:!"; null: never inverted
};
void say(const Use& use, std::span<const Words> list, Speech family, std::string& out);

// An extension whose words are a head and those of its options.
struct WordsRow {
  std::string_view name;
  const char* head;
  std::span<const Words> words;
  const char* tail = "";
};

// An extension that stands as iptables-save prints it, but for a head and the dashes.
struct SavedRow {
  enum class Style : std::uint8_t {
    words,    // " queue 3"
    dashes,   // " --queue 3"
    colons    // " queue:3"
  };
  std::string_view name;
  const char* head;
  std::string_view strip{};   // what the names of its options begin with
  Style style = Style::words;
  const char* tail = "";
};
void say_saved(const Use& use, const SavedRow& row, Speech family, std::string& out);
// Options as saved, without their dashes: " mode nth every 3 packet 0".
std::string without_dashes(std::string_view saved, std::string_view strip = {});

// An extension with a function of its own. False: these options have no words here.
struct ProseRow {
  std::string_view name;
  bool (*say)(const Use&, Speech, std::string&);
};

// What the tables say of it; false: nothing.
bool say_by_table(const Use& use, std::span<const WordsRow> words, std::span<const SavedRow> saved, Speech family, std::string& out);

// Tables of matches: of headers of packets, and of what is remembered or known otherwise.
std::span<const WordsRow> header_words();
std::span<const ProseRow> header_rows();
std::span<const WordsRow> state_words();
std::span<const SavedRow> state_saved();
std::span<const ProseRow> state_rows();

}  // namespace fwsim

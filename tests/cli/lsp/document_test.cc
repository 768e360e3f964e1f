// Open documents: places in them, and changes.
#include "cli/lsp/document.hh"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace fwsim;

namespace {

LspDocument document(std::string text, PositionUnits units = PositionUnits::utf16) { return LspDocument("file:///r.v4", "r.v4", 1, std::move(text), units); }

Json place(std::size_t line, std::size_t character) { return {{"line", line}, {"character", character}}; }
Json change(const Json& from, const Json& to, const std::string& text) { return {{"range", {{"start", from}, {"end", to}}}, {"text", text}}; }

// The text with TextEdits, as a client makes them: all are about the text before them.
std::string with(const LspDocument& d, const Json& edits) {
  std::string text = d.text();
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
    const TextSpan span = d.span(edit->at("range"));
    text.replace(span.from, span.end - span.from, edit->at("newText").get<std::string>());
  }
  return text;
}

}  // namespace

TEST_CASE("bytes and units of UTF-16") {
  const std::string line = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82z";   // a, two bytes, three bytes, four bytes (two units), z
  const std::size_t bytes[] = {0, 1, 3, 6, 6, 10, 11, 11};
  for (std::size_t i = 0; i < std::size(bytes); ++i) CHECK(byte_of(line, i, PositionUnits::utf16) == bytes[i]);
  for (const auto& [byte, character] : {std::pair(0U, 0U), {1U, 1U}, {3U, 2U}, {6U, 3U}, {10U, 5U}, {11U, 6U}, {99U, 6U}}) CHECK(character_of(line, byte, PositionUnits::utf16) == character);
  CHECK(byte_of(line, 2, PositionUnits::utf8) == 1);   // within a character
  CHECK(byte_of(line, 3, PositionUnits::utf8) == 3);
  CHECK(byte_of(line, 99, PositionUnits::utf8) == 11);
  CHECK(character_of(line, 6, PositionUnits::utf8) == 6);
}

TEST_CASE("lines, and places outside the text") {
  const LspDocument d = document("*filter\r\n-A INPUT\n\nCOMMIT");
  CHECK(d.lines() == 4);
  CHECK(d.line(0) == "*filter");
  CHECK(d.line(2).empty());
  CHECK(d.line(3) == "COMMIT");
  CHECK(d.line(4).empty());
  CHECK(d.offset({0, 100}) == 7);
  CHECK(d.offset({9, 0}) == d.text().size());
  CHECK(d.position(10) == LspPosition{1, 1});
  CHECK(d.position(999) == LspPosition{3, 6});
  CHECK(d.table_at(1) == TableId::filter);
  CHECK_FALSE(document("*filter\nCOMMIT\n# x\n").table_at(2));
  CHECK(document("*filter\nCOMMIT\n*nat\n").table_at(2) == TableId::nat);
}

TEST_CASE("changes: of a part, of the whole, several in order") {
  LspDocument d = document("a\nb\nc\n");
  d.change(2, Json::array({change(place(1, 0), place(1, 1), "BB\nx"), change(place(2, 1), place(2, 1), "y")}));
  CHECK(d.text() == "a\nBB\nxy\nc\n");
  CHECK(d.version() == 2);
  CHECK(d.line(2) == "xy");
  d.change(3, Json::array({{{"text", "new\ntext"}}}));
  CHECK(d.text() == "new\ntext");
  CHECK(d.lines() == 2);
  d.change(4, Json::array({change(place(5, 5), place(0, 1), "")}));   // an end before its start
  CHECK(d.text() == "n");
  CHECK_THROWS_AS(d.change(5, Json::array({{{"range", 1}, {"text", ""}}})), Json::exception);
  CHECK_THROWS_AS(d.change(5, Json::array({{{"range", 1}}})), Json::exception);
}

TEST_CASE("after any changes lines begin where they begin") {
  std::mt19937 random(1);
  const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const std::string parts[] = {"", "x", "\n", "\n\n", "ab\ncd", "\xf0\x9f\x99\x82", "\xc3\xa4\n"};
  LspDocument d = document("one\ntwo\n\xf0\x9f\x99\x82 three\n\nfive");
  for (int i = 0; i < 3000; ++i) {
    const Json from = place(below(d.lines() + 1), below(6)), to = place(below(d.lines() + 1), below(6));
    const std::string& text = parts[below(std::size(parts))];
    std::string expected = d.text();
    const TextSpan span = d.span({{"start", from}, {"end", to}});
    expected.replace(span.from, span.end - span.from, text);
    d.change(i, Json::array({change(from, to, text)}));
    const LspDocument fresh = document(expected);
    REQUIRE(d.text() == expected);
    REQUIRE(d.lines() == fresh.lines());
    for (std::size_t line = 0; line < d.lines(); ++line) REQUIRE(d.line(line) == fresh.line(line));
    for (std::size_t at = 0; at <= expected.size(); ++at)
      if (d.offset(d.position(at)) != at) REQUIRE((static_cast<unsigned char>(expected[at]) & 0xc0U) == 0x80U);   // only within a character
  }
}

TEST_CASE("edits of lines as TextEdits: the same text, and no longer than they must be") {
  const LspDocument d = document("# \xc3\xa4\n-A INPUT -p tcp  -j DROP\n-A INPUT -j DROP\nCOMMIT");
  const auto both = [&](const Edits& edits) {
    const Json made = text_edits(d, edits);
    CHECK(with(d, made) == edited(d.text(), edits).text);
    return made;
  };
  const Json blank = both({{2, "-A INPUT -p tcp -j DROP\n"}});
  CHECK(blank.size() == 1);
  CHECK(blank[0]["newText"] == "");
  CHECK(blank[0]["range"]["start"] == place(1, 16));
  CHECK(blank[0]["range"]["end"] == place(1, 17));
  CHECK(both({{2, ""}, {3, ""}}).size() == 1);
  CHECK(both({{1, "# \xc3\xbc\n"}})[0]["newText"] == "\xc3\xbc");   // no half character
  CHECK(both({{1, ""}, {3, "x\ny\n"}}).size() == 2);
  CHECK(both({{2, "-A INPUT -p tcp  -j DROP\n"}}).empty());
  CHECK(both({{4, ""}}).size() == 1);
  CHECK(with(d, text_edits(d, {{4, "COMMIT \n"}})) == d.text() + " ");   // the last line has no end, and gets none
}

TEST_CASE("very many edits become one") {
  std::string text = "first\n";
  Edits edits;
  for (unsigned i = 2; i < 5000; ++i) {
    text += "line\n";
    if (i % 2 == 0) edits.emplace(i, i % 4 == 0 ? "" : "LINE\n");
  }
  text += "last";
  const LspDocument d = document(text);
  const Json made = text_edits(d, edits);
  CHECK(made.size() == 1);
  CHECK(made[0]["range"]["start"] == place(1, 0));
  CHECK(with(d, made) == edited(text, edits).text);
}

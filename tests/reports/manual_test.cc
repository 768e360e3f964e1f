// The manual: its text as each reader shows it, and that no match or target of this machine's iptables is missing.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "lint/check.hh"
#include "model/extension.hh"
#include "reports/manual/page.hh"

using namespace fwsim;

namespace {

const ManualSection& section(const ManualPage& page, std::string_view heading) {
  const auto found = std::find_if(page.sections.begin(), page.sections.end(), [&](const ManualSection& s) { return s.heading == heading; });
  REQUIRE(found != page.sections.end());
  return *found;
}

// "-m recent", "-j LOG", of both families.
std::set<std::string> listed() {
  std::set<std::string> names;
  const ManualPage page = extensions_page();
  for (const char* heading : {"MATCHES", "TARGETS"})
    for (const ManualEntry& entry : section(page, heading).entries) names.insert(entry.term.substr(0, entry.term.find(" (")));
  return names;
}

ManualPage small() {
  return {.name = "fwsim-x", .title = "does x", .synopsis = "fwsim x FILE", .sections = {{"DESCRIPTION", "One.\nTwo.\n  as it\n  stands\n\n.three \\ 'four'", {{"--all", "every-thing"}, {"-x", ""}}}}};
}

}  // namespace

TEST_CASE("manual: lines flow, but those that are indented stand") {
  const std::vector<ManualBlock> blocks = manual_blocks("a\nb\n  c\n    d\n\n\ne");
  REQUIRE(blocks.size() == 3);
  CHECK((blocks[0].text == "a b" && !blocks[0].literal));
  CHECK((blocks[1].text == "c\n  d" && blocks[1].literal));
  CHECK((blocks[2].text == "e" && !blocks[2].literal));
}

TEST_CASE("manual: for man") {
  const std::string page = manual_man(small(), "9");
  CHECK(page.find(".TH \"FWSIM\\-X\" 1 \"\" \"fwsim 9\" \"fwsim\"\n.SH NAME\nfwsim\\-x \\- does x\n") != page.npos);
  CHECK(page.find("One. Two.\n.PP\n.nf\nas it\nstands\n.fi\n.PP\n\\&.three \\e \\(aqfour\\(aq\n") != page.npos);
  CHECK(page.find(".TP\n.B \"\\-\\-all\"\nevery\\-thing\n.TP\n.B \"\\-x\"\n\\&\n") != page.npos);
}

TEST_CASE("manual: for a terminal, and as a page") {
  CHECK(manual_text(small()) == "fwsim-x: does x\n\n  fwsim x FILE\n\nDESCRIPTION\n  One. Two.\n    as it\n    stands\n  .three \\ 'four'\n  --all\n      every-thing\n  -x\n");
  ManualPage page = small();
  page.title = "<b> & \"c\"";
  const std::string site = manual_site({page, checks_page()}, "9");
  CHECK(site.find("<p class=\"title\">&lt;b&gt; &amp; &quot;c&quot;</p>") != site.npos);
  CHECK(site.find("<a href=\"#fwsim-checks\">") != site.npos);
  for (const char* loads : {"http:", "https:", "<script", "<link", "url("}) CHECK(site.find(loads) == site.npos);
}

TEST_CASE("manual: each check once, with its severity") {
  const ManualPage page = checks_page();
  std::size_t entries = 0;
  for (const ManualSection& s : page.sections) entries += s.entries.size();
  CHECK(entries == all_checks().size());
  for (const Check* check : all_checks()) {
    constexpr const char* headings[] = {"ERRORS", "WARNINGS", "NOTES"};
    const auto& list = section(page, headings[static_cast<std::size_t>(check->severity)]).entries;
    CHECK(std::any_of(list.begin(), list.end(), [&](const ManualEntry& e) { return e.term == fmt::format("{} {}", check->id, check->name) && !e.text.empty(); }));
  }
}

TEST_CASE("manual: each match and target says how exactly it is modelled") {
  const ManualPage page = extensions_page();
  for (const char* heading : {"MATCHES", "TARGETS"})
    for (const ManualEntry& entry : section(page, heading).entries) {
      CAPTURE(entry.term);
      CHECK((entry.text.find("Modelled exactly") != entry.text.npos) + (entry.text.find("Approximated") != entry.text.npos) + (entry.text.find("Opaque") != entry.text.npos) == 1);
    }
  REQUIRE(extension_entries("recent").size() == 1);
  CHECK(extension_entries("recent").front().text.find("--rcheck") != std::string::npos);
  CHECK(extension_entries("ah").size() == 2);   // of both families
  CHECK(extension_entries("nonsense").empty());
}

TEST_CASE("manual: nothing of this machine's iptables is missing") {
  // What is no extension of its own: the verdicts, and the file of all kinds of NAT.
  const std::set<std::string> none{"standard", "NAT"};
  const std::set<std::string> names = listed();
  std::size_t seen = 0;
  std::error_code failed;
  for (const auto& folder : std::filesystem::directory_iterator("/usr/lib", failed)) {
    if (!std::filesystem::is_directory(folder.path() / "xtables")) continue;
    for (const auto& file : std::filesystem::directory_iterator(folder.path() / "xtables")) {
      const std::string word = file.path().filename().string();
      for (const std::string begin : {"libxt_", "libipt_", "libip6t_"}) {
        if (!word.starts_with(begin) || !word.ends_with(".so")) continue;
        const std::string name = word.substr(begin.size(), word.size() - begin.size() - 3);
        if (none.contains(name)) continue;
        CAPTURE(word);
        CHECK(names.contains((std::isupper(static_cast<unsigned char>(name[0])) ? "-j " : "-m ") + name));
        ++seen;
      }
    }
  }
  if (std::getenv("CI")) CHECK(seen > 90);
  if (seen == 0) MESSAGE("not looked at: there is no iptables here");
}

// The firewall recipes of stories/*.story: what each says becomes of a packet is what the kernel did (expected.json)
// and what fwsim does. The labels and effects of the steps are the test; here is what replays them.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "parser/parse.hh"
#include "parser/print.hh"
#include "tests/kernel/replay.hh"
#include "tests/seed/effect.hh"

using namespace fwsim;
using kernel::Json;

namespace {

const std::string root = std::string(FWSIM_SOURCE_DIR) + "/tests/kernel/scenarios/";

std::vector<std::string> all_stories() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(root))
    if (const std::string name = entry.path().filename().string(); name.compare(0, 5, "seed_") == 0)
      names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

// Whatever the order of the keys.
nlohmann::json sorted(const Json& json) { return nlohmann::json::parse(json.dump()); }

struct Story {
  explicit Story(const std::string& name)
      : scenario(kernel::load_scenario(root + name)), answers(kernel::replay(scenario)) {}

  // Of the step with this label.
  std::string fate(const std::string& label) const {
    for (std::size_t i = 0; i < scenario.steps.size(); ++i)
      if (scenario.steps[i].at("comment") == label) return answers.at("packets").at(i).value("fate", "");
    return "there is no step " + label;
  }
  std::size_t count(const std::string& label, const std::string& fate) const {
    std::size_t n = 0;
    for (std::size_t i = 0; i < scenario.steps.size(); ++i)
      n += scenario.steps[i].at("comment").get<std::string>().compare(0, label.size(), label) == 0 &&
           answers.at("packets").at(i).value("fate", "") == fate;
    return n;
  }

  kernel::Scenario scenario;
  Json answers;
};

}  // namespace

TEST_CASE("every story ends as the recipe says, on the kernel and here") {
  CHECK(all_stories().size() > 35);
  for (const std::string& name : all_stories()) {
    const Story story(name);
    for (std::size_t i = 0; i < story.scenario.steps.size(); ++i) {
      const Json& step = story.scenario.steps[i];
      const std::string effect = step.at("effect"), label = step.at("comment");
      INFO(name, ": ", label, ": ", effect);
      CHECK(test::missing(effect, story.scenario.expected.at("packets").at(i)) == "");
      CHECK(test::missing(effect, story.answers.at("packets").at(i)) == "");
    }
    INFO(name);
    CHECK(sorted(story.answers.at("final_counters")) == sorted(story.scenario.expected.at("final_counters")));
  }
}

TEST_CASE("what the recipes are for") {
  const Story flood("seed_limit_syn");
  CHECK(flood.count("flood", "delivered") == 22);
  CHECK(flood.count("flood", "dropped") == 2);
  CHECK(flood.fate("a second later") == "delivered");
  const Story ssh("seed_recent_ssh");
  CHECK(ssh.count("attempt", "delivered") == 3);
  CHECK(ssh.fate("fourth attempt within 60 s") == "dropped");
  CHECK(ssh.fate("somebody else") == "delivered");
  const Story knock("seed_knock");
  CHECK(knock.fate("ssh without a knock") == "dropped");
  CHECK(knock.fate("ssh after the wrong knock") == "dropped");
  CHECK(knock.fate("ssh after the knocks") == "delivered");
  CHECK(knock.fate("ssh from another address") == "dropped");
}

TEST_CASE("where the recipes are wrong about the kernel") {
  // "Limit ICMP": without a DROP behind it, and with policy ACCEPT, nothing is limited.
  CHECK(Story("seed_limit_ping_accept").fate("sixth ping at once") == "delivered");
  // "Load nf_conntrack_ftp": that alone announces no data connection any more.
  CHECK(Story("seed_helper_alone").fate("data connection") == "dropped");
  CHECK(Story("seed_helper_ftp").fate("data connection") == "delivered");
  // "Block the metadata service": the rule before it accepts everybody.
  CHECK(Story("seed_ec2").fate("metadata for another user") == "sent");
  // "Class E": 240.0.0.0/5 is half of it.
  CHECK(Story("seed_baseline").fate("class E source left out") == "delivered");
  // "Hit ports in sequence to open SSH": it closes again on the open connection.
  CHECK(Story("seed_knock").fate("the same connection 11 s later") == "dropped");
  // "Ephemeral ports" opens every port to whoever sends from one.
  CHECK(Story("seed_protocols").fate("telnet from an ephemeral port") == "delivered");
}

TEST_CASE("text: the rules that iptables-save printed are read and printed again unchanged") {
  for (const std::string& name : all_stories()) {
    INFO(name);
    const std::string text = read_file(root + name + "/rules.v4");
    const Parsed parsed = parse_ruleset(text, {.file = name, .family = Family::v4});
    CHECK_FALSE(has_errors(parsed.diagnostics));
    CHECK(print_ruleset(parsed.ruleset, {.keep_order = true}) == text);
  }
}

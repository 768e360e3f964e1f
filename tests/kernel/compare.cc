#include "tests/kernel/compare.hh"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace fwsim::kernel {
namespace {

constexpr int timeout_tolerance = 2;   // seconds

class Comparison {
 public:
  Comparison(const Scenario& scenario, const Json& fwsim) : s_(scenario), ours_(fwsim) {
    for (const std::string& pattern : scenario.ignored) ignored_.emplace_back(pattern);
  }

  std::vector<Difference> run() {
    const Json& theirs = s_.expected.at("packets");
    for (at_ = 0; at_ < theirs.size(); ++at_) packet(theirs[at_], ours_.at("packets").at(at_));
    return std::move(list_);
  }

 private:
  void packet(const Json& kernel, const Json& fwsim) {
    const bool is_packet = kernel.contains("fate");
    if (is_packet) {
      for (const char* key : {"fate", "out_if", "dropped_at", "last_rule", "ctstate", "counters"}) values(key, kernel, fwsim);
      journeys(kernel.value("journeys", Json::array()), fwsim.value("journeys", Json::array()));
      frames(by_interface(kernel.value("out", Json::array())), by_interface(fwsim.value("out", Json::array())));
      for (const char* key : {"log", "nflog", "ct_log"}) values(key, kernel.value(key, Json::array()), fwsim.value(key, Json::array()), key);
    }
    keyed("conntrack", kernel, fwsim);
    keyed("expect", kernel, fwsim);
    for (const char* key : {"ipset", "recent"})
      if (recorded(key)) values(key, kernel, fwsim);
  }

  // Recorders look at lists and sets only where the IPv4 rules or the scenario have such.
  bool recorded(const std::string& key) const {
    if (key == "ipset" ? !s_.host.sets.empty() : s_.rules4.find("-m recent") != std::string::npos) return true;
    const Json& packets = s_.expected.at("packets");
    return std::any_of(packets.begin(), packets.end(), [&](const Json& p) { return p.contains(key); });
  }

  void journeys(const Json& kernel, const Json& fwsim) {
    if (kernel.size() != fwsim.size()) return differ("journeys", summary(kernel), summary(fwsim));
    for (std::size_t i = 0; i < kernel.size(); ++i)
      for (const char* key : {"kind", "fate", "out_if", "dropped_at", "ctstate", "path"})
        values(key, kernel[i], fwsim[i], fmt::format("journeys/{}/{}", i, key));
  }

  static Json summary(const Json& journeys) {
    Json list = Json::array();
    for (const Json& j : journeys) list.push_back(j.at("kind").get<std::string>() + " " + j.at("fate").get<std::string>());
    return list;
  }

  // Recorders read one interface after the other: the order of frames is known within each.
  Json by_interface(Json frames) const {
    const auto place = [&](const Json& frame) {
      const auto& list = s_.host.interfaces;
      return std::find_if(list.begin(), list.end(), [&](const Interface& i) { return i.name == frame.at("if"); }) - list.begin();
    };
    std::stable_sort(frames.begin(), frames.end(), [&](const Json& a, const Json& b) { return place(a) < place(b); });
    return frames;
  }

  void frames(const Json& kernel, const Json& fwsim) {
    if (kernel.size() != fwsim.size()) {
      const auto texts = [](const Json& frames) {
        Json list = Json::array();
        for (const Json& f : frames) list.push_back(f.at("if").get<std::string>() + " " + f.at("ip").get<std::string>());
        return list;
      };
      return differ("out", texts(kernel), texts(fwsim));
    }
    for (std::size_t i = 0; i < kernel.size(); ++i) {
      values("if", kernel[i], fwsim[i], fmt::format("out/{}/if", i));
      const std::string masked = kernel[i].value("masked", Json::array()).dump();
      values("ip", without_chance(kernel[i], masked), without_chance(fwsim[i], masked), fmt::format("out/{}/ip", i));
    }
  }

  // The flow label of ICMPv6 errors that the host makes is a hash under a secret of the boot
  // (net/ipv6/ip6_output.c, ip6_make_flowlabel): another one each time, like the IPv4 identification.
  // So is the identification of fragments that it makes (ip6_select_ident), which the recorder masks.
  Json without_chance(Json frame, const std::string& masked) const {
    std::string ip = frame.at("ip");
    const auto is_masked = [&](const char* what) { return masked.find(what) != std::string::npos; };
    if (is_masked("ip.id") && ip.size() >= 40) frame["ip"] = ip.replace(8, 4, "0000").replace(20, 4, "0000");
    if (is_masked("icmp.times") && ip.size() >= 80) {   // the checksum and the last two of three times
      const std::size_t icmp = static_cast<std::size_t>(ip[1] - '0') * 8;
      frame["ip"] = ip.replace(icmp + 4, 4, "0000").replace(icmp + 24, 16, "0000000000000000");
    }
    if (is_masked("ip6.fragment.id") && ip.size() >= 96 && ip.substr(12, 2) == "2c") frame["ip"] = ip.replace(88, 8, "00000000");
    const Json& journey = frame.at("journey");
    const Json& journeys = s_.expected.at("packets")[at_].at("journeys");
    const bool made = journey.is_number() && journey.get<std::size_t>() < journeys.size() &&
                      journeys[journey.get<std::size_t>()].at("kind") == "generated";
    if (made && ip.starts_with("6") && ip.size() > 16 && ip.substr(12, 2) == "3a") frame["ip"] = ip.substr(0, 3) + "00000" + ip.substr(8);
    return frame;
  }

  // Lists of connections or expectations, by what identifies them.
  void keyed(const std::string& what, const Json& kernel, const Json& fwsim) {
    const auto index = [&](const Json& list) {
      std::vector<std::pair<std::string, Json>> map;
      for (const Json& e : list) {
        const char* id = e.contains("orig") ? "orig" : "tuple";
        map.emplace_back(e.value("proto", "") + " " + sorted(e.at(id)).dump() + (e.contains("zone") ? " zone " + e.at("zone").dump() : ""), e);
      }
      return map;
    };
    auto theirs = index(kernel.value(what, Json::array())), ours = index(fwsim.value(what, Json::array()));
    for (std::size_t i = 0; i < theirs.size(); ++i) {
      auto& [key, entry] = theirs[i];
      const std::string path = fmt::format("{}/{}", what, i);
      const auto found = std::find_if(ours.begin(), ours.end(), [&, &k = key](const auto& o) { return o.first == k; });
      if (found == ours.end()) {
        differ(path, entry, "(none)");
        continue;
      }
      for (const auto& [name, value] : entry.items()) {
        if (name == "timeout" && close(value, found->second.value(name, Json()))) continue;
        values(name.c_str(), entry, found->second, path + "/" + name + " (" + key + ")");
      }
      for (const auto& [name, value] : found->second.items())
        if (!entry.contains(name)) differ(path + "/" + name + " (" + key + ")", "(none)", value);
      ours.erase(found);
    }
    for (const auto& [key, entry] : ours) differ(what, "(none)", entry);
  }

  static bool close(const Json& a, const Json& b) {
    return a.is_number() && b.is_number() && std::abs(a.get<double>() - b.get<double>()) <= timeout_tolerance;
  }

  static nlohmann::json sorted(const Json& json) { return nlohmann::json::parse(json.dump()); }

  // Times and random numbers in texts.
  static std::string normal(const Json& json) {
    static const std::regex timeouts("timeout \\d+"), ids("\\bID=\\d+");
    return std::regex_replace(std::regex_replace(sorted(json).dump(), timeouts, "timeout N"), ids, "ID=N");
  }

  void values(const char* key, const Json& kernel, const Json& fwsim) { values(key, kernel, fwsim, key); }
  void values(const char* key, const Json& kernel, const Json& fwsim, const std::string& path) {
    const auto get = [&](const Json& j) { return !j.is_object() ? j : j.contains(key) ? j.at(key) : Json("(none)"); };
    const Json theirs = get(kernel), ours = get(fwsim);
    if (theirs == ours) return;
    if (theirs.is_object() && ours.is_object()) return members(theirs, ours, path);
    if (normal(theirs) != normal(ours)) differ(path, theirs, ours);
  }

  void members(const Json& kernel, const Json& fwsim, const std::string& path) {
    for (const auto& [name, value] : kernel.items()) {
      const Json other = fwsim.value(name, Json("(none)"));
      if (value != other && normal(value) != normal(other)) differ(path + "/" + name, value, other);
    }
    for (const auto& [name, value] : fwsim.items())
      if (!kernel.contains(name)) differ(path + "/" + name, "(none)", value);
  }

  void differ(const std::string& path, const Json& kernel, const Json& fwsim) {
    const std::string full = fmt::format("/packets/{}/{}", at_, path.substr(0, path.find(" (")));
    for (const std::regex& pattern : ignored_)
      if (std::regex_search(full, pattern)) return;
    const auto text = [](const Json& j) { return j.is_string() ? j.get<std::string>() : j.dump(); };
    list_.push_back({at_, path, text(kernel), text(fwsim)});
  }

  const Scenario& s_;
  const Json& ours_;
  std::vector<std::regex> ignored_;
  std::vector<Difference> list_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Difference> compare(const Scenario& scenario, const Json& fwsim) { return Comparison(scenario, fwsim).run(); }

}  // namespace fwsim::kernel

// fwsim witness: captures in which every rule that can be reached has its packet.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include "cli/ask_all.hh"
#include "cli/host.hh"
#include "cli/load.hh"
#include "lint/tour.hh"
#include "reports/lint_report.hh"
#include "simulator/sources/assume.hh"
#include "simulator/sources/capture_writer.hh"

namespace fwsim {
namespace {

namespace fs = std::filesystem;

// One capture for each device. A device takes Ethernet frames when any of its packets needs a MAC address.
std::vector<std::string> write_captures(const Tour& tour, const std::string& directory) {
  std::map<std::string, bool> ethernet;
  for (const TourPacket& p : tour.packets) ethernet[p.device] = ethernet[p.device] || p.packet.fields.has(Field::mac_src);
  std::map<std::string, std::unique_ptr<CaptureWriter>> files;
  std::vector<std::string> names;
  for (const auto& [device, frames] : ethernet) {
    names.push_back(device);
    files[device] = std::make_unique<CaptureWriter>(fmt::format("{}/{}.pcap", directory, device), frames ? CaptureWriter::Link::ethernet : CaptureWriter::Link::raw);
  }
  for (const TourPacket& p : tour.packets) files[p.device]->write(p.packet);
  for (const auto& [device, file] : files) file->close();
  return names;
}

std::string prefix(Family family, u128 address, const Prefix& destination) {
  unsigned length = 0;
  for (unsigned i = 0; i < address_bits(family); ++i) length += (destination.mask >> i) & 1 ? 1 : 0;
  return fmt::format("{}/{}", address_text(family, address), length);
}

// The host that was made, for --host.
std::string host_toml(const Host& host) {
  std::string text = "# Made by fwsim witness: a host on which the packets of these captures go their ways.\nroutes = [";
  for (const Route& r : host.routes)
    text += fmt::format("\n  \"{} dev {}\",", r.destination.mask == 0 ? "default" : prefix(r.family, r.destination.address, r.destination), r.hops.front().device);
  text += "\n]\n";
  for (const Interface& i : host.interfaces) {
    if (i.loopback) continue;
    text += fmt::format("\n[interfaces.\"{}\"]\naddresses = [", i.name);
    for (std::size_t n = 0; n < i.addresses.size(); ++n)
      text += fmt::format("{}\"{}/{}\"", n == 0 ? "" : ", ", address_text(i.addresses[n].family, i.addresses[n].address), i.addresses[n].length);
    text += "]\n";
  }
  text += "\n[sysctl]\n\"net.ipv4.ip_forward\" = 1\n\"net.ipv6.conf.all.forwarding\" = 1\n";
  return text;
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) throw EnvironmentError(fmt::format("cannot write {}", path));
}

std::string report(const Facts& facts, const Tour& tour, bool json) {
  std::vector<WitnessLine> lines;
  for (const Stop& stop : tour.stops) {
    WitnessLine line{.place = facts.place(stop.rule), .what = "perhaps", .packet = 0, .question = ""};
    if (stop.kind == Stop::Kind::shown) line = {line.place, "shown", stop.packet + 1, tour.packets[stop.packet].question};
    if (stop.kind == Stop::Kind::never) line.what = "never";
    if (stop.kind == Stop::Kind::undecided) line.what = "undecided";
    lines.push_back(std::move(line));
  }
  return json ? witness_json(lines) : witness_text(lines);
}

}  // namespace

int run_witness(const WitnessArgs& args, const Common& common) {
  auto setting = load_for_proofs({.rules = args.rules, .rules6 = {}}, args.host, common);
  if (!setting) return status_bad;
  const Ruleset& ruleset = setting->v4 ? *setting->v4 : *setting->v6;
  std::error_code error;
  if (fs::exists(args.directory, error) && !fs::is_empty(args.directory, error) && !args.force) {
    fmt::print(stderr, "fwsim: {} is there already and not empty; --force replaces what is in it\n", args.directory);
    return status_bad;
  }
  fs::create_directories(args.directory, error);
  if (!fs::is_directory(args.directory)) throw EnvironmentError(fmt::format("cannot make the directory {}", args.directory));

  const Facts facts(ruleset, is_described(setting->host) ? &setting->host : nullptr);
  const Tour tour = make_tour(facts);
  const std::vector<std::string> devices = write_captures(tour, args.directory);
  if (tour.made) write_text(args.directory + "/host.toml", host_toml(tour.host));
  fmt::print("{}", report(facts, tour, args.format == "json"));
  if (args.format != "json") {
    fmt::print("fwsim trace");
    for (const std::string& device : devices) fmt::print(" {0}/{1}.pcap@{1}", args.directory, device);
    fmt::print(" --rules {}{}\n", ruleset.file, tour.made ? fmt::format(" --host {}/host.toml", args.directory) : "");
  }
  return status_good;
}

}  // namespace fwsim

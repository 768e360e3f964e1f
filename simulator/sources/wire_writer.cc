#include "simulator/sources/wire_writer.hh"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "model/diagnostic.hh"
#include "simulator/address_scope.hh"
#include "simulator/bridge.hh"

namespace fwsim {
namespace {

namespace fs = std::filesystem;

bool is_broadcast(const Interface& device, u128 address) {
  return address == limited_broadcast ||
         std::any_of(device.addresses.begin(), device.addresses.end(),
                     [&](const InterfaceAddress& a) { return a.family == Family::v4 && a.broadcast == address; });
}

std::uint64_t next_mac(const Sent& sent, const Interface& device, const Host& host) {
  const Packet& p = sent.packet;
  const u128 dst = p.fields.get(Field::dst);
  if (p.family == Family::v4 && is_broadcast(device, dst)) return broadcast_mac;
  const u128 hop = is_multicast(p.family, dst) ? dst : sent.gateway.value_or(p.next_hop.value_or(dst));
  return mac_of_neighbour(host, p.family, hop, device.name).value_or(0);
}

void put_mac(std::array<std::uint8_t, 14>& header, std::size_t at, std::uint64_t mac) {
  for (std::size_t i = 0; i < 6; ++i) header[at + i] = static_cast<std::uint8_t>(mac >> (40 - 8 * i));
}

// Returns how many are left out: packets of unknown fate, with all that they caused.
std::uint64_t collect(const Result& result, std::vector<std::pair<const Sent*, bool>>& all) {
  if (result.fate == Fate::unknown) return 1;
  for (const Sent& sent : result.out) all.emplace_back(&sent, result.fate == Fate::bridged);
  std::uint64_t left_out = 0;
  for (const Result& generated : result.generated) left_out += collect(generated, all);
  return left_out;
}

}  // namespace

LinkHeader departing_link(const Sent& sent, const Interface& device, const Host& host, bool bridged) {
  // What a bridge hands on keeps its addresses and tags.
  const Packet& p = sent.packet;
  if (p.link.present && (bridged || p.fields.has(Field::physout))) return p.link;
  const Interface* bridge = bridge_of(host, device.name);
  LinkHeader link{.present = true};
  put_mac(link.ethernet, 0, next_mac(sent, bridge ? *bridge : device, host));
  put_mac(link.ethernet, 6, bridge ? bridge_mac(host, *bridge) : device.mac);
  return link;
}

WireWriter::WireWriter(const std::string& directory, const Host& host, bool force)
    : directory_(directory), host_(host), force_(force) {
  std::error_code error;
  made_ = fs::create_directories(directory, error);
  if (error) throw EnvironmentError(fmt::format("cannot make the directory {}: {}", directory, error.message()));
  if (made_) folder_ = std::make_unique<Unfinished>(directory);
  if (!fs::is_directory(directory, error)) throw EnvironmentError(fmt::format("{} is no directory", directory));
  for (const Interface& device : host.interfaces)
    if (device.name != "lo") file(device.name);
}

WireWriter::~WireWriter() {
  std::error_code ignored;
  for (auto& [device, file] : files_) {
    file.writer.reset();
    if (!file.temporary.empty()) fs::remove(file.temporary, ignored);
  }
  if (made_) fs::remove(directory_, ignored);  // only when it is empty
}

WireWriter::File& WireWriter::file(const std::string& device) {
  const auto found = files_.find(device);
  if (found != files_.end()) return found->second;
  if (device.find('/') != device.npos)
    throw EnvironmentError(fmt::format("no file can have the name of the device '{}'", device));
  File file{.path = fmt::format("{}/{}.pcap", directory_, device), .device = host_.find(device)};
  file.ethernet = file.device != nullptr && file.device->ethernet && file.device->mac != 0;
  std::error_code ignored;
  if (!force_ && fs::exists(file.path, ignored))
    throw EnvironmentError(fmt::format("{} is there already; --force replaces it", file.path));
  return files_.emplace(device, std::move(file)).first->second;
}

void WireWriter::open(File& file) {
  if (file.writer) return;
  const fs::path path = file.path;
  file.temporary = (path.parent_path() / ("." + path.filename().string() + ".part")).string();
  file.unfinished = std::make_unique<Unfinished>(file.temporary);
  file.writer = std::make_unique<CaptureWriter>(
      file.temporary, file.ethernet ? CaptureWriter::Link::ethernet : CaptureWriter::Link::raw);
}

void WireWriter::write(const Result& result) {
  batch_.clear();
  left_out_ += collect(result, batch_);
  std::stable_sort(batch_.begin(), batch_.end(),
                   [](const auto& a, const auto& b) { return a.first->order < b.first->order; });
  for (const auto& [sent, bridged] : batch_) put(*sent, bridged);
}

void WireWriter::put(const Sent& sent, bool bridged) {
  if (sent.device == "lo") return;
  File& to = file(sent.device);
  open(to);
  to.writer->write(sent.packet, to.ethernet ? departing_link(sent, *to.device, host_, bridged) : LinkHeader());
}

void WireWriter::commit() {
  for (auto& [device, file] : files_) {
    open(file);
    file.writer->close();
  }
  for (auto& [device, file] : files_) {
    std::error_code error;
    fs::rename(file.temporary, file.path, error);
    if (error) throw EnvironmentError(fmt::format("cannot write {}: {}", file.path, error.message()));
    file.temporary.clear();
    file.unfinished.reset();
  }
  made_ = false;
  folder_.reset();
}

}  // namespace fwsim

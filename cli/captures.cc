#include "cli/captures.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "model/diagnostic.hh"
#include "model/types.hh"

namespace fwsim {
namespace {

constexpr std::size_t frames_ahead = 16;   // of each file

std::shared_ptr<const std::vector<std::uint8_t>> whole(std::istream& in) {
  return std::make_shared<const std::vector<std::uint8_t>>(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

}  // namespace

Captures::Captures(const std::vector<std::string>& arguments, const std::string& filter) : filter_text_(filter) {
  for (const std::string& argument : arguments) {
    Input input{.path = argument};
    // "@" may be a part of a file's name: then the file is there.
    const std::size_t at = argument.rfind('@');
    if (at != argument.npos && !std::filesystem::exists(argument)) {
      input.path = argument.substr(0, at);
      input.device = argument.substr(at + 1);
    }
    std::error_code none;
    if (input.path == "-") {
      input.content = whole(std::cin);
      input.path = "standard input";
    } else if (std::filesystem::is_fifo(input.path, none) || std::filesystem::is_character_file(input.path, none)) {
      std::ifstream pipe(input.path, std::ios::binary);
      if (!pipe) throw EnvironmentError(fmt::format("{}: {}", input.path, std::strerror(errno)));
      input.content = whole(pipe);
    }
    inputs_.push_back(std::move(input));
  }
  if (!filter.empty()) filter_ = std::make_unique<CaptureFilter>(filter);
}

Captures Captures::twin() const {
  Captures other;
  other.inputs_ = inputs_;
  other.filter_text_ = filter_text_;
  if (filter_) other.filter_ = std::make_unique<CaptureFilter>(filter_text_);
  return other;
}

std::vector<Captures::Open> Captures::open_all() {
  std::vector<Open> list;
  for (const Input& input : inputs_)
    list.push_back({.input = &input,
                    .file = input.content ? std::make_unique<CaptureFile>(input.content, input.path) : std::make_unique<CaptureFile>(input.path),
                    .frames = {}});
  return list;
}

// As many frames as are in memory, one at least.
void Captures::refill(Open& open) {
  open.frames.clear();
  open.at = 0;
  do {
    Frame frame;
    if (!open.file->next(frame)) {
      if (!open.frames.empty()) return;
      if (open.file->damage()) damage_.push_back(to_text(*open.file->damage()));
      open.file.reset();
      return;
    }
    open.frames.push_back(frame);
  } while (open.frames.size() < frames_ahead && open.file->ready());
}

// Frames in order of time, until a file must be read for the next one.
void Captures::take_turn(std::vector<Open>& files, std::uint64_t& number, std::vector<Upcoming>& turn) {
  turn.clear();
  for (;;) {
    Open* first = nullptr;
    for (Open& open : files) {
      if (!open.file) continue;
      if (open.empty()) return;
      if (!first || open.frames[open.at].time < first->frames[first->at].time) first = &open;
    }
    if (!first) return;
    Frame& frame = first->frames[first->at++];
    if (files.size() > 1) frame.number = ++number;
    if (!filter_ || filter_->matches(frame)) turn.push_back({&frame, first->input->device.empty() ? frame.interface : first->input->device});
  }
}

void Captures::read(const std::function<void(Captured&)>& each, FrameWatch* watch) {
  notes_.clear();
  damage_.clear();
  std::vector<Open> files = open_all();
  Packet packet;
  std::uint64_t number = 0;
  std::vector<Upcoming> turn;
  for (;;) {
    for (Open& open : files)
      if (open.file && open.empty()) refill(open);
    if (std::none_of(files.begin(), files.end(), [](const Open& open) { return open.file != nullptr; })) break;
    take_turn(files, number, turn);
    if (watch) watch->coming(turn);
    for (std::size_t i = 0; i < turn.size(); ++i) {
      if (watch && watch->known(i)) continue;
      Captured captured = take_frame(*turn[i].frame, std::string(turn[i].device), packet);
      each(captured);
    }
  }
  if (filter_)
    for (const std::string& complaint : filter_->complaints()) notes_.push_back(complaint);
}

Captured take_frame(const Frame& frame, const std::string& device, Packet& packet) {
  const Stripped stripped = strip_link_layer(frame, packet);
  Captured captured{.packet = packet, .device = device, .outgoing = stripped.outgoing || (frame.flags & 3) == 2};
  captured.device_index = captured.outgoing ? stripped.out_index : stripped.in_index;
  captured.frame = &frame;
  packet.number = frame.number;
  if (stripped.kind != Stripped::Kind::packet)
    captured.fault = to_text(stripped);
  else if (!decode(packet))
    captured.fault = std::string(packet.fault);
  return captured;
}

}  // namespace fwsim

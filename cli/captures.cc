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
#include "simulator/shards.hh"

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

class Captures::Reading : public FrameSource {
 public:
  Reading(Captures& captures, FramePart part) : captures_(captures), part_(part) {
    for (const Input& input : captures.inputs_)
      files_.push_back({.input = &input,
                        .file = input.content ? std::make_unique<CaptureFile>(input.content, input.path) : std::make_unique<CaptureFile>(input.path),
                        .frames = {}});
  }

  std::span<const Upcoming> next() override {
    turn_.clear();
    while (turn_.empty()) {
      for (Open& open : files_)
        if (open.file && open.empty()) refill(open);
      if (std::none_of(files_.begin(), files_.end(), [](const Open& open) { return open.file != nullptr; })) {
        if (captures_.filter_) captures_.notes_ = captures_.filter_->complaints();
        break;
      }
      take_turn();
    }
    return turn_;
  }

  std::optional<double> share_read() const override {
    double all = 0;
    for (const Open& open : files_) {
      const std::optional<double> share = open.file ? open.file->share_read() : 1.0;
      if (!share) return std::nullopt;
      all += *share;
    }
    return files_.empty() ? std::nullopt : std::optional(all / static_cast<double>(files_.size()));
  }

 private:
  struct Open {
    const Input* input = nullptr;
    std::unique_ptr<CaptureFile> file;   // null when it has ended
    std::vector<Frame> frames;           // that are in memory
    std::size_t at = 0;                  // the next of them
    bool empty() const { return at == frames.size(); }
  };

  // As many frames as are in memory, one at least.
  void refill(Open& open) {
    open.frames.clear();
    open.at = 0;
    do {
      Frame frame;
      if (!open.file->next(frame)) {
        if (!open.frames.empty()) return;
        if (open.file->damage()) captures_.damage_.push_back(to_text(*open.file->damage()));
        open.file.reset();
        return;
      }
      if (part_.of == 1 || shard_of(frame, part_.of) == part_.number) open.frames.push_back(frame);
    } while (open.frames.empty() || (open.frames.size() < frames_ahead && open.file->ready()));
  }

  // Frames in order of time, until a file must be read for the next one.
  void take_turn() {
    for (;;) {
      Open* first = nullptr;
      for (Open& open : files_) {
        if (!open.file) continue;
        if (open.empty()) return;
        if (!first || open.frames[open.at].time < first->frames[first->at].time) first = &open;
      }
      if (!first) return;
      Frame& frame = first->frames[first->at++];
      if (files_.size() > 1) frame.number = ++number_;
      const std::string& device = first->input->device;
      if (!captures_.filter_ || captures_.filter_->matches(frame)) turn_.push_back({&frame, device.empty() ? frame.interface : device});
    }
  }

  Captures& captures_;
  FramePart part_;
  std::vector<Open> files_;
  std::uint64_t number_ = 0;
  std::vector<Upcoming> turn_;
};

std::unique_ptr<FrameSource> Captures::frames(FramePart part) {
  notes_.clear();
  damage_.clear();
  return std::make_unique<Reading>(*this, part);
}

void take_frames(FrameSource& source, const std::function<void(Captured&)>& each, FrameWatch* watch) {
  Packet packet;
  for (;;) {
    const std::span<const Upcoming> turn = source.next();
    if (turn.empty()) return;
    if (watch) watch->coming(turn);
    for (std::size_t i = 0; i < turn.size(); ++i) {
      if (watch && watch->known(i)) continue;
      Captured captured = take_frame(*turn[i].frame, std::string(turn[i].device), packet);
      each(captured);
    }
  }
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

#include "simulator/live/departures.hh"

#include <algorithm>

namespace fwsim {
namespace {

void collect(const Result& result, bool unknown_too, std::vector<Departure>& all) {
  if (result.fate == Fate::unknown && !unknown_too) return;
  for (const Sent& sent : result.out) all.push_back({&sent, result.fate == Fate::bridged});
  for (const Result& generated : result.generated) collect(generated, unknown_too, all);
}

}  // namespace

std::vector<Departure> departures(const Result& result, bool unknown_too) {
  std::vector<Departure> all;
  collect(result, unknown_too, all);
  std::stable_sort(all.begin(), all.end(), [](const Departure& a, const Departure& b) { return a.sent->order < b.sent->order; });
  return all;
}

}  // namespace fwsim

// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/run_request.h"

#include "app/base/given_path.h"
#include "app/session/kept.h"
#include "app/session/reading.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

Reading with_picture(Reading reading, const std::filesystem::path& assets) {
  if (reading.image.empty()) return reading;
  const bool own = !std::filesystem::path(reading.image).has_parent_path();
  reading.image = (own ? assets / "examples" / reading.image : expand_home(reading.image)).string();
  return reading;
}

bool takes_from(const std::vector<PlacedIntervention>& list, const std::string& name) {
  return std::any_of(list.begin(), list.end(),
                     [&](const PlacedIntervention& each) { return each.on && each.item.source_name == name; });
}

/// The baseline, and what interventions take numbers from, theirs included. A pin can take from earlier ones only.
std::vector<Pin> needed_pins(const Reading& reading, const Kept& kept) {
  std::vector<Pin> needed;
  for (auto pin = kept.pins.rbegin(); pin != kept.pins.rend(); ++pin) {
    const bool taken_from = std::any_of(needed.begin(), needed.end(), [&](const Pin& later) {
      return takes_from(later.reading.interventions, pin->name);
    });
    if (taken_from || pin->name == kept.baseline || takes_from(reading.interventions, pin->name))
      needed.insert(needed.begin(), *pin);
  }
  return needed;
}

}  // namespace

RunRequest run_request(const Session& session, const std::filesystem::path& assets) {
  RunRequest request;
  static_cast<Reading&>(request) = with_picture(reading_of(session), assets);
  request.baseline = kept_of(session).baseline;
  for (const Pin& pin : needed_pins(reading_of(session), kept_of(session))) {
    request.pins.push_back(pin);
    Pin& wanted = request.pins.back();
    wanted.reading = with_picture(std::move(wanted.reading), assets);
  }
  return request;
}

bool shows_run_of(const Snapshot& snapshot, const Session& session, const std::filesystem::path& assets) {
  return snapshot.reading == with_picture(reading_of(session), assets);
}

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
#include "app/session/apply_kept.h"
#include "app/session/kept.h"
#include "app/session/session.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

Pin* find_pin(Session& session, const std::string& name) {
  const auto found =
      std::find_if(session.pins.begin(), session.pins.end(), [&](const Pin& pin) { return pin.name == name; });
  return found == session.pins.end() ? nullptr : &*found;
}

/// Items that take numbers from a pin know it by its name.
void rename_sources(std::vector<PlacedIntervention>& list, const std::string& from, const std::string& to) {
  for (PlacedIntervention& each : list)
    if (each.item.source_name == from) each.item.source_name = to;
}

void take_reading(Session& session, Reading reading) {
  session.model = std::move(reading.model);
  session.adapters = std::move(reading.adapters);
  session.captured = std::move(reading.captured);
  session.text = std::move(reading.text);
  session.mask = reading.mask;
  session.temperature = reading.temperature;
  session.add_special = reading.add_special;
  session.image = std::move(reading.image);
  session.decoder_text = std::move(reading.decoder_text);
  session.interventions = std::move(reading.interventions);
}

}  // namespace

void pin_text(Session& session) {
  if (session.pins.size() >= max_pins) return;
  session.pins.push_back({free_pin_name(session), reading_of(session), {}});
  session.baseline = session.pins.back().name;
}

void rename_pin(Session& session, const RenamePin& rename) {
  if (rename.to.empty() || pin_named(session, rename.to) != nullptr) return;
  Pin* pin = find_pin(session, rename.name);
  if (pin == nullptr) return;
  pin->name = rename.to;
  if (session.baseline == rename.name) session.baseline = rename.to;
  rename_sources(session.interventions, rename.name, rename.to);
  for (Pin& each : session.pins)
    rename_sources(each.reading.interventions, rename.name, rename.to);
}

void remove_pin(Session& session, const std::string& name) {
  std::erase_if(session.pins, [&](const Pin& pin) { return pin.name == name; });
  if (session.baseline != name) return;
  session.baseline = session.pins.empty() ? "" : session.pins.back().name;
  if (session.pins.empty() && session.interventions.empty() && session.adapters.empty()) session.shown = Shown::live;
}

/// What was corrected against the text that goes is worth nothing for the one that comes; only the pin's own pairs turn round.
void swap_with_pin(Session& session, const std::string& name, const ActionContext& context) {
  Pin* pin = find_pin(session, name);
  if (pin == nullptr) return;
  for (Pin& other : session.pins)
    if (&other != pin) other.pairs.clear();
  for (AnchoredPair& pair : pin->pairs)
    std::swap(pair.pinned, pair.live);
  Reading live = std::exchange(pin->reading, reading_of(session));
  const TextEdit edit = edit_between(session.text, live.text);
  const TextEdit decoder_edit = edit_between(text_of(session, TextSide::decoder, context.decoder), live.decoder_text);
  take_reading(session, std::move(live));
  session.query = moved(session.query, edit);
  session.key = moved(session.key, edit);
  session.decoder_query = moved(session.decoder_query, decoder_edit);
  session.decoder_key = moved(session.decoder_key, decoder_edit);
}

void pair_tokens(Session& session, const PairTokens& action) {
  Pin* pin = find_pin(session, action.pin);
  if (pin == nullptr) return;
  const AnchoredPair& pair = action.pair;
  std::erase_if(pin->pairs, [&](const AnchoredPair& old) {
    return old.side == pair.side && (old.pinned == pair.pinned || old.live == pair.live);
  });
  pin->pairs.push_back(pair);
}

void forget_pairs(Session& session, const std::string& name) {
  if (Pin* pin = find_pin(session, name)) pin->pairs.clear();
}

void add_intervention(Session& session, const PlacedIntervention& intervention) {
  std::vector<PlacedIntervention>& list = session.interventions;
  if (intervention.stroke != 0 && !list.empty() && list.back().stroke == intervention.stroke)
    list.back() = intervention;
  else if (list.size() < max_interventions)
    list.push_back(intervention);
}

void change_intervention(Session& session, const ChangeIntervention& change) {
  if (change.index < session.interventions.size()) session.interventions[change.index] = change.intervention;
}

void remove_intervention(Session& session, std::size_t index) {
  if (index >= session.interventions.size()) return;
  session.interventions.erase(session.interventions.begin() + static_cast<std::ptrdiff_t>(index));
}

void move_intervention(Session& session, const MoveIntervention& move) {
  std::vector<PlacedIntervention>& list = session.interventions;
  if (move.from >= list.size() || move.to >= list.size()) return;
  PlacedIntervention taken = std::move(list[move.from]);
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(move.from));
  list.insert(list.begin() + static_cast<std::ptrdiff_t>(move.to), std::move(taken));
}

void add_adapter(Session& session, const AddAdapter& add) {
  const auto same = [&](const ReadingAdapter& each) { return each.path == add.path; };
  const bool there = std::any_of(session.adapters.begin(), session.adapters.end(), same);
  if (!there && session.adapters.size() < max_adapters) session.adapters.push_back({add.path, add.strength});
}

void remove_adapter(Session& session, std::size_t index) {
  if (index >= session.adapters.size()) return;
  session.adapters.erase(session.adapters.begin() + static_cast<std::ptrdiff_t>(index));
  if (session.adapters.empty() && session.pins.empty() && session.interventions.empty()) session.shown = Shown::live;
}

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/grid_place.h"
#include "app/session/look.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/overview.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace regard {
namespace {

/// One list is the other with some of it put in or taken out: most of the shorter is the beginning and the end of both.
template <class List, class Same>
bool shares_most(const List& before, const List& now, const Same& same) {
  const std::size_t shorter = std::min(before.size(), now.size());
  std::size_t beginning = 0, end = 0;
  while (beginning < shorter && same(before[beginning], now[beginning]))
    ++beginning;
  while (beginning + end < shorter && same(before[before.size() - 1 - end], now[now.size() - 1 - end]))
    ++end;
  return shorter > 0 && 2 * (beginning + end) >= shorter;
}

bool is_edited(const std::string& before, const std::string& now) {
  return before == now || shares_most(before, now, std::equal_to<>());
}

GridGround ground_of(const Subject& subject) {
  const Snapshot& snapshot = subject.snapshot;
  GridGround ground{.model = snapshot.model, .kind = shown_kind(snapshot, subject.session)};
  ground.words = subject.look().word_level;
  ground.hides_special = subject.look().hide_special;
  ground.text = snapshot.encoding.text;
  ground.encoder_text = snapshot.encoder_encoding.text;
  ground.image = snapshot.source_image;
  return ground;
}

}  // namespace

bool keeps_place(const GridGround& before, const GridGround& now) {
  const bool same_units =
      before.kind == now.kind && before.words == now.words && before.hides_special == now.hides_special;
  if (!same_units || before.model.lock() != now.model.lock()) return false;
  return before.image == now.image && is_edited(before.text, now.text) &&
         is_edited(before.encoder_text, now.encoder_text);
}

bool is_edited(const Axis& before, const Axis& now) {
  return shares_most(before.units, now.units,
                     [](const Unit& one, const Unit& other) { return one.label == other.label; });
}

void follow_text(PanelContext& context) {
  GridGround now = ground_of(context);
  if (!keeps_place(context.state.of<GridsState>().ground, now)) context.state.of<GridsState>().view = {};
  context.state.of<GridsState>().ground = std::move(now);
}

void show_all(PanelContext& context, int) {
  context.state.of<GridsState>().view = {};
  context.state.of<OverviewView>().zoom = 1.0F;
}

}  // namespace regard

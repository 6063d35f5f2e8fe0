// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/view_inputs.h"

#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/viewmodel/views.h"

namespace regard {

AxisInputs axis_inputs(const Session& session) {
  const Look& look = look_of(session);
  return {look.hide_special, look.word_level};
}

WholeAxesInputs whole_axes_inputs(const Snapshot& snapshot, const Session& session) {
  return {shown_kind(snapshot, session), axis_inputs(session)};
}

StripInputs strip_inputs(const Snapshot& snapshot, const Session& session, TextSide side) {
  return {side,
          shown_kind(snapshot, session),
          shown_head(snapshot, session),
          selected_query(snapshot, session),
          selected_key(snapshot, session),
          look_of(session).hide_special};
}

QuestionInputs question_inputs(const Snapshot& snapshot, const Session& session) {
  return {shown_kind(snapshot, session),   shown_head(snapshot, session), selected_query(snapshot, session),
          selected_key(snapshot, session), look_of(session).hide_special, look_of(session).sort_bars};
}

CacheInputs cache_inputs(const Snapshot& snapshot, const Session& session) {
  const Reading& reading = reading_of(session);
  if (!snapshot.trace || snapshot.source_text != reading.text || snapshot.source_model != reading.model) return {};
  std::vector<CacheStep> written = steps_of_text(session);
  if (written.empty() || written.back().tokens != snapshot.trace->tokens()) return {};
  return {std::move(written)};
}

ViewInputs view_inputs(const Snapshot& snapshot, const Session& session, const Axis* rows, const Axis* cols) {
  const Look& look = look_of(session);
  ViewInputs inputs;
  inputs.query = selected_query(snapshot, session);
  inputs.key = selected_key(snapshot, session);
  inputs.grid = {whole_axes_inputs(snapshot, session), shown_head(snapshot, session), std::nullopt, look.score_part};
  if (rows != nullptr) inputs.grid.windows = windows_of(*rows, *cols, inputs.grid.axes.kind, inputs.query, inputs.key);
  inputs.question = question_inputs(snapshot, session);
  inputs.arcs = {inputs.grid, selection_of(session).compared_heads, inputs.query, look.arcs_from_all,
                 look.arc_threshold};
  inputs.strip = strip_inputs(snapshot, session, TextSide::encoder);
  if (has_two_texts(snapshot)) inputs.decoder_strip = strip_inputs(snapshot, session, TextSide::decoder);
  inputs.predictions = {inputs.query};
  inputs.cache = cache_inputs(snapshot, session);
  return inputs;
}

}  // namespace regard

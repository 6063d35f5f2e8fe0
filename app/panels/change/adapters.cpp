// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/adapters.h"

#include "app/panels/change/adapters_parts.h"
#include "app/panels/common/adapter_offer.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/command.h"
#include "app/panels/common/examples.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/panels/frame/path_dialog.h"
#include "app/panels/frame/top_bar.h"
#include "app/session/action_kinds.h"
#include "app/session/load_session.h"
#include "app/session/reading.h"
#include "app/session/session.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>
#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>

namespace regard {
namespace {

/// The adapter's own model, with what one looks at as it is; a step of the history like any other.
Session over_its_base(const Session& session, const AdapterOffer& offer) {
  Session next = session;
  start_clean(next);
  next.model = offer.model;
  next.adapters = {{offer.adapter, 1.0F}};
  return next;
}

void draw_offer(PanelContext& context) {
  std::optional<AdapterOffer>& offer = context.state.of<AdapterOfferState>().offer;
  if (!offer) return;
  const AdapterOffer asked = *offer;
  const std::string name = std::filesystem::path(asked.adapter).filename().string();
  wrapped(theme().text,
          tr("adapters.offer",
             {{"adapter", name}, {"base", asked.base}, {"model", display_name(context.reading().model)}}));
  if (framed_button("adapters.offer.open", tr("adapters.offer_open"))) {
    context.act(LoadSession{over_its_base(context.session, asked)});
    offer.reset();
  }
  hint(tr("adapters.offer_open_hint", {{"base", asked.base}}));
  ImGui::SameLine();
  if (framed_button("adapters.offer.over", tr("adapters.offer_over"))) {
    context.act(AddAdapter{asked.adapter});
    offer.reset();
  }
  hint(tr("adapters.offer_over_hint"));
  ImGui::SameLine();
  if (quiet_button("adapters.offer.away", "×")) offer.reset();
  hint(tr("adapters.offer_away"));
  gap(0.5F);
}

void draw_open(PanelContext& context) {
  const bool full = context.reading().adapters.size() >= max_adapters;
  if (framed_button("adapters.open", tr("adapters.open")) && !full)
    ask_for_path(context.state, PathDialog::Kind::open_adapter);
  if (full)
    why_not(tr("adapters.full", {{"most", max_adapters}}));
  else
    hint(tr("adapters.open_hint"));
}

void draw_list(PanelContext& context) {
  const Session& session = context.session;
  draw_offer(context);
  if (session.adapters.empty()) wrapped_caption(tr("adapters.about"));
  for (std::size_t index = 0; index < session.adapters.size(); ++index) {
    draw_adapter(context, index);
    gap(0.5F);
  }
  draw_adapters_here(context);
  draw_open(context);
  if (session.adapters.empty()) return;
  gap(0.25F);
  wrapped_caption(tr(is_adapted(session) ? "adapters.compared" : "adapters.all_off"));
}

/// Is what the model on show was opened with what the session names?
bool shows_adapters(const PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  return snapshot.trace && snapshot.model && !snapshot.model->adapters.empty() &&
         snapshot.model->adapters.size() == snapshot.reading.adapters.size() &&
         source_of(snapshot.reading) == source_of(context.reading());
}

}  // namespace

void draw_adapters(PanelContext& context) {
  if (!context.tabbed) heading(tr("adapters.title"));
  AdaptersState& state = context.state.of<AdaptersState>();
  const bool adapted = shows_adapters(context) && context.background != nullptr, causes = has_causes(context);
  if (!adapted && !causes) return draw_list(context);
  two_columns([&] { draw_list(context); },
              [&] {
                if (adapted) draw_drift(context, state);
                if (adapted && causes) gap(0.75F);
                if (causes) draw_causes(context, state, !adapted);
                if (!adapted) return;
                gap(0.75F);
                draw_weight_changes(context);
              });
}

}  // namespace regard

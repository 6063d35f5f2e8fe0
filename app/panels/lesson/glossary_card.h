// SPDX-License-Identifier: Apache-2.0
// Terms as cards: over the word that the mouse rests on or the keyboard stands on, and all of them in a list over the window.
// UI thread only. Probes "card", "card.show", "card.all", "glossary.search", "glossary.term.<id>".
#pragma once

#include "app/panels/common/panel.h"
#include "app/widgets/term_labels.h"

#include <string>

namespace regard {

/// The mouse, or the keyboard, is on the words of a term in this frame.
void want_term_card(PanelContext& context, const LabelledTerm& term);

/// The card over the panels, where one is wanted. After all panels of a frame.
void draw_term_card(PanelContext& context);

/// The list of all terms, at this one (empty: at the one that is pointed at, else the first).
void open_glossary(PanelContext& context, const std::string& term = {});
[[nodiscard]] bool has_glossary(const PanelContext& context);

/// Draws what stands inside the overlay's window.
void draw_glossary(PanelContext& context);

}  // namespace regard

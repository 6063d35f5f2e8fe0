// SPDX-License-Identifier: Apache-2.0
// The sentences behind a badge or a number: where a head does it most, and where not; a click goes there. UI thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "core/analysis/head_evidence.h"

#include <optional>
#include <string>

namespace regard {

void draw_evidence(PanelContext& context);
/// Whose sentences are on show; nothing where nobody has asked for any, and where the number is that of the sentence on screen.
[[nodiscard]] std::optional<EvidenceQuestion> evidence_on_show(const Snapshot& snapshot, const PanelState& panels);
/// The file that they are of, where that is another question than which text is chosen.
[[nodiscard]] std::optional<std::string> evidence_corpus(const PanelState& panels);
/// Nobody has asked for any.
[[nodiscard]] bool evidence_rests(const PanelContext& context);
/// Sends the sentences away where they are on show, else false.
bool put_evidence_away(PanelContext& context);

}  // namespace regard

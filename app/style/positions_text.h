// SPDX-License-Identifier: Apache-2.0
// What positions of a layer are called and how they work, in a sentence. The window and the files say the same. UI thread.
#pragma once

#include "core/analysis/positions.h"
#include "core/analysis/rotary_planes.h"
#include "core/base/error.h"
#include "core/trace/kind_of_attention.h"
#include "core/trace/position_switch.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard {

/// "Rotary positions (RoPE): 64 of 64 dimensions are turned in pairs k and k + 32, base 10000." `trace`: of that attention.
[[nodiscard]] std::string told_positions(const Trace& trace, HeadRef head);
/// "rotary, base 100000": positions that an intervention may give heads.
[[nodiscard]] std::string switch_title(const PositionSwitch& positions);
/// What it does, as a formula.
[[nodiscard]] std::string switch_about(PositionForm form);
/// "ALiBi: the model was not trained for this"; empty where the head has the positions it was trained with.
[[nodiscard]] std::string switch_note(const std::optional<PositionSwitch>& positions);
/// The kind and the positions that interventions give a head, in one line; empty where it has those it was trained with.
[[nodiscard]] std::string untrained_note(const KindOfAttention& kind, const std::optional<PositionSwitch>& positions);
/// Why heads cannot have such positions, from complaint().
[[nodiscard]] std::string switch_refusal(const Error& error);
/// "6.28", "63 000", "∞": tokens, three digits.
[[nodiscard]] std::string told_wavelength(double tokens);
/// The terms that this head has, named, in the order they are added; the planes are one.
[[nodiscard]] std::vector<std::pair<std::string, double>> named_terms(const ScoreTerms& terms);

}  // namespace regard

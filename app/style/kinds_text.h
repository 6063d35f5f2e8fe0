// SPDX-License-Identifier: Apache-2.0
// What kinds of attention are called, and what is said of heads that an intervention puts in one. The window and the files say the same.
// UI thread.
#pragma once

#include "core/base/error.h"
#include "core/trace/kind_of_attention.h"

#include <string>

namespace regard {

/// "window · w = 4"
[[nodiscard]] std::string kind_title(const KindOfAttention& kind);
/// What it is, as a formula.
[[nodiscard]] std::string kind_about(KindForm form);
/// "window · w = 4: the model was not trained for this"; empty where the head attends as trained.
[[nodiscard]] std::string kind_note(const KindOfAttention& kind);
/// Why a head has no softmax: its layer keeps a state, or it attends by a sigmoid.
[[nodiscard]] std::string no_softmax_note(const KindOfAttention& kind);
/// Why heads cannot be put in a kind, from kind_complaint() or complaint().
[[nodiscard]] std::string kind_refusal(const Error& error);

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
// A captured run as a model without weights: the sizes that the file shows, and a tokenizer that knows its text. Any thread.
#pragma once

#include "core/capture/capture.h"
#include "core/model/model.h"

#include <memory>

namespace regard {

/// weights are null, parameters 0; has_lm_head where the file has logits; layers that the file says nothing about have no heads.
[[nodiscard]] std::shared_ptr<const Model> model_of(const std::shared_ptr<const Capture>& capture);

/// Where nothing but states is there, it needs the weights they are for. Throws Error capture_checkpoint.
void refuse_states_alone(const Capture& capture);

/// The tokenizer of such a model alone, of an encoder–decoder model that of what the encoder reads.
[[nodiscard]] std::unique_ptr<const Tokenizer> tokenizer_of(const Capture& capture);

/// For what has to run texts. Throws Error capture_fixed for a captured run.
void refuse_capture(const Model& model);

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
// Pictures in the forward pass. Internal to the engine.
#pragma once

#include "core/engine/forward.h"

namespace regard {

/// Throws Error if a model that reads pictures is given none that fits it (needs_image) or other ids than 0…T−1 (token_id), or
/// one that reads text is given a picture (needs_text).
void check_picture(const Model& model, const Request& request);

/// The rows of the first residual before positions are added, where the model reads a picture.
void embed_patches(const Pass& pass);

}  // namespace regard

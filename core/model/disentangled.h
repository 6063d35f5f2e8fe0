// SPDX-License-Identifier: Apache-2.0
// Offsets that have queries and keys of their own (DeBERTa): which row of a table an offset has, and the tables, which depend on
// the weights alone and are made when a model is opened. Pure; any thread.
#pragma once

#include "core/model/config.h"
#include "core/model/weights.h"

#include <cstddef>
#include <stop_token>

namespace regard {

/// The row of the offset query − key, 0 … 2·span − 1.
[[nodiscard]] std::size_t offset_row(std::ptrdiff_t offset, const Disentangled& offsets);

/// The rows of the table of offsets behind a LayerNorm, in place.
void normalise_offsets(const Norm& norm, float epsilon, Matrix& table);

/// Gives the layers' plans the keys and queries of their offsets. Throws Cancelled.
void place_disentangled(const Weights& weights, ModelConfig& config, const std::stop_token& stop = {});

}  // namespace regard

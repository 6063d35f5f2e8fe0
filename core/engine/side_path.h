// SPDX-License-Identifier: Apache-2.0
// A learned low-rank path beside attention (LAuReL, Menghani et al. 2024, https://arxiv.org/abs/2411.07501). Internal to the engine
// and to views that show what a layer reads.
#pragma once

#include "core/engine/rows.h"
#include "core/model/model.h"

#include <cstddef>
#include <stop_token>

namespace regard {

/// stream = (stream + y + norm(B·A·y)) ÷ √2 with y = norm(before): `before` is what attention read, `stream` has what it wrote added.
/// Throws Cancelled.
void take_side_path(const Model& model, std::size_t layer, ConstRows before, Rows stream, const std::stop_token& stop);

}  // namespace regard

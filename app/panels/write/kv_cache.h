// SPDX-License-Identifier: Apache-2.0
// The KV cache: which rows of K and V the last step took over and which it computed, step by step, what they weigh, and how
// much arithmetic they save.
#pragma once

#include "app/panels/common/panel.h"

#include <string>

namespace regard {

void draw_kv_cache(PanelContext& context);

/// "456.0 KiB" and "12.6 million" in the current language: three digits or so, for reading; hints hold the whole number.
[[nodiscard]] std::string readable_bytes(std::uint64_t bytes);
[[nodiscard]] std::string readable_count(std::uint64_t count);

}  // namespace regard

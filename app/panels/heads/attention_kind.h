// SPDX-License-Identifier: Apache-2.0
// Whose attention a view is about, where the model has an encoder and a decoder. UI thread only.
#pragma once

#include "app/viewmodel/snapshot.h"

namespace regard {

/// A line that says it; nothing where the model reads one text.
void tell_attention_kind(const Snapshot& snapshot, AttentionKind kind);

}  // namespace regard

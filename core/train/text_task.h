// SPDX-License-Identifier: Apache-2.0
// A text of one's own as a task. Private to core/train.
#pragma once

#include "core/train/tasks.h"

namespace regard::train {

/// Fills pieces, ids and expects from task.text. Throws Error training_text_utf8, training_text_short, training_text_characters.
void prepare_text(PreparedTask& task);

}  // namespace regard::train

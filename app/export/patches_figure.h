// SPDX-License-Identifier: Apache-2.0
// The picture that a model has read, for paper: where a matrix of patches would be too small to be read. UI thread (it speaks the
// language chosen).
#pragma once

#include "app/export/figure.h"
#include "app/viewmodel/snapshot.h"

namespace regard {

struct Session;  // app/session/session.h

/// Each patch in its place, named by its row and column, framed in the colour of the weight that the asking token gives it, and the
/// paler the less it gets; the largest weights are written. `snapshot` has a trace and an image.
[[nodiscard]] Figure patches_figure(const Snapshot& snapshot, const Session& session);

}  // namespace regard

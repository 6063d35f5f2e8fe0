// SPDX-License-Identifier: Apache-2.0
#include "core/engine/layer_watch.h"

#include <utility>

namespace regard {
namespace {

thread_local LayerWatch* listening = nullptr;

}  // namespace

LayerWatch::LayerWatch(Listener listener) : listener_(std::move(listener)), before_(std::exchange(listening, this)) {}

LayerWatch::~LayerWatch() {
  listening = before_;
}

void LayerWatch::tell(const Trace* unfinished, std::size_t layer) {
  if (listening != nullptr) listening->listener_(unfinished, layer);
}

}  // namespace regard

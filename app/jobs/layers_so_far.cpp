// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/layers_so_far.h"

#include "core/base/parallel.h"

#include <utility>

namespace regard {
namespace {

constexpr std::chrono::milliseconds kMoment{100};  // between two pictures

}  // namespace

LayersSoFar::LayersSoFar(std::function<std::shared_ptr<const Snapshot>()> shown,
                         std::function<void(std::shared_ptr<Snapshot>)> publish, std::stop_token stop)
    : shown_(std::move(shown)), publish_(std::move(publish)), stop_(std::move(stop)) {}

void LayersSoFar::add(const Trace& unfinished, std::size_t layer) {
  const std::size_t layers = unfinished.layers.size(), heads = unfinished.model->config.heads;
  if (first_ == 0) first_ = unfinished.reused_layers;
  if (layer + 1 >= layers || Clock::now() - published_ < kMoment) return;
  const std::shared_ptr<const Snapshot> shown = shown_();
  if (shown->model != unfinished.model || shown->thumbnails.size() != layers) return;
  pictures_.resize(layer + 1);
  for (std::size_t row = first_; row <= layer; ++row)
    pictures_[row].resize(heads);
  const std::size_t missing = layer + 1 - first_;
  parallel_for(missing * heads, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t index = begin; index < end; ++index) {
      const HeadRef head{first_ + index / heads, index % heads};
      pictures_[head.layer][head.head] = make_thumbnail(unfinished, head, stop_);
    }
  });
  first_ = layer + 1;
  auto snapshot = std::make_shared<Snapshot>(*shown);
  for (std::size_t row = 0; row < pictures_.size(); ++row)
    if (!pictures_[row].empty()) snapshot->thumbnails[row] = pictures_[row];
  snapshot->thumbnails_pending = true;
  publish_(std::move(snapshot));
  published_ = Clock::now();
}

}  // namespace regard

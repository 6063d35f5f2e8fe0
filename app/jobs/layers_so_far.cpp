// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/layers_so_far.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

constexpr std::chrono::milliseconds kMoment{100};  // between two pictures

}  // namespace

LayersSoFar::LayersSoFar(std::function<std::shared_ptr<const Snapshot>()> shown,
                         std::function<void(std::shared_ptr<Snapshot>)> publish, std::stop_token stop)
    : shown_(std::move(shown)), publish_(std::move(publish)), stop_(std::move(stop)) {}

void LayersSoFar::add(const Trace& unfinished, std::size_t layer) {
  const std::size_t layers = unfinished.layers.size();
  if (first_ == 0) first_ = unfinished.reused_layers;
  if (layer + 1 >= layers || Clock::now() - published_ < kMoment) return;
  const std::shared_ptr<const Snapshot> shown = shown_();
  if (shown->model != unfinished.model || shown->thumbnails.size() != layers) return;
  pictures_.resize(layer + 1);
  for (std::size_t row = first_; row <= layer; ++row)
    pictures_[row].resize(std::min(unfinished.model->config.heads(row), most_pictured_heads));
  HeadList missing = pictured_heads(unfinished.model->config);
  std::erase_if(missing, [&](HeadRef head) { return head.layer < first_ || head.layer > layer; });
  parallel_for(missing.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t index = begin; index < end; ++index)
      pictures_[missing[index].layer][missing[index].head] = make_thumbnail(unfinished, missing[index], stop_);
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

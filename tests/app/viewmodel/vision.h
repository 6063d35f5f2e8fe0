// SPDX-License-Identifier: Apache-2.0
// A handmade snapshot of a model that reads pictures: 3 × 4 patches of 2 × 2 pixels behind a [CLS].
#pragma once

#include "core/text/patch_tokens.h"
#include "tests/app/viewmodel/handmade.h"

#include <memory>

namespace regard::testing {

inline std::shared_ptr<Snapshot> vision_snapshot(const HandmadeOptions& options = {}) {
  const auto model = handmade_model(options);
  model->config.patches = PatchConfig{.height = 6, .width = 8, .patch_height = 2, .patch_width = 2};
  model->config.context = 13;
  model->config.labels = {"a cat", "a bird"};
  model->config.vocabulary = 2;
  model->tokenizer = make_patch_tokenizer(model->config.patches->special_tokens, 3, 4, model->config.labels);
  RgbImage picture(16, 12);
  for (std::size_t at = 0; at < picture.pixels.size(); ++at)
    picture.pixels[at] = static_cast<std::uint8_t>(at * 7);
  model->image_steps = {.height = 6, .width = 8};

  auto snapshot = std::make_shared<Snapshot>();
  snapshot->number = 1;
  snapshot->model = model;
  snapshot->encoding = model->tokenizer->encode("a sentence of another model", {});
  snapshot->source_text = snapshot->encoding.text;
  snapshot->image =
      std::make_shared<const ImageInput>(prepare_image(picture, model->image_steps, *model->config.patches));
  snapshot->source_image = "/pictures/cat.png";
  snapshot->trace = handmade_trace(model, snapshot->encoding, options);
  return snapshot;
}

}  // namespace regard::testing

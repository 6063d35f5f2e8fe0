// SPDX-License-Identifier: Apache-2.0
#include "app/cli/train_options.h"

#include "app/cli/option_parts.h"
#include "core/train/names.h"

namespace regard::cli {
namespace {

template <class Kind>
std::map<std::string, Kind> all_named() {
  std::map<std::string, Kind> kinds;
  for (const auto& [name, kind] : train::Names<Kind>::all)
    kinds.emplace(name, kind);
  return kinds;
}
const std::map<std::string, train::TaskKind> kTasks = all_named<train::TaskKind>();
const std::map<std::string, train::PositionKind> kPositions = all_named<train::PositionKind>();
const std::map<std::string, train::WeighKind> kWeighs = all_named<train::WeighKind>();
const std::map<std::string, train::NormKind> kNorms = all_named<train::NormKind>();

void add_task(CLI::App& train, TrainCommand& command) {
  train::Task& task = command.recipe.task;
  add_choice(train, "--task", kTasks, task.kind, tr("cli.option.train_task"))->default_str("repeat");
  add_index(train, "--symbols", task.symbols, tr("cli.option.train_symbols"), 2);
  add_index(train, "--fixed-period", command.fixed_period, tr("cli.option.train_fixed_period"), 1);
  add_given_file(train, "--text-file", command.text_file, tr("cli.option.train_text"));
}

void add_shape(CLI::App& train, train::Shape& shape) {
  add_index(train, "--layers", shape.layers, tr("cli.option.train_layers"), 1)->default_str("2");
  add_index(train, "--heads", shape.heads, tr("cli.option.train_heads"), 1)->default_str("4");
  add_index(train, "--width", shape.width, tr("cli.option.train_width"), 2)->default_str("64");
  add_index(train, "--feed-forward", shape.feed_forward, tr("cli.option.train_feed_forward"))->default_str("0");
  add_choice(train, "--norm", kNorms, shape.norm, tr("cli.option.train_norm"))->default_str("layer");
  add_choice(train, "--positions", kPositions, shape.positions, tr("cli.option.train_positions"))
      ->default_str("rotary");
  add_choice(train, "--kind", kWeighs, shape.weigh, tr("cli.option.train_kind"))->default_str("softmax");
  add_index(train, "--attention-window", shape.window, tr("cli.option.train_window"))->default_str("0");
  add_index(train, "--tokens", shape.context, tr("cli.option.train_tokens"), 4)->default_str("64");
}

}  // namespace

void add_train_options(CLI::App& train, TrainCommand& command) {
  add_text(train, "--out", command.out, tr("cli.option.train_out"), tr("cli.type.folder"));
  add_text(train, "--continue", command.continued, tr("cli.option.train_continue"), tr("cli.type.folder"));
  add_task(train, command);
  add_shape(train, command.recipe.shape);
  add_index(train, "--batch", command.recipe.batch, tr("cli.option.train_batch"), 1)->default_str("64");
  add_positive(train, "--rate", command.recipe.optimiser.rate, tr("cli.option.train_rate"), false)
      ->default_str("0.001");
  add_index(train, "--steps", command.steps, tr("cli.option.train_steps"))->default_str("1000");
  add_index(train, "--seed", command.recipe.seed, tr("cli.option.train_seed"))->default_str("1");
  add_index(train, "--every", command.every, tr("cli.option.train_every"), 1)->default_str("50");
  add_index(train, "--checkpoints-every", command.checkpoints, tr("cli.option.train_checkpoints"), 1);
  add_file(train, "--csv", command.csv, tr("cli.option.train_csv"));
}

void add_council_options(CLI::App& council, CouncilCommand& command) {
  train::CouncilRecipe& recipe = command.recipe;
  add_text(council, "--out", command.out, tr("cli.option.train_out"), tr("cli.type.folder"));
  add_index(council, "--heads", recipe.heads, tr("cli.option.council_heads"), 1)->default_str("8");
  add_index(council, "--width", recipe.width, tr("cli.option.train_width"), 8)->default_str("64");
  add_index(council, "--layers", recipe.layers, tr("cli.option.train_layers"), 1)->default_str("4");
  add_index(council, "--pieces", recipe.pieces, tr("cli.option.council_pieces"), 16)->default_str("512");
  add_positive(council, "--rate", recipe.optimiser.rate, tr("cli.option.council_rate"), false)->default_str("0.004");
  add_index(council, "--steps", recipe.steps, tr("cli.option.train_steps"), 1)->default_str("1200");
  add_index(council, "--seed", recipe.seed, tr("cli.option.train_seed"))->default_str("1");
  add_index(council, "--every", command.every, tr("cli.option.council_every"), 1)->default_str("100");
}

}  // namespace regard::cli

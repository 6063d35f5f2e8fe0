// SPDX-License-Identifier: Apache-2.0
// The pieces of the Importance view. Private to app/panels/heads. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/long_map.h"
#include "app/viewmodel/importance_view.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {

inline constexpr std::array<std::size_t, 3> importance_amounts{20, 60, all_sentences};

struct PruningState {
  std::size_t amount = 1;      ///< index into importance_amounts
  std::optional<bool> mean{};  ///< a person's choice; else ablated_to_mean()
  Importance by = Importance::loss;
  float line = 0.1F;    ///< nats that loss may rise before pruning has broken the model
  float dead = 0.001F;  ///< nats of KL below which a head is dead
  std::string team{};   ///< id of the one chosen; empty: the first
  LongMapState map{}, curve{}, team_run{}, needs{};
  // What the newest values answer: they stay when a person stops halfway. Questions without their model, which may be closed.
  std::weak_ptr<const Model> model{};
  ImportanceQuestion map_of{};
  PruningQuestion curve_of{};
  TeamQuestion team_of{};
};

/// The question without its model.
[[nodiscard]] inline ImportanceQuestion kept(ImportanceQuestion question) {
  question.model.reset();
  return question;
}

/// Of a text from a file; the sentence on screen comes with a run.
[[nodiscard]] inline Models measured_models(const ImportanceQuestion& question) {
  return question.corpus.empty() ? Models{} : Models{question.model.get()};
}

/// A measurement and the slot it is made in; slots run side by side.
struct ImportanceSlot {
  using Asked = ImportanceQuestion;
  using Answer = ImportanceView;
  static Models stays_with(const Asked& asked) { return measured_models(asked); }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_importance(asked, {job.publish, job.give_way, job.stop, job.progress});
  }
};
struct PruningSlot {
  using Asked = PruningQuestion;
  using Answer = ImportanceView;
  static Models stays_with(const Asked& asked) { return measured_models(asked.on); }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_pruning(asked, {job.publish, job.give_way, job.stop, job.progress});
  }
};
struct TeamSlot {
  using Asked = TeamQuestion;
  using Answer = ImportanceView;
  static Models stays_with(const Asked& asked) { return measured_models(asked.on); }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_team(asked, {job.publish, job.give_way, job.stop, job.progress});
  }
};
struct NeedSlot {
  using Asked = NeedQuestion;
  using Answer = NeedView;
  static Models stays_with(const Asked& asked) { return measured_models(asked.on); }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_needs(asked, {job.publish, job.give_way, job.stop, job.progress});
  }
};

/// What the parts are drawn from: the losses without each head as far as they are known, and the question they answer.
struct PruningPart {
  const ImportanceQuestion& question;
  const ImportanceView& view;
  bool complete = false;  ///< of this question, and all sentences were read
  bool quick = false;     ///< further measurements start by themselves
};

/// How much of the text was read so far: "60 of 300 sentences", "1 sentence".
[[nodiscard]] std::string text_read(const ImportanceView& view);

/// The head on show, where it is among those that are taken away (an encoder–decoder's are its decoder's).
[[nodiscard]] std::optional<HeadRef> studied_head(const PanelContext& context, const PruningPart& part);

/// How many heads are dead, the tiles of all heads, their legend; the team's are outlined. Apart from it the heads that change nothing, by
/// name. Of few predictions no head is called dead.
void draw_importance_map(PanelContext& context, PruningState& state, const PruningPart& part, const HeadList& team);
void draw_dead_heads(PanelContext& context, PruningState& state, const PruningPart& part);

/// Heads that are taken together.
struct HeadTeam {
  std::string id{}, name{};
  HeadList heads{};
};
/// Those with the same badge, the largest team first; the head on show with those compared; the dead ones. Never empty.
[[nodiscard]] std::vector<HeadTeam> head_teams(PanelContext& context, const PruningState& state,
                                               const PruningPart& part);
/// The one chosen, else the first.
[[nodiscard]] const HeadTeam& chosen_team(const std::vector<HeadTeam>& teams, const PruningState& state);
void draw_team_choice(PanelContext& context, PruningState& state, const std::vector<HeadTeam>& teams);
/// Loss without the team, with nothing but it, without its most important head; buttons that do it to the session.
void draw_team(PanelContext& context, PruningState& state, const PruningPart& part, const HeadList& team);

/// The sentences that lose most without the head on show; a click goes there.
void draw_needs(PanelContext& context, PruningState& state, const PruningPart& part);

void draw_pruning_curve(PanelContext& context, PruningState& state, const PruningPart& part);

}  // namespace regard

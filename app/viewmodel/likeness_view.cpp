// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/likeness_view.h"

#include "app/base/head_place.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/head_search.h"
#include "app/viewmodel/snapshot.h"
#include "core/base/error.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

namespace regard {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kBetweenParts{1};
constexpr std::size_t kHeadsInParts = 300;  ///< the map of more takes too long to be made again and again

std::uint64_t next_likeness_revision() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

std::shared_ptr<const LikenessView> view_of(const LikenessQuestion& question, HeadLikeness likeness,
                                            const std::stop_token& stop, Progress* progress) {
  auto view = std::make_shared<LikenessView>();
  for (std::size_t model = 0; model < question.models.size(); ++model) {
    view->models.push_back(question.models[model]->name);
    view->sizes.push_back(likeness.heads_of_model(model));
  }
  view->corpus = question.corpus.filename().string();
  view->special = question.special;
  view->map = classical_scaling(likeness.distances, stop, progress);
  view->merges = average_linkage(likeness.distances);
  view->by_cluster = leaf_order(view->merges);
  if (question.models.size() == 2) {
    view->moved = same_places(likeness);
    std::ranges::stable_sort(view->moved, std::ranges::greater{}, &HeadPair::distance);
    view->matched = mutually_nearest(likeness);
  }
  view->likeness = std::move(likeness);
  view->revision = next_likeness_revision();
  return view;
}

/// Nothing for one model; with two the letter of one of them.
std::string letter_of(const LikenessView& view, std::size_t model) {
  return view.models.size() < 2 ? "" : model == 0 ? "A " : "B ";
}

}  // namespace

std::optional<LikenessQuestion> likeness_question(const Snapshot& snapshot, std::filesystem::path corpus,
                                                  unsigned reading, const std::optional<SpecialTokens>& special) {
  const Snapshot* other = snapshot.comparison ? snapshot.comparison->baseline.get() : nullptr;
  const bool of_sentence = corpus.empty();
  LikenessQuestion question{
      {snapshot.model}, std::move(corpus), reading, {}, special_tokens(*snapshot.model, special), {}};
  if (other != nullptr && other->model && other->model != snapshot.model && !other->model->config.patches)
    question.models.insert(question.models.begin(), other->model);
  if (!of_sentence) return question;
  const AttentionKind kind = snapshot.model->encoder ? AttentionKind::encoder : AttentionKind::self;
  const SearchedRuns runs = searched_runs(snapshot, kind);
  if (runs.traces.size() != question.models.size()) return std::nullopt;
  question.runs = {runs.traces.rbegin(), runs.traces.rend()};
  question.left_out = left_out_of(snapshot, kind, question.special);
  return question;
}

std::shared_ptr<const LikenessView> make_likeness(const LikenessQuestion& question, const PublishLikeness& publish,
                                                  const std::function<void()>& give_way, const std::stop_token& stop,
                                                  Progress* progress) {
  Clock::time_point published = Clock::now();
  const auto between = [&](const LikenessTally& tally) {
    if (give_way) give_way();
    const bool has_news = tally.so_far.sentences > 0 && tally.so_far.heads.size() <= kHeadsInParts;
    if (!publish || !has_news || Clock::now() - published < kBetweenParts) return;
    publish(view_of(question, tally.mean(), stop, nullptr));
    published = Clock::now();
  };
  if (question.corpus.empty()) {
    LikenessTally tally;
    add_text(tally, question.runs, stop, question.left_out);
    if (tally.so_far.rows == 0) throw Error("no_tokens", {});
    return view_of(question, tally.mean(), stop, progress);
  }
  HeadLikeness likeness =
      measure_likeness(question.models, load_corpus(question.corpus), between, stop, progress, question.special);
  return view_of(question, std::move(likeness), stop, progress);
}

Matrix reordered(const Matrix& distances, const std::vector<std::size_t>& order) {
  Matrix result(order.size(), order.size());
  for (std::size_t row = 0; row < order.size(); ++row)
    for (std::size_t col = 0; col < order.size(); ++col)
      result(row, col) = distances(order[row], order[col]);
  return result;
}

std::string short_name(const LikenessView& view, std::size_t head) {
  const ModelHead& one = view.likeness.heads[head];
  return letter_of(view, one.model) + head_place(one.head);
}

std::string model_name(const LikenessView& view, std::size_t model) {
  return letter_of(view, model) + view.models[model];
}

std::vector<std::vector<std::size_t>> clusters_of(const LikenessView& view, double below) {
  const std::vector<std::size_t> numbers = clusters_below(view.merges, below);
  std::vector<std::vector<std::size_t>> clusters(numbers.size());
  for (const std::size_t head : view.by_cluster)
    clusters[numbers[head]].push_back(head);
  std::erase_if(clusters, [](const std::vector<std::size_t>& cluster) { return cluster.size() < 2; });
  std::ranges::stable_sort(clusters, std::ranges::greater{}, [](const auto& cluster) { return cluster.size(); });
  return clusters;
}

}  // namespace regard

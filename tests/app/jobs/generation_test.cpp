// SPDX-License-Identifier: Apache-2.0
// The worker continues a text: a snapshot per token, the same tokens as the command line, a last one that belongs to its text.
#include "core/engine/generation.h"
#include "app/jobs/worker.h"
#include "core/text/continuation.h"
#include "tests/app/jobs/eventually.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace regard {
namespace {

using testing::eventually;

/// Letters are tokens: 'a' is 1 … 'z' is 26; two equal letters are read as one token, 27 … 52. 0 is the template's <s>, 60
/// ends a text, 61 and 62 are the two bytes of "é", 63 is what cannot be read, the others stand for nothing.
class Letters : public Tokenizer {
public:
  [[nodiscard]] Encoding encode(std::string_view text, const EncodeOptions& options) const override {
    Encoding encoding{.text = std::string(text)};
    const auto add = [&](std::int32_t id, std::size_t begin, std::size_t end, bool special) {
      encoding.tokens.push_back({id, readable(id), readable(id), begin, end, special ? -1 : 0, special});
    };
    add(0, 0, 0, true);
    for (std::size_t at = 0; at < text.size();) {
      const bool letter = text[at] >= 'a' && text[at] <= 'z';
      const bool pair = letter && at + 1 < text.size() && text[at] == text[at + 1];
      if (letter) {
        add(text[at] - 'a' + (pair ? 27 : 1), at, at + (pair ? 2 : 1), false);
        at += pair ? 2 : 1;
      } else if (text.substr(at, 2) == "é") {
        add(61, at, at + 1, false);
        add(62, at + 1, at + 2, false);
        at += 2;
      } else {
        const std::size_t next = std::min(text.size(), at + 3);  // U+FFFD
        add(63, at, next, false);
        at = next;
      }
    }
    if (options.max_tokens > 0 && encoding.tokens.size() > options.max_tokens) {
      encoding.dropped = encoding.tokens.size() - options.max_tokens;
      encoding.tokens.resize(options.max_tokens);
    }
    return encoding;
  }
  [[nodiscard]] std::string decode(std::span<const std::int32_t> ids) const override {
    std::string bytes;
    for (std::size_t at = 0; at < ids.size(); ++at) {
      if (ids[at] == 61 && at + 1 < ids.size() && ids[at + 1] == 62)
        bytes += "é", ++at;
      else
        bytes += readable(ids[at]);
    }
    return bytes;
  }
  [[nodiscard]] std::string readable(std::int32_t id) const override {
    if (id == 0 || (id > 52 && id <= 60)) return {};
    if (id >= 61) return "\uFFFD";
    const char letter = static_cast<char>('a' + (id < 27 ? id - 1 : id - 27));
    return std::string(id < 27 ? 1 : 2, letter);
  }
  [[nodiscard]] std::optional<std::int32_t> id_of(std::string_view) const override { return std::nullopt; }
  [[nodiscard]] std::size_t vocabulary_size() const override { return 64; }
  [[nodiscard]] std::optional<std::int32_t> mask_id() const override { return std::nullopt; }
  [[nodiscard]] std::optional<std::int32_t> end_id() const override { return 60; }
  [[nodiscard]] std::string description() const override { return "letters"; }
};

/// A llama with random weights that writes letters: the real engine, runs that can be held at a gate.
struct GenerationTest : ::testing::Test {
  std::shared_ptr<Model> model = testing::random_llama({.context = 24, .vocabulary = 64});
  std::atomic<bool> gate{true};
  std::atomic<int> runs{0};
  std::mutex mutex{};
  std::vector<std::shared_ptr<const Snapshot>> seen{};
  Worker* asked = nullptr;

  void SetUp() override {
    model->tokenizer = std::make_shared<Letters>();
    const std::lock_guard lock(mutex);
    asked = &worker;
  }
  void TearDown() override {
    const std::lock_guard lock(mutex);
    asked = nullptr;
  }

  WorkerTools tools() {
    return {[this](const std::filesystem::path&, std::span<const AdapterUse>, const std::stop_token&, Progress*) {
              return std::shared_ptr<const Model>(model);
            },
            [this](const std::shared_ptr<const Model>& of, Request request,
                   const std::shared_ptr<const Trace>& previous, const std::stop_token& stop, Progress* progress) {
              ++runs;
              while (!gate) {
                throw_if_stopped(stop);
                std::this_thread::yield();
              }
              return run(of, std::move(request), previous, stop, progress);
            }};
  }
  void note() {
    const std::lock_guard lock(mutex);
    if (asked == nullptr) return;
    const auto latest = asked->latest();
    if (seen.empty() || seen.back() != latest) seen.push_back(latest);
  }
  Worker worker{[](const std::string& name) { return name; }, [this] { note(); }, tools()};

  [[nodiscard]] bool ended() {
    return eventually([&] {
      const auto latest = worker.latest();
      return latest->generation && !latest->generation->running() && worker.state() == WorkerState::idle;
    });
  }
  static RunRequest wish(const std::string& text, const GenerateOptions& options, std::uint64_t number = 1) {
    RunRequest request{"letters", text};
    request.generate = options;
    request.generation = number;
    return request;
  }
  [[nodiscard]] std::vector<std::int32_t> by_command_line(const std::string& text, const GenerateOptions& options) {
    return generate(model, ids_of(prompt_of(model->tokenizer->encode(text))), options);
  }
};

TEST_F(GenerationTest, EveryTokenComesAsASnapshotOfItsOwnAndTheLastIsComplete) {
  worker.post(wish("the", {.tokens = 6, .temperature = 1.0F, .seed = 5}));
  ASSERT_TRUE(ended());
  const std::lock_guard lock(mutex);
  std::size_t made = 0;
  for (const auto& snapshot : seen) {
    if (!snapshot->generation || !snapshot->generation->running()) continue;
    EXPECT_GE(snapshot->generation->made, made);
    made = snapshot->generation->made;
    EXPECT_EQ(snapshot->trace->tokens(), 4 + made);
    EXPECT_EQ(snapshot->encoding.tokens.size(), 4 + made);
    EXPECT_EQ(snapshot->encoding.text, snapshot->source_text);
    EXPECT_FALSE(snapshot->thumbnails_pending);
  }
  const auto last = seen.back();
  EXPECT_EQ(made, last->generation->made);
  EXPECT_EQ(ids_of(last->encoding), last->trace->request.ids);
  EXPECT_EQ(last->encoding, model->tokenizer->encode(last->source_text));
}

TEST_F(GenerationTest, TheTokensAreThoseOfTheCommandLine) {
  worker.post({"letters", "th"});  // typed before: the prompt must not be put together from older runs
  ASSERT_TRUE(eventually([&] { return worker.latest()->number == 1; }));
  std::uint64_t number = 0;
  for (const GenerateOptions& options :
       {GenerateOptions{.tokens = 8}, GenerateOptions{.tokens = 8, .temperature = 1.3F, .seed = 4},
        GenerateOptions{.tokens = 8, .temperature = 0.9F, .top_k = 7, .seed = 9}}) {
    worker.post(wish("the", options, ++number));
    ASSERT_TRUE(eventually([&] {
      const auto latest = worker.latest();
      return latest->generation && latest->generation->number == number && !latest->generation->running();
    }));
    const Encoding prompt = prompt_of(model->tokenizer->encode("the"));
    EXPECT_EQ(worker.latest()->source_text, continued_text(*model->tokenizer, prompt, by_command_line("the", options)));
  }
}

TEST_F(GenerationTest, TheLastTraceBelongsToTheTextHoweverTheTokenizerCutsIt) {
  bool read_again = false;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    worker.post(wish("moo", {.tokens = 10, .temperature = 5.0F, .seed = seed}, seed + 1));
    ASSERT_TRUE(eventually([&] {
      const auto latest = worker.latest();
      return latest->generation && latest->generation->number == seed + 1 && !latest->generation->running();
    }));
    const auto last = worker.latest();
    EXPECT_EQ(last->trace->request.ids, ids_of(model->tokenizer->encode(last->source_text)));
    EXPECT_EQ(ids_of(last->encoding), last->trace->request.ids);
    EXPECT_FALSE(last->source_text.ends_with("\uFFFD"));
    read_again = read_again || last->generation->read_again;
  }
  EXPECT_TRUE(read_again) << "no continuation of forty was cut otherwise: the test shows nothing";
}

TEST_F(GenerationTest, AtAnyPaceTheTokensAreTheSame) {
  const GenerateOptions options{.tokens = 5, .temperature = 1.3F, .seed = 4};
  worker.post(wish("the", options));
  ASSERT_TRUE(ended());
  const auto fast = worker.latest();
  worker.set_pace(50.0);
  const auto begin = std::chrono::steady_clock::now();
  worker.post(wish("the", options, 2));
  ASSERT_TRUE(eventually([&] {
    const auto latest = worker.latest();
    return latest->generation && latest->generation->number == 2 && !latest->generation->running();
  }));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(20 * fast->generation->made));
  EXPECT_EQ(worker.latest()->source_text, fast->source_text);
  EXPECT_EQ(worker.latest()->trace->request.ids, fast->trace->request.ids);
}

TEST_F(GenerationTest, APauseRestsBeforeTheNextTokenAndResumingGoesOn) {
  worker.pause(true);
  worker.post(wish("the", {.tokens = 4, .temperature = 1.0F, .seed = 5}));
  ASSERT_TRUE(eventually([&] { return worker.state() == WorkerState::resting; }));
  const std::size_t made = worker.latest()->generation->made;
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  EXPECT_EQ(worker.latest()->generation->made, made);
  EXPECT_FALSE(worker.is_computing()) << "others may";
  worker.pause(false);
  ASSERT_TRUE(ended());
  EXPECT_EQ(worker.latest()->generation->made, 4U);
}

TEST_F(GenerationTest, AStopEndsAPauseAndSoDoesASlowPace) {
  worker.set_pace(0.01);
  worker.post(wish("the", {.tokens = 4, .temperature = 1.0F, .seed = 5}));
  ASSERT_TRUE(eventually([&] { return worker.state() == WorkerState::resting; }));
  worker.set_pace(0.0);  // the slider at its right end
  ASSERT_TRUE(ended());
  EXPECT_EQ(worker.latest()->generation->state, Generation::State::enough);
  worker.pause(true);
  worker.post(wish("the", {.tokens = 4, .temperature = 1.0F, .seed = 5}, 2));
  ASSERT_TRUE(
      eventually([&] { return worker.state() == WorkerState::resting && worker.latest()->generation->number == 2; }));
  worker.stop_generating();
  ASSERT_TRUE(ended());
  EXPECT_EQ(worker.latest()->generation->state, Generation::State::stopped);
  EXPECT_FALSE(worker.news().stopping);
}

TEST_F(GenerationTest, StoppingKeepsWhatIsThereAndSaysSo) {
  worker.post({"letters", "the"});
  ASSERT_TRUE(eventually([&] { return worker.latest()->number == 1 && worker.state() == WorkerState::idle; }));
  worker.post(wish("the", {.tokens = 19, .temperature = 1.0F, .seed = 2}));
  ASSERT_TRUE(eventually([&] { return worker.latest()->generation && worker.latest()->generation->made >= 2; }));
  gate = false;
  worker.stop_generating();
  gate = true;
  ASSERT_TRUE(ended());
  const auto last = worker.latest();
  EXPECT_EQ(ids_of(last->encoding), last->trace->request.ids);
  EXPECT_TRUE(last->source_text.starts_with("the"));
  EXPECT_FALSE(last->thumbnails_pending);
}

TEST_F(GenerationTest, StoppingInTheMiddleOfATokenKeepsTheOnesBefore) {
  gate = false;
  worker.post(wish("the", {.tokens = 19, .temperature = 1.0F, .seed = 2}));
  ASSERT_TRUE(eventually([&] { return runs == 1 && worker.state() == WorkerState::generating; }));
  worker.stop_generating();
  ASSERT_TRUE(eventually([&] { return runs == 2; }));  // the text itself is shown in any case
  gate = true;
  ASSERT_TRUE(ended());
  EXPECT_EQ(worker.latest()->generation->state, Generation::State::stopped);
  EXPECT_EQ(worker.latest()->generation->made, 0U);
  EXPECT_EQ(worker.latest()->source_text, "the");
  EXPECT_EQ(worker.latest()->trace->tokens(), 4U);
}

TEST_F(GenerationTest, TypingEndsItAndTheNewTextIsShown) {
  gate = false;
  worker.post(wish("the", {.tokens = 19}));
  ASSERT_TRUE(eventually([&] { return runs == 1; }));
  worker.post({"letters", "then"});
  gate = true;
  ASSERT_TRUE(eventually([&] { return worker.latest()->source_text == "then"; }));
  EXPECT_FALSE(worker.latest()->generation.has_value());
  EXPECT_TRUE(eventually([&] { return worker.state() == WorkerState::idle; }));
  EXPECT_EQ(worker.latest()->source_text, "then");
}

TEST_F(GenerationTest, TheEndTokenEndsItAndIsNotShown) {
  bool ended_by_token = false;
  for (std::uint64_t seed = 0; seed < 60 && !ended_by_token; ++seed) {
    const GenerateOptions options{.tokens = 15, .temperature = 6.0F, .seed = seed};
    if (by_command_line("the", options).size() == 15) continue;
    worker.post(wish("the", options, seed + 1));
    ASSERT_TRUE(eventually([&] {
      const auto latest = worker.latest();
      return latest->generation && latest->generation->number == seed + 1 && !latest->generation->running();
    }));
    ended_by_token = worker.latest()->generation->state == Generation::State::end_token;
  }
  EXPECT_TRUE(ended_by_token);
}

TEST_F(GenerationTest, TheContextEndsIt) {
  worker.post(wish("abcdefghijklmnopqrst", {.tokens = 50}));  // 21 of 24 tokens
  ASSERT_TRUE(ended());
  EXPECT_EQ(worker.latest()->generation->state, Generation::State::context);
  EXPECT_LE(worker.latest()->trace->tokens(), 24U);
  EXPECT_EQ(worker.latest()->generation->made, 4U) << "three that are read and the one behind them";
}

TEST_F(GenerationTest, ATextLongerThanTheContextIsShownAndNotContinued) {
  worker.post(wish("abcdefghijklmnopqrstuvwxyzabc", {.tokens = 5}));
  ASSERT_TRUE(ended());
  EXPECT_EQ(worker.latest()->generation->state, Generation::State::context);
  EXPECT_EQ(worker.latest()->generation->made, 0U);
  EXPECT_GT(worker.latest()->encoding.dropped, 0U);
}

TEST_F(GenerationTest, AModelThatPredictsNoNextTokenSaysSo) {
  model->config.has_lm_head = false;
  worker.post(wish("the", {.tokens = 5}));
  ASSERT_TRUE(eventually([&] { return worker.latest()->error.has_value(); }));
  EXPECT_EQ(worker.latest()->error->code(), "not_generative");
}

TEST_F(GenerationTest, TheStepsTellWhatEachRunTookOver) {
  worker.post({"letters", "the"});
  ASSERT_TRUE(eventually([&] { return worker.latest()->number == 1 && worker.state() == WorkerState::idle; }));
  worker.post({"letters", "thin"});
  ASSERT_TRUE(eventually([&] { return worker.latest()->number == 2 && worker.state() == WorkerState::idle; }));
  const auto edited = worker.latest()->steps;
  ASSERT_EQ(edited.size(), 2U);
  EXPECT_EQ(edited[1].why, CacheStep::Why::text);
  EXPECT_EQ(edited[1].tokens, 5U);
  EXPECT_EQ(edited[1].reused, 3U);   // <s> t h
  EXPECT_EQ(edited[1].dropped, 1U);  // e
  worker.post(wish("thin", {.tokens = 3, .temperature = 1.0F, .seed = 5}));
  ASSERT_TRUE(ended());
  const auto grown = worker.latest()->steps;
  ASSERT_GE(grown.size(), 2U);
  EXPECT_EQ(grown[0].why, CacheStep::Why::prompt);
  EXPECT_EQ(grown[0].reused, 0U);
  EXPECT_EQ(grown[0].tokens, 5U);
  EXPECT_EQ(grown[1].why, CacheStep::Why::token);
  EXPECT_EQ(grown[1].reused, 5U);
  EXPECT_EQ(grown[1].computed(), 1U);
}

TEST_F(GenerationTest, TheSameTextAgainIsNoStep) {
  worker.post({"letters", "the"});
  ASSERT_TRUE(eventually([&] { return worker.latest()->number == 1 && worker.state() == WorkerState::idle; }));
  worker.post({"letters", "the"});
  ASSERT_TRUE(eventually([&] { return worker.latest()->number == 2; }));
  EXPECT_EQ(worker.latest()->steps.size(), 1U);
}

}  // namespace
}  // namespace regard

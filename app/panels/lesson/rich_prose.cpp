// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/rich_prose.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

class Typesetter {
public:
  Typesetter(LessonText& result, const WriteNumber& write) : result_(result), write_(write) {}

  void blocks(const std::vector<ProseBlock>& list, int level) {
    for (const ProseBlock& each : list)
      block(each, level);
  }

private:
  void block(const ProseBlock& from, int level) {
    switch (from.kind) {
      case ProseKind::list:
        return blocks(from.blocks, level + 1);
      case ProseKind::item:
        return item(from, level);
      case ProseKind::table:
        return table(from);
      case ProseKind::quote:
        return quote(from, level);
      case ProseKind::heading:
        add(RichBlock::Kind::heading, from.spans).level = static_cast<int>(from.level);
        return;
      case ProseKind::code:
        add(RichBlock::Kind::code, from.spans);
        return;
      case ProseKind::rule:
        result_.text.blocks.push_back({.kind = RichBlock::Kind::rule});
        return;
      case ProseKind::picture:
        return picture(from);
      default:
        add(RichBlock::Kind::paragraph, from.spans);
        return;
    }
  }

  RichBlock& add(RichBlock::Kind kind, const std::vector<ProseSpan>& spans) {
    RichBlock block{.kind = kind};
    block.runs = line(spans);
    result_.text.blocks.push_back(std::move(block));
    return result_.text.blocks.back();
  }

  /// Its first paragraph stands beside the mark, what else it holds below.
  void item(const ProseBlock& from, int level) {
    RichBlock block{.kind = RichBlock::Kind::item};
    block.level = std::max(0, level - 1);
    block.mark = from.number ? std::to_string(*from.number) + "." : "•";
    std::size_t rest = 0;
    if (!from.spans.empty()) {
      block.runs = line(from.spans);
    } else if (!from.blocks.empty() && from.blocks.front().kind == ProseKind::paragraph) {
      block.runs = line(from.blocks.front().spans);
      rest = 1;
    }
    result_.text.blocks.push_back(std::move(block));
    for (; rest < from.blocks.size(); ++rest)
      this->block(from.blocks[rest], level);
  }

  /// Whatever it holds, with a mark on each block.
  void quote(const ProseBlock& from, int level) {
    const std::size_t begin = result_.text.blocks.size();
    if (!from.spans.empty()) add(RichBlock::Kind::paragraph, from.spans);
    blocks(from.blocks, level);
    for (std::size_t index = begin; index < result_.text.blocks.size(); ++index)
      ++result_.text.blocks[index].quoted;
  }

  void table(const ProseBlock& from) {
    RichBlock block{.kind = RichBlock::Kind::table};
    for (const ProseBlock& row : from.blocks) {
      std::vector<RichLine>& cells = block.rows.emplace_back();
      for (const ProseBlock& cell : row.blocks)
        cells.push_back(line(cell.spans));
    }
    result_.text.blocks.push_back(std::move(block));
  }

  /// The picture, and below it words that lead to where the window has it.
  void picture(const ProseBlock& from) {
    RichBlock& block = add(RichBlock::Kind::picture, from.spans);
    block.picture = from.view;
    result_.text.links.push_back({RichLink::Kind::go, "view:" + from.view});
    for (RichRun& run : block.runs)
      run.link = result_.text.links.size() - 1;
  }

  RichLine line(const std::vector<ProseSpan>& spans) {
    RichLine runs;
    for (const ProseSpan& span : spans) {
      RichRun run{.text = span.text, .bold = span.strong, .italic = span.emphasis, .code = span.code};
      if (span.number) {
        run.text = write_ ? write_(*span.number) : written(*span.number);
        run.number = true;
      }
      if (span.breaks) run.text.insert(0, "\n");
      run.link = link(span);
      runs.push_back(std::move(run));
    }
    return runs;
  }

  std::size_t link(const ProseSpan& span) {
    if (span.link == ProseLink::none) return kNoLink;
    RichLink link{RichLink::Kind::go, {}};
    switch (span.link) {
      case ProseLink::term:
        link = {RichLink::Kind::term, "term:" + span.target};
        break;
      case ProseLink::show:
        link.target = "show:" + span.target;
        if (!span.show.empty()) {
          link.target = "show:#" + std::to_string(result_.shows.size());
          result_.shows.push_back(span);
        }
        break;
      case ProseLink::step:
        link.target = "step:" + span.target;
        break;
      case ProseLink::lesson:
        link.target = "lesson:" + span.target;
        break;
      default:
        link.target = "web:" + span.target;
        break;
    }
    // Spans of one link that differ in looks are one link.
    if (!result_.text.links.empty() && result_.text.links.back() == link && link.kind == RichLink::Kind::go &&
        !link.target.starts_with("show:#"))
      return result_.text.links.size() - 1;
    result_.text.links.push_back(std::move(link));
    return result_.text.links.size() - 1;
  }

  LessonText& result_;
  const WriteNumber& write_;
};

void collect_from(const std::vector<ProseBlock>& blocks, std::vector<const LessonExpression*>& numbers) {
  for (const ProseBlock& block : blocks) {
    for (const ProseSpan& span : block.spans)
      if (span.number) numbers.push_back(&*span.number);
    collect_from(block.blocks, numbers);
  }
}

}  // namespace

LessonText rich_prose(const Prose& prose, const WriteNumber& write) {
  LessonText result;
  Typesetter(result, write).blocks(prose.blocks, 0);
  return result;
}

void collect_numbers(const Prose& prose, std::vector<const LessonExpression*>& numbers) {
  collect_from(prose.blocks, numbers);
}

}  // namespace regard

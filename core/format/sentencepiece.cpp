// SPDX-License-Identifier: Apache-2.0
#include "core/format/sentencepiece.h"

#include "core/base/error.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace regard {
namespace {

using Piece = SentencePieceFile::Piece;
using PieceKind = SentencePieceFile::PieceKind;

constexpr std::size_t kMostPieces = 4'000'000;
constexpr int kLongestVarint = 10;  // bytes of a 64-bit number

enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

/// A field of a message: a whole number, or bytes of the file (a text, a message, four or eight bytes of a number).
struct Field {
  std::uint64_t number = 0;
  Wire wire = Wire::varint;
  std::uint64_t value = 0;
  std::string_view bytes{};
};

/// Reads the fields of one message one after the other; never past its end.
class Message {
public:
  Message(std::string_view bytes, const std::string& file, std::string item)
      : rest_(bytes), file_(file), item_(std::move(item)) {}

  [[nodiscard]] bool more() const { return !rest_.empty(); }

  Field next() {
    const std::uint64_t tag = varint();
    Field field{.number = tag >> 3, .wire = static_cast<Wire>(tag & 7)};
    if (field.number == 0 || field.number > kLargestField)
      fail(item("field"), "1…536870911", std::to_string(field.number));
    switch (field.wire) {
      case Wire::varint:
        field.value = varint();
        break;
      case Wire::fixed64:
        field.bytes = take(8);
        break;
      case Wire::bytes:
        field.bytes = take(varint());
        break;
      case Wire::fixed32:
        field.bytes = take(4);
        break;
      default:
        fail(item(std::to_string(field.number)), "wire type 0, 1, 2, 5", std::to_string(tag & 7));
    }
    return field;
  }

  /// The field as what it should be; `name` is how the published format calls it.
  std::string_view text(const Field& field, const char* name) const {
    expect(field, Wire::bytes, name);
    return field.bytes;
  }
  std::uint64_t whole(const Field& field, const char* name) const {
    expect(field, Wire::varint, name);
    return field.value;
  }
  bool flag(const Field& field, const char* name) const { return whole(field, name) != 0; }
  float number(const Field& field, const char* name) const {
    expect(field, Wire::fixed32, name);
    std::uint32_t bits = 0;
    for (std::size_t byte = 0; byte < 4; ++byte)
      bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(field.bytes[byte])) << (8 * byte);
    return std::bit_cast<float>(bits);
  }
  [[nodiscard]] std::string item(const std::string& name) const { return item_.empty() ? name : item_ + "." + name; }
  [[noreturn]] void fail(std::string item, std::string expected, std::string found) const {
    throw Error("sentencepiece_format", {file_, std::move(item), std::move(expected), std::move(found)});
  }

private:
  static constexpr std::uint64_t kLargestField = (1U << 29) - 1;

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int byte = 0; byte < kLongestVarint; ++byte) {
      const auto bits = static_cast<unsigned char>(take(1).front());
      if (byte == kLongestVarint - 1 && bits > 1) break;
      value |= static_cast<std::uint64_t>(bits & 0x7F) << (7 * byte);
      if ((bits & 0x80) == 0) return value;
    }
    fail(item("varint"), "≤ 64 bits", "> 64 bits");
  }
  std::string_view take(std::uint64_t count) {
    if (count > rest_.size())
      throw Error("file_truncated", {.file = file_,
                                     .item = item_.empty() ? "ModelProto" : item_,
                                     .expected = std::to_string(count),
                                     .found = std::to_string(rest_.size())});
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  void expect(const Field& field, Wire wire, const char* name) const {
    if (field.wire != wire)
      fail(item(name), "wire type " + std::to_string(static_cast<int>(wire)),
           std::to_string(static_cast<int>(field.wire)));
  }

  std::string_view rest_;
  const std::string& file_;
  std::string item_;
};

Piece read_piece(Message message) {
  Piece piece;
  while (message.more()) {
    const Field field = message.next();
    if (field.number == 1) piece.text = message.text(field, "piece");
    if (field.number == 2) piece.score = message.number(field, "score");
    if (field.number != 3) continue;
    const std::uint64_t kind = message.whole(field, "type");
    if (kind < 1 || kind > 6) message.fail(message.item("type"), "1…6", std::to_string(kind));
    piece.kind = static_cast<PieceKind>(kind);
  }
  if (piece.text.empty() || piece.text.size() > SentencePieceFile::kLongestPiece)
    message.fail(message.item("piece"), "1…1024 B", std::to_string(piece.text.size()) + " B");
  if (!std::isfinite(piece.score)) message.fail(message.item("score"), "0.0", "∞");
  return piece;
}

/// How the file calls its special pieces.
struct SpecialNames {
  std::string_view begin = "<s>";
  std::string_view end = "</s>";
  std::string_view padding = "<pad>";
};

SentencePieceFile::Kind kind_of(std::uint64_t value, const std::string& file) {
  if (value == 1 || value == 2) return static_cast<SentencePieceFile::Kind>(value);
  constexpr std::array<const char*, 2> kOthers = {"word", "char"};
  throw Error("tokenizer_unsupported", {.file = file,
                                        .item = "trainer_spec.model_type",
                                        .expected = "unigram, bpe",
                                        .found = value == 3 || value == 4 ? kOthers[static_cast<std::size_t>(value - 3)]
                                                                          : "№ " + std::to_string(value)});
}

void read_trainer(Message message, SentencePieceFile& model, SpecialNames& names) {
  while (message.more()) {
    const Field field = message.next();
    switch (field.number) {
      case 3:
        model.kind = kind_of(message.whole(field, "model_type"), model.file);
        break;
      case 24:
        model.space_behind = message.flag(field, "treat_whitespace_as_suffix");
        break;
      case 35:
        model.byte_fallback = message.flag(field, "byte_fallback");
        break;
      case 46:
        names.begin = message.text(field, "bos_piece");
        break;
      case 47:
        names.end = message.text(field, "eos_piece");
        break;
      case 48:
        names.padding = message.text(field, "pad_piece");
        break;
      default:
        break;
    }
  }
}

void read_normalizer(Message message, SentencePieceFile& model) {
  while (message.more()) {
    const Field field = message.next();
    switch (field.number) {
      case 1:
        model.rules = message.text(field, "name");
        break;
      case 2:
        model.character_map = message.text(field, "precompiled_charsmap");
        break;
      case 3:
        model.add_dummy_prefix = message.flag(field, "add_dummy_prefix");
        break;
      case 4:
        model.remove_extra_whitespaces = message.flag(field, "remove_extra_whitespaces");
        break;
      case 5:
        model.escape_whitespaces = message.flag(field, "escape_whitespaces");
        break;
      default:
        break;
    }
  }
}

void find_specials(const SpecialNames& names, SentencePieceFile& model) {
  for (std::size_t index = 0; index < model.pieces.size(); ++index) {
    const Piece& piece = model.pieces[index];
    const auto id = static_cast<std::int32_t>(index);
    if (piece.kind == PieceKind::unknown) {
      if (model.unknown)
        throw Error("sentencepiece_format",
                    {model.file, "unk", "× 1", "№ " + std::to_string(*model.unknown) + ", № " + std::to_string(id)});
      model.unknown = id;
    }
    if (piece.kind != PieceKind::control) continue;
    if (piece.text == names.begin && !model.begin) model.begin = id;
    if (piece.text == names.end && !model.end) model.end = id;
    if (piece.text == names.padding && !model.padding) model.padding = id;
  }
}

}  // namespace

SentencePieceFile parse_sentencepiece(std::span<const std::byte> bytes, const std::string& name) {
  SentencePieceFile model{.file = name};
  SpecialNames names;
  Message message({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name, {});
  while (message.more()) {
    const Field field = message.next();
    if (field.number == 1) {
      const std::string item = "pieces[" + std::to_string(model.pieces.size()) + "]";
      if (model.pieces.size() == kMostPieces)
        message.fail("pieces", "≤ " + std::to_string(kMostPieces), "> " + std::to_string(kMostPieces));
      model.pieces.push_back(read_piece(Message(message.text(field, "pieces"), name, item)));
    } else if (field.number == 2) {
      read_trainer(Message(message.text(field, "trainer_spec"), name, "trainer_spec"), model, names);
    } else if (field.number == 3) {
      read_normalizer(Message(message.text(field, "normalizer_spec"), name, "normalizer_spec"), model);
    }
  }
  if (model.pieces.empty()) message.fail("pieces", "≥ 1", "0");
  find_specials(names, model);
  return model;
}

}  // namespace regard

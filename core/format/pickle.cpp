// SPDX-License-Identifier: Apache-2.0
#include "core/format/pickle.h"

#include "core/base/error.h"
#include "core/format/pickle_stack.h"

namespace regard {
namespace {

constexpr std::size_t kMostValues = 2'000'000;  // in all tables together, about 32 bytes each
constexpr std::size_t kValuesOfTensor = 8;      // as large as so many values
constexpr std::size_t kMostPickledTensors = 200'000;
constexpr std::size_t kMostArguments = 16;
constexpr std::size_t kMostPickledAxes = 16;
constexpr std::size_t kLongestGlobal = 512;  // bytes of "module.name"

/// What a name in a pickle may stand for.
enum class Global : std::uint8_t { dictionary, size, tensor, parameter, storage };
struct KnownGlobal {
  std::string_view name;
  Global global;
  StoredType type = StoredType::f32;  ///< of a storage
};
constexpr KnownGlobal kGlobals[] = {{"collections.OrderedDict", Global::dictionary},
                                    {"torch.Size", Global::size},
                                    {"torch._utils._rebuild_tensor_v2", Global::tensor},
                                    {"torch._utils._rebuild_parameter", Global::parameter},
                                    {"torch.FloatStorage", Global::storage, StoredType::f32},
                                    {"torch.HalfStorage", Global::storage, StoredType::f16},
                                    {"torch.BFloat16Storage", Global::storage, StoredType::bf16},
                                    {"torch.DoubleStorage", Global::storage, StoredType::f64},
                                    {"torch.LongStorage", Global::storage, StoredType::i64},
                                    {"torch.IntStorage", Global::storage, StoredType::i32},
                                    {"torch.ShortStorage", Global::storage, StoredType::i16},
                                    {"torch.CharStorage", Global::storage, StoredType::i8},
                                    {"torch.ByteStorage", Global::storage, StoredType::u8},
                                    {"torch.BoolStorage", Global::storage, StoredType::boolean}};

/// The instructions of protocols 2 to 5 that a state dict needs, by their byte.
enum Code : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kPopMark = '1',
  kFloat = 'G',
  kInt32 = 'J',
  kInt8 = 'K',
  kInt16 = 'M',
  kNone = 'N',
  kPersistentId = 'Q',
  kReduce = 'R',
  kText = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kAppends = 'e',
  kGet = 'h',
  kGetLong = 'j',
  kEmptyList = ']',
  kPut = 'q',
  kPutLong = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kEmptyDict = '}',
  kEmptyTuple = ')',
  kProtocol = 0x80,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kTrue = 0x88,
  kFalse = 0x89,
  kLong = 0x8A,
  kShortText = 0x8C,
  kLongText = 0x8D,
  kGlobalOnStack = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
};

using Value = PickleValue;
using Kind = PickleValue::Kind;

struct Storage {
  StoredType type = StoredType::f32;
  std::string_view key{};
  std::size_t numbers = 0;
};

class Machine {
public:
  Machine(std::span<const std::byte> pickle, const std::string& file) : stack_(pickle, file) {}

  std::vector<PickledTensor> run() {
    while (true) {
      const auto code = static_cast<std::uint8_t>(stack_.whole(1));
      if (code == kStop) break;
      if (!push_constant(code) && !push_global(code) && !remember(code) && !gather(code) && !combine(code))
        stack_.fail(stack_.here(), "N, X, q, …", std::to_string(code));
      const std::size_t values = stack_.values() + kValuesOfTensor * (storages_.size() + tensors_.size());
      if (values > kMostValues) stack_.fail("pickle", "≤ " + std::to_string(kMostValues), std::to_string(values));
    }
    return tensors_of(stack_.pop(Kind::dictionary));
  }

private:
  // Instructions, by groups; false: not of this group.
  bool push_constant(std::uint8_t code) {
    switch (code) {
      case kProtocol:
        if (const std::uint64_t protocol = stack_.whole(1); protocol < 2 || protocol > 5)
          stack_.fail("PROTO", "2…5", std::to_string(protocol));
        return true;
      case kFrame:
        static_cast<void>(stack_.whole(8));
        return true;
      case kNone:
        stack_.push({});
        return true;
      case kTrue:
        stack_.push({.kind = Kind::flag, .number = 1});
        return true;
      case kFalse:
        stack_.push({.kind = Kind::flag, .number = 0});
        return true;
      case kInt8:
        stack_.push({.kind = Kind::number, .number = static_cast<std::int64_t>(stack_.whole(1))});
        return true;
      case kInt16:
        stack_.push({.kind = Kind::number, .number = static_cast<std::int64_t>(stack_.whole(2))});
        return true;
      case kInt32:
        stack_.push({.kind = Kind::number, .number = static_cast<std::int32_t>(stack_.whole(4))});
        return true;
      case kLong:
        stack_.push({.kind = Kind::number, .number = stack_.long_number()});
        return true;
      case kFloat:
        static_cast<void>(stack_.whole(8));
        stack_.push({.kind = Kind::fraction});
        return true;
      case kShortText:
        stack_.push({.kind = Kind::text, .text = stack_.text(stack_.whole(1))});
        return true;
      case kText:
        stack_.push({.kind = Kind::text, .text = stack_.text(stack_.whole(4))});
        return true;
      case kLongText:
        stack_.push({.kind = Kind::text, .text = stack_.text(stack_.whole(8))});
        return true;
      default:
        return false;
    }
  }

  bool push_global(std::uint8_t code) {
    std::string name;
    if (code == kGlobal) {
      const std::string_view module = stack_.line(kLongestGlobal);
      name.append(module).append(".").append(stack_.line(kLongestGlobal));
    } else if (code == kGlobalOnStack) {
      const Value last = stack_.pop(Kind::text);
      const Value module = stack_.pop(Kind::text);
      name.append(module.text.substr(0, kLongestGlobal)).append(".").append(last.text.substr(0, kLongestGlobal));
    } else {
      return false;
    }
    for (std::size_t index = 0; index < std::size(kGlobals); ++index)
      if (kGlobals[index].name == name) {
        stack_.push({.kind = Kind::global, .number = static_cast<std::int64_t>(index)});
        return true;
      }
    throw Error("torch_global", {.file = stack_.file(), .found = name});
  }

  bool remember(std::uint8_t code) {
    switch (code) {
      case kPut:
        stack_.remember(stack_.whole(1));
        return true;
      case kPutLong:
        stack_.remember(stack_.whole(4));
        return true;
      case kMemoize:
        stack_.remember(stack_.remembered());
        return true;
      case kGet:
        stack_.recall(stack_.whole(1));
        return true;
      case kGetLong:
        stack_.recall(stack_.whole(4));
        return true;
      default:
        return false;
    }
  }

  bool gather(std::uint8_t code) {
    switch (code) {
      case kMark:
        stack_.push_mark();
        break;
      case kPop:
        static_cast<void>(stack_.pop());
        break;
      case kPopMark:
        static_cast<void>(stack_.pop_to_mark());
        break;
      case kEmptyTuple:
        stack_.push_container(Kind::tuple, {});
        break;
      case kEmptyList:
        stack_.push_container(Kind::list, {});
        break;
      case kEmptyDict:
        stack_.push_container(Kind::dictionary, {});
        break;
      case kTuple1:
        stack_.push_container(Kind::tuple, stack_.pop_last(1));
        break;
      case kTuple2:
        stack_.push_container(Kind::tuple, stack_.pop_last(2));
        break;
      case kTuple3:
        stack_.push_container(Kind::tuple, stack_.pop_last(3));
        break;
      case kTuple:
        stack_.push_container(Kind::tuple, stack_.pop_to_mark());
        break;
      case kAppend: {
        const Value value = stack_.pop();
        stack_.add(stack_.expect(stack_.top(), Kind::list), {value});
        break;
      }
      case kAppends: {
        const std::vector<Value> values = stack_.pop_to_mark();
        stack_.add(stack_.expect(stack_.top(), Kind::list), values);
        break;
      }
      case kSetItem: {
        const std::vector<Value> pair = stack_.pop_last(2);
        stack_.add(stack_.expect(stack_.top(), Kind::dictionary), pair);
        break;
      }
      case kSetItems: {
        const std::vector<Value> pairs = stack_.pop_to_mark();
        if (pairs.size() % 2 != 0) stack_.fail("SETITEMS", "2·n", std::to_string(pairs.size()));
        stack_.add(stack_.expect(stack_.top(), Kind::dictionary), pairs);
        break;
      }
      default:
        return false;
    }
    return true;
  }

  bool combine(std::uint8_t code) {
    if (code == kPersistentId) {
      push_storage();
    } else if (code == kBuild) {  // attributes of a dictionary or a parameter say nothing about the numbers
      static_cast<void>(stack_.pop());
      const Value object = stack_.pop();
      if (object.kind != Kind::tensor) static_cast<void>(stack_.expect(object, Kind::dictionary));
      stack_.push(object);
    } else if (code == kReduce) {
      const Value arguments = stack_.pop(Kind::tuple);
      const KnownGlobal& called = kGlobals[static_cast<std::size_t>(stack_.pop(Kind::global).number)];
      reduce(called, arguments);
    } else {
      return false;
    }
    return true;
  }

  /// What the few known names make of their arguments.
  void reduce(const KnownGlobal& called, const Value& tuple) {
    const std::size_t count = stack_.contents(tuple).size();
    if (count > kMostArguments) stack_.fail(std::string(called.name), "≤ 16", std::to_string(count));
    const std::vector<Value> arguments = stack_.contents(tuple);  // a copy: containers move when another is pushed
    if (called.global == Global::dictionary && count == 0) return stack_.push_container(Kind::dictionary, {});
    if (called.global == Global::size && count == 1) return stack_.push(stack_.expect(arguments[0], Kind::tuple));
    if (called.global == Global::parameter && count >= 1) return stack_.push(stack_.expect(arguments[0], Kind::tensor));
    if (called.global == Global::tensor && count >= 4) return push_tensor(arguments);
    stack_.fail(std::string(called.name), "(…)", "(…) × " + std::to_string(count));
  }

  /// ('storage', torch.FloatStorage, '0', 'cpu', 12)
  void push_storage() {
    const std::vector<Value>& id = stack_.contents(stack_.pop(Kind::tuple));
    if (id.size() != 5 || id[0].text != "storage" || id[1].kind != Kind::global)
      stack_.fail("persistent id", "('storage', …)", "(…) × " + std::to_string(id.size()));
    const KnownGlobal& global = kGlobals[static_cast<std::size_t>(id[1].number)];
    if (global.global != Global::storage) stack_.fail("persistent id", "torch.FloatStorage", std::string(global.name));
    storages_.push_back(
        {.type = global.type, .key = stack_.expect(id[2], Kind::text).text, .numbers = size_of(id[4], "storage")});
    stack_.push({.kind = Kind::storage, .number = static_cast<std::int64_t>(storages_.size() - 1)});
  }
  [[nodiscard]] std::size_t size_of(const Value& value, const char* item) const {
    if (stack_.expect(value, Kind::number).number < 0) stack_.fail(item, "≥ 0", std::to_string(value.number));
    return static_cast<std::size_t>(value.number);
  }
  [[nodiscard]] std::vector<std::size_t> sizes_of(const Value& value, const char* item) {
    std::vector<std::size_t> sizes;
    const std::vector<Value>& values = stack_.contents(stack_.expect(value, Kind::tuple));
    if (values.size() > kMostPickledAxes) stack_.fail(item, "≤ 16", std::to_string(values.size()));
    sizes.reserve(values.size());
    for (const Value& each : values)
      sizes.push_back(size_of(each, item));
    return sizes;
  }

  /// _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, …)
  void push_tensor(const std::vector<Value>& arguments) {
    const Storage& storage = storages_[static_cast<std::size_t>(stack_.expect(arguments[0], Kind::storage).number)];
    PickledTensor tensor{.storage = storage.key,
                         .type = storage.type,
                         .storage_numbers = storage.numbers,
                         .offset = size_of(arguments[1], "offset"),
                         .shape = sizes_of(arguments[2], "size"),
                         .strides = sizes_of(arguments[3], "stride")};
    if (tensor.shape.size() != tensor.strides.size())
      stack_.fail("stride", shape_text(tensor.shape), shape_text(tensor.strides));
    tensors_.push_back(std::move(tensor));
    stack_.push({.kind = Kind::tensor, .number = static_cast<std::int64_t>(tensors_.size() - 1)});
  }

  std::vector<PickledTensor> tensors_of(const Value& dictionary) {
    std::vector<PickledTensor> named;
    const std::vector<Value>& pairs = stack_.contents(dictionary);
    for (std::size_t index = 0; index + 1 < pairs.size(); index += 2) {
      if (pairs[index].kind != Kind::text || pairs[index + 1].kind != Kind::tensor) continue;
      if (named.size() == kMostPickledTensors)
        stack_.fail("pickle", "≤ " + std::to_string(kMostPickledTensors) + " tensors", "…");
      named.push_back(tensors_[static_cast<std::size_t>(pairs[index + 1].number)]);
      named.back().name = pairs[index].text;
    }
    if (named.empty()) stack_.fail("pickle", "{\"…\": tensor, …}", "{…} (" + std::to_string(pairs.size() / 2) + ")");
    return named;
  }

  PickleStack stack_;
  std::vector<Storage> storages_{};
  std::vector<PickledTensor> tensors_{};
};

}  // namespace

std::vector<PickledTensor> parse_state_dict(std::span<const std::byte> pickle, const std::string& file) {
  return Machine(pickle, file).run();
}

}  // namespace regard

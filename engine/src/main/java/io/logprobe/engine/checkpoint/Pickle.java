package io.logprobe.engine.checkpoint;

import io.logprobe.engine.checkpoint.PickleValue.Bool;
import io.logprobe.engine.checkpoint.PickleValue.Dict;
import io.logprobe.engine.checkpoint.PickleValue.Int;
import io.logprobe.engine.checkpoint.PickleValue.Mark;
import io.logprobe.engine.checkpoint.PickleValue.None;
import io.logprobe.engine.checkpoint.PickleValue.Real;
import io.logprobe.engine.checkpoint.PickleValue.Sequence;
import io.logprobe.engine.checkpoint.PickleValue.Storage;
import io.logprobe.engine.checkpoint.PickleValue.Text;
import io.logprobe.engine.checkpoint.PickleValue.Tuple;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Interprets the opcodes that a pickled state dict needs and refuses all others.
///
/// A pickle is a program for a stack machine. Here the program can only build values of [PickleValue]; the two places
/// where Python would run code, globals and calls, are lookups in the closed lists of [PickleGlobals]. The work is
/// bounded by the number of opcodes, and shared values are shared, not copied, so memos cannot multiply memory.
final class Pickle {

    private final SequentialInput input;
    private final List<PickleValue> stack = new ArrayList<>();
    private final Map<Integer, PickleValue> memo = new HashMap<>();
    private final List<Storage> storages = new ArrayList<>();

    private Pickle(SequentialInput input) {
        this.input = input;
    }

    /// What a pickle says.
    ///
    /// @param value the value that it builds
    /// @param storages all storages that are mentioned on the way
    record Content(PickleValue value, List<Storage> storages) {}

    /// Reads one pickle, up to and including its `STOP`.
    static Content read(SequentialInput input) {
        Pickle machine = new Pickle(input);
        return new Content(machine.run(), machine.storages);
    }

    private PickleValue run() {
        for (int count = 0; count < Limits.PICKLE_OPCODES; count++) {
            int opcode = input.readByte();
            if (opcode == '.') {
                PickleValue result = pop();
                if (!stack.isEmpty()) {
                    throw input.invalid("stops with values left over");
                }
                return result;
            }
            execute(opcode);
        }
        throw input.invalid("more than " + Limits.PICKLE_OPCODES + " opcodes");
    }

    private void execute(int opcode) {
        switch (opcode) {
            case 0x80 -> requireProtocol(input.readByte());
            case 0x95 -> input.readLong(); // FRAME only helps to read ahead
            case '(' -> push(new Mark());
            case 'N' -> push(new None());
            case 0x88 -> push(new Bool(true));
            case 0x89 -> push(new Bool(false));
            case 'J' -> push(integer(input.readInt()));
            case 'K' -> push(integer(input.readByte()));
            case 'M' -> push(integer(input.readShort()));
            case 0x8A -> push(longInteger(input.readByte()));
            case 'G' -> push(new Real(input.readBigEndianDouble()));
            case 'U' -> push(text(input.readByte(), StandardCharsets.ISO_8859_1));
            case 'X' -> push(text(Integer.toUnsignedLong(input.readInt()), StandardCharsets.UTF_8));
            case 0x8C -> push(text(input.readByte(), StandardCharsets.UTF_8));
            case 0x8D -> push(text(input.readLong(), StandardCharsets.UTF_8));
            case ')' -> push(new Tuple(List.of()));
            case 0x85 -> push(new Tuple(popLast(1)));
            case 0x86 -> push(new Tuple(popLast(2)));
            case 0x87 -> push(new Tuple(popLast(3)));
            case 't' -> push(new Tuple(popToMark()));
            case ']' -> push(new Sequence(new ArrayList<>()));
            case 'a' -> append(popLast(1));
            case 'e' -> append(popToMark());
            case '}' -> push(new Dict());
            case 's' -> setItems(popLast(2));
            case 'u' -> setItems(popToMark());
            case 'q' -> memo.put(input.readByte(), peek());
            case 'r' -> memo.put(input.readInt(), peek());
            case 0x94 -> memo.put(memo.size(), peek());
            case 'h' -> push(recall(input.readByte()));
            case 'j' -> push(recall(input.readInt()));
            case 'c' -> push(global(input.readLine(), input.readLine()));
            case 0x93 -> stackGlobal();
            case 'Q' -> storage();
            case 'R' -> reduce();
            case 'b' -> build();
            default -> throw input.invalid("opcode " + name(opcode) + " is not allowed");
        }
    }

    private void requireProtocol(int protocol) {
        if (protocol > 5) {
            throw input.invalid("unknown protocol " + protocol);
        }
    }

    private static Int integer(long value) {
        return new Int(BigInteger.valueOf(value));
    }

    private Int longInteger(int length) {
        byte[] littleEndian = input.readBytes(length);
        byte[] bigEndian = new byte[Math.max(1, length)];
        for (int i = 0; i < length; i++) {
            bigEndian[length - 1 - i] = littleEndian[i];
        }
        return new Int(new BigInteger(bigEndian));
    }

    private Text text(long length, Charset charset) {
        return new Text(input.readText(length, Limits.PICKLE_STRING_BYTES, charset));
    }

    private void append(List<PickleValue> items) {
        if (!(peek() instanceof Sequence(List<PickleValue> target))) {
            throw input.invalid("appends to something that is not a list");
        }
        target.addAll(items);
    }

    private void setItems(List<PickleValue> items) {
        if (!(peek() instanceof Dict(Map<String, PickleValue> target)) || items.size() % 2 != 0) {
            throw input.invalid("sets items of something that is not a dict");
        }
        for (int i = 0; i < items.size(); i += 2) {
            String key =
                    switch (items.get(i)) {
                        case Text(String text) -> text;
                        case Int(BigInteger number) -> number.toString();
                        default -> throw input.invalid("a dict key that is neither a string nor an integer");
                    };
            if (target.put(key, items.get(i + 1)) != null) {
                throw input.invalid("duplicate key '" + key + "'");
            }
        }
    }

    private void storage() {
        PickleValue id = pop();
        Storage storage = checked(() -> PickleGlobals.storage(id));
        storages.add(storage);
        push(storage);
    }

    private void stackGlobal() {
        if (!(pop() instanceof Text(String name)) || !(pop() instanceof Text(String module))) {
            throw input.invalid("a global whose name is not a string");
        }
        push(global(module, name));
    }

    private PickleValue global(String module, String name) {
        return checked(() -> PickleGlobals.find(module, name));
    }

    private void reduce() {
        PickleValue arguments = pop();
        PickleValue function = pop();
        if (!(arguments instanceof Tuple(List<PickleValue> items))) {
            throw input.invalid("a call whose arguments are not a tuple");
        }
        push(checked(() -> PickleGlobals.call(function, items)));
    }

    /// State of an `OrderedDict` are attributes such as `_metadata`, which say nothing about tensors.
    private void build() {
        pop();
        if (!(peek() instanceof Dict)) {
            throw input.invalid("sets the state of something that is not a dict");
        }
    }

    private interface Lookup<V extends PickleValue> {
        V get() throws PickleGlobals.Refused;
    }

    private <V extends PickleValue> V checked(Lookup<V> lookup) {
        try {
            return lookup.get();
        } catch (PickleGlobals.Refused e) {
            throw input.invalid(e.getMessage());
        } catch (ArithmeticException e) {
            throw input.invalid("a tensor with too many elements");
        }
    }

    private void push(PickleValue value) {
        stack.add(value);
    }

    private PickleValue peek() {
        if (stack.isEmpty() || stack.getLast() instanceof Mark) {
            throw input.invalid("takes a value from an empty stack");
        }
        return stack.getLast();
    }

    private PickleValue pop() {
        PickleValue value = peek();
        stack.removeLast();
        return value;
    }

    private List<PickleValue> popLast(int count) {
        List<PickleValue> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.addFirst(pop());
        }
        return values;
    }

    private List<PickleValue> popToMark() {
        int mark = stack.size() - 1;
        while (mark >= 0 && !(stack.get(mark) instanceof Mark)) {
            mark--;
        }
        if (mark < 0) {
            throw input.invalid("closes a collection that was not opened");
        }
        List<PickleValue> tail = stack.subList(mark, stack.size());
        List<PickleValue> values = List.copyOf(tail.subList(1, tail.size()));
        tail.clear();
        return values;
    }

    private PickleValue recall(int index) {
        PickleValue value = memo.get(index);
        if (value == null) {
            throw input.invalid("recalls memo " + index + ", which was not stored");
        }
        return value;
    }

    private static String name(int opcode) {
        String code = "0x%02x".formatted(opcode);
        return opcode > ' ' && opcode < 0x7F ? code + " ('" + (char) opcode + "')" : code;
    }
}

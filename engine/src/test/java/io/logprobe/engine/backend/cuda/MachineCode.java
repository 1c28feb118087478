package io.logprobe.engine.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the machine code of the kernels says of them: an ELF file whose sections `.nv.info` and `.nv.shared.*` hold
/// what the compiler prints with `-Xptxas -v`.
record MachineCode(ByteBuffer file, List<Section> sections) {

    private static final int SECTION_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;

    // Attributes of .nv.info: a symbol's number and a value
    private static final int FORMAT_SIZED = 4;
    private static final int REGISTER_COUNT = 0x2f;
    private static final int FRAME_SIZE = 0x11;

    record Section(String name, int offset, int size) {}

    /// @param sharedBytes with what the device keeps for itself in every block
    /// @param frameBytes of each thread, in device memory: where registers are spilled to
    record Resources(int registers, int sharedBytes, int frameBytes) {}

    static MachineCode of(String resource) {
        ByteBuffer file = ByteBuffer.wrap(KernelImage.resource(resource)).order(ByteOrder.LITTLE_ENDIAN);
        int headers = (int) file.getLong(0x28);
        int names = (int) file.getLong(headers + file.getShort(0x3e) * SECTION_BYTES + 24);
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < file.getShort(0x3c); i++) {
            int header = headers + i * SECTION_BYTES;
            sections.add(new Section(text(file, names + file.getInt(header)), (int) file.getLong(header + 24), (int)
                    file.getLong(header + 32)));
        }
        return new MachineCode(file, sections);
    }

    private static String text(ByteBuffer file, int start) {
        StringBuilder text = new StringBuilder();
        for (int at = start; file.get(at) != 0; at++) {
            text.append((char) file.get(at));
        }
        return text.toString();
    }

    Resources resources(Kernel kernel) {
        int shared = sections.stream()
                .filter(section -> section.name().equals(".nv.shared." + kernel.symbol()))
                .mapToInt(Section::size)
                .sum();
        return new Resources(
                attribute(REGISTER_COUNT).get(kernel.symbol()),
                shared,
                attribute(FRAME_SIZE).get(kernel.symbol()));
    }

    private Map<String, Integer> attribute(int wanted) {
        Section info = section(".nv.info");
        Map<String, Integer> values = new HashMap<>();
        for (int at = info.offset(); at < info.offset() + info.size(); ) {
            int format = file.get(at);
            int attribute = file.get(at + 1);
            if (format == FORMAT_SIZED && attribute == wanted) {
                values.put(symbol(file.getInt(at + 4)), file.getInt(at + 8));
            }
            at += 4 + (format == FORMAT_SIZED ? file.getShort(at + 2) : 0);
        }
        return values;
    }

    private String symbol(int number) {
        int name = file.getInt(section(".symtab").offset() + number * SYMBOL_BYTES);
        return text(file, section(".strtab").offset() + name);
    }

    private Section section(String name) {
        return sections.stream()
                .filter(section -> section.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}

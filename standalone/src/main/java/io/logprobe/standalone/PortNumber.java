package io.logprobe.standalone;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the number of a TCP port; 0 stands for any.
final class PortNumber implements ITypeConverter<Integer> {

    private static final int LARGEST = 65_535;

    @Override
    public Integer convert(String text) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > LARGEST) {
            throw new TypeConversionException("'" + text + "' is no port between 0 and " + LARGEST);
        }
        return Integer.valueOf(text);
    }
}

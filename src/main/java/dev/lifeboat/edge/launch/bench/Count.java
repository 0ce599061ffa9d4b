package dev.lifeboat.edge.launch.bench;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// How many of something are measured: of nothing, every aim would be met.
public final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
        try {
            int count = Integer.parseInt(value);
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new TypeConversionException("a whole number from 1 on, not " + value);
    }
}

package io.anabranch.replica.cli;

import io.anabranch.crdt.RecordKey;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code TYPE/ID}; the id may contain slashes. */
final class RecordKeyConverter implements ITypeConverter<RecordKey> {

    @Override
    public RecordKey convert(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1) {
            throw new TypeConversionException("'" + text + "' is not TYPE/ID, such as account/a1");
        }
        try {
            return new RecordKey(text.substring(0, slash), text.substring(slash + 1));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}

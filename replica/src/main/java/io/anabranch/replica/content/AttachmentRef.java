package io.anabranch.replica.content;

import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a field refers to content: the text {@code attachment:HASH:SIZE:MEDIA/TYPE:NAME}, in a register, as one of several concurrent
 * values, or as an element of a set. Immutable.
 *
 * @param hash of the content
 * @param size in bytes, from 0 to {@value #SIZE_MAX}
 * @param mediaType such as {@code image/png}, in lower case, without parameters
 * @param name the file's name, for people: no path, no control characters, may be empty
 */
public record AttachmentRef(ContentHash hash, long size, String mediaType, String name) {

    /** Largest content, in bytes. */
    public static final long SIZE_MAX = 8L << 30;
    /** Longest name, in UTF-16 units. */
    public static final int NAME_LENGTH_MAX = 255;

    /** What every reference begins with. */
    public static final String PREFIX = "attachment:";

    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9][a-z0-9.+_-]{0,63}/[a-z0-9][a-z0-9.+_-]{0,127}");
    private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,12}");
    private static final Pattern UNWANTED = Pattern.compile("[\\p{Cntrl}/\\\\]");
    private static final int PARTS = 5;

    /** Checks all parts. */
    public AttachmentRef {
        if (size < 0 || size > SIZE_MAX) {
            throw new IllegalArgumentException("an attachment's size is out of range: " + size);
        } else if (!MEDIA_TYPE.matcher(mediaType).matches()) {
            throw new IllegalArgumentException("a media type is like image/png, in lower case: " + mediaType);
        } else if (name.length() > NAME_LENGTH_MAX || UNWANTED.matcher(name).find()) {
            throw new IllegalArgumentException(
                    "an attachment's name is too long, or a path, or has control characters");
        }
    }

    /** The reference that a text is; empty if it is none. */
    public static Optional<AttachmentRef> parse(String text) {
        if (!text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String[] parts = text.split(":", PARTS);
        if (parts.length < PARTS
                || !ContentHash.isOne(parts[1])
                || !SIZE.matcher(parts[2]).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new AttachmentRef(new ContentHash(parts[1]), Long.parseLong(parts[2]), parts[3], parts[4]));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The reference that a value is; empty if it is none. */
    public static Optional<AttachmentRef> of(@Nullable Value value) {
        return value instanceof Value.Text text ? parse(text.text()) : Optional.empty();
    }

    /** All that a record refers to, deleted or not: in whatever field, and by values that lost as well. */
    public static Set<AttachmentRef> in(Record record) {
        Set<AttachmentRef> found = new LinkedHashSet<>();
        record.fields().forEach(field -> addTo(found, field));
        return found;
    }

    /** All that a field refers to, by values that lost as well. */
    public static Set<AttachmentRef> in(Field field) {
        Set<AttachmentRef> found = new LinkedHashSet<>();
        addTo(found, field);
        return found;
    }

    private static void addTo(Set<AttachmentRef> found, Field field) {
        for (Entry entry : field.entries()) {
            of(entry.value()).ifPresent(found::add);
            of(entry.key()).ifPresent(found::add);
        }
    }

    /** What a record that exists refers to in a field: what the register reads, or the elements of the set. */
    public static Set<AttachmentRef> in(Record record, String field) {
        Set<AttachmentRef> found = new LinkedHashSet<>();
        record.values(field).forEach(value -> of(value).ifPresent(found::add));
        record.elements(field).forEach(element -> of(element).ifPresent(found::add));
        return found;
    }

    /** The text that {@link #parse} reads. */
    public String text() {
        return PREFIX + hash.hex() + ":" + size + ":" + mediaType + ":" + name;
    }

    /** The text as a field's value. */
    public Value value() {
        return Value.of(text());
    }

    @Override
    public String toString() {
        return text();
    }
}

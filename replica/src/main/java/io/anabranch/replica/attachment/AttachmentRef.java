package io.anabranch.replica.attachment;

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
 * @param size in bytes, from 0 to {@link ChunkList#SIZE_MAX}
 * @param mediaType such as {@code image/png}, in lower case, without parameters
 * @param name the file's name, for people: no path, no control characters, may be empty
 */
public record AttachmentRef(ContentHash hash, long size, String mediaType, String name) {

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
        if (size < 0 || size > ChunkList.SIZE_MAX) {
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
        for (Field field : record.fields()) {
            for (Entry entry : field.entries()) {
                of(entry.value()).ifPresent(found::add);
                of(entry.key()).ifPresent(found::add);
            }
        }
        return found;
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

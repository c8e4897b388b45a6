package io.anabranch.replica.content;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of content: 32 bytes derived from it.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ContentHash(String hex) implements Comparable<ContentHash> {

    /** How many bytes it has. */
    public static final int SIZE = 32;

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /** Checks the digits: a hash becomes a file's name. */
    public ContentHash {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("a hash has 64 lower-case hexadecimal digits");
        }
    }

    /**
     * The hash of these bytes.
     *
     * @throws IllegalArgumentException unless there are 32
     */
    public static ContentHash of(byte[] bytes) {
        return new ContentHash(HexFormat.of().formatHex(bytes));
    }

    /** Whether a text is a hash. */
    public static boolean isOne(String text) {
        return HEX.matcher(text).matches();
    }

    /** Its 32 bytes. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public int compareTo(ContentHash other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}

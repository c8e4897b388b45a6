package io.anabranch.crdt;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strings as their UTF-8 bytes see them: the order of Java's UTF-16 strings differs above U+FFFF. */
final class Utf8 {

    private Utf8() {}

    /** Compares as the unsigned UTF-8 bytes would. */
    static int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                return rank(a) - rank(b);
            }
        }
        return left.length() - right.length();
    }

    // Surrogates stand for code points above all others, yet have lower numbers than U+E000 to U+FFFF.
    private static int rank(char unit) {
        return Character.isSurrogate(unit) ? unit + 0x1_0000 : unit;
    }

    static void requireWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                if (!isPairAt(text, i)) {
                    throw new IllegalArgumentException("text has half of a surrogate pair, at " + i);
                }
                i++;
            }
        }
    }

    private static boolean isPairAt(String text, int i) {
        return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
    }

    static byte[] encode(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String decode(byte[] bytes, int from, int length) {
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        // Malformed input turns into U+FFFD, so only text that has one needs the slow, strict look.
        return text.indexOf('\uFFFD') < 0 ? text : decodeStrictly(bytes, from, length);
    }

    private static String decodeStrictly(byte[] bytes, int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedRecordException("text is not UTF-8", e);
        }
    }
}

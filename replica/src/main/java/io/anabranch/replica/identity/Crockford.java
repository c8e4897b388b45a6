package io.anabranch.replica.identity;

import java.util.Arrays;

/**
 * Base 32 for people (Douglas Crockford): no I, L, O or U in what is written, and I or L read as 1, O as 0. Only whole
 * groups of 5 bytes, which are 8 characters, so that every character carries five bits and no two texts mean the same.
 */
final class Crockford {

    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final byte[] VALUES = values();

    private Crockford() {}

    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length / 5 * 8);
        for (int start = 0; start < bytes.length; start += 5) {
            long group = 0;
            for (int i = 0; i < 5; i++) {
                group = group << 8 | (bytes[start + i] & 0xff);
            }
            for (int shift = 35; shift >= 0; shift -= 5) {
                text.append(ALPHABET.charAt((int) (group >> shift) & 31));
            }
        }
        return text.toString();
    }

    /** The five bits that this character stands for, or -1 if it stands for none. */
    static int value(char character) {
        return character < VALUES.length ? VALUES[character] : -1;
    }

    /** The bytes of these five-bit values, whose count is a multiple of 8. */
    static byte[] decode(byte[] values) {
        byte[] bytes = new byte[values.length / 8 * 5];
        for (int start = 0, end = 0; start < values.length; start += 8) {
            long group = 0;
            for (int i = 0; i < 8; i++) {
                group = group << 5 | values[start + i];
            }
            for (int shift = 32; shift >= 0; shift -= 8) {
                bytes[end++] = (byte) (group >> shift);
            }
        }
        return bytes;
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int value = 0; value < ALPHABET.length(); value++) {
            values[ALPHABET.charAt(value)] = (byte) value;
            values[Character.toLowerCase(ALPHABET.charAt(value))] = (byte) value;
        }
        values['O'] = values['o'] = 0;
        values['I'] = values['i'] = values['L'] = values['l'] = 1;
        return values;
    }
}
